import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { seededRandom } from '../util/random.ts';
import type { TooLongMessage } from './message-sieve.ts';
import { SievedStream } from './node-sieved-stream.ts';
import { openNodeSocket } from './node-socket.ts';

const UPGRADE = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
const LIMIT = 1_000_000;

/** A text message as a server frames it. */
function text(payload: Buffer): Buffer {
  const header = Buffer.of(0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

describe('a sieved stream', () => {
  let server: Server;
  let far: Socket;
  let near: Socket;
  let stream: SievedStream;
  let told: TooLongMessage[];
  let progress: number;
  /** Whether the stream let its socket read on, when that read last. */
  const reading = { goesOn: true };

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    const accepted = once(server, 'connection');
    [told, progress, reading.goesOn] = [[], 0, true];
    stream = new SievedStream({
      mostBytes: LIMIT,
      onTooLong: (message) => told.push(message),
      onProgress: () => (progress += 1),
    });
    const { onread } = stream;
    near = connect({
      port: address.port,
      host: '127.0.0.1',
      onread: { ...onread, callback: (...read) => (reading.goesOn = onread.callback(...read)) },
    });
    stream.over(near);
    [far] = await accepted;
    far.on('error', () => {});
    far.write(UPGRADE);
  });
  afterEach(() => {
    stream.destroy();
    far.destroy();
    server.close();
  });

  /** All that is read from now until the stream's end. */
  async function readToEnd(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(stream, 'close');
    return Buffer.concat(chunks);
  }

  /** Lets events come until this holds. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise(setImmediate);
  }

  it('hands on what passes, and no more', async () => {
    const small = text(Buffer.from('{"small":1}'));
    far.write(small);
    far.write(text(Buffer.alloc(LIMIT + 1, 'x')));
    far.end(small);
    expect(await readToEnd()).toEqual(Buffer.concat([UPGRADE, small, small]));
    expect(told).toEqual([{ bytes: LIMIT + 1, beginning: 'x'.repeat(512) }]);
  });

  it('hands on memory that later reads leave as it is', async () => {
    const random = seededRandom(7);
    const lengths = [10, 300_000, 500, 70_000, 131_072, 1, 200_000, 999_999, 65_536];
    const messages = lengths.map((length) => text(Buffer.from(Array.from({ length }, () => random.next() * 256))));
    for (const message of messages) far.write(message);
    far.end();
    expect((await readToEnd()).equals(Buffer.concat([UPGRADE, ...messages]))).toBe(true);
  });

  describe('read by a library that tells when it has read a message', () => {
    // More than a read holds.
    const bytes = 150_000;
    const messages = Array.from({ length: 40 }, (_, i) => text(Buffer.alloc(bytes, 65 + i)));

    /** Each message's payload as it was when it came, and the memory that it came in. */
    async function read(options: { readonly late: boolean }) {
      const found: { readonly same: boolean; readonly memory: ArrayBufferLike; readonly again: () => boolean }[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (chunk.length !== bytes) return;
        const expected = Buffer.alloc(bytes, 65 + found.length);
        const again = () => chunk.equals(expected);
        found.push({ same: again(), memory: chunk.buffer, again });
        if (options.late) setImmediate(() => stream.noteDelivered());
        else stream.noteDelivered();
      });
      for (const message of messages) {
        far.write(message);
      }
      far.end();
      await once(stream, 'close');
      return found;
    }

    it('puts one after the other together in the same memory', async () => {
      const found = await read({ late: false });
      expect(found.length).toBeGreaterThan(10);
      expect(found.every(({ same }) => same)).toBe(true);
      expect(new Set(found.map(({ memory }) => memory)).size).toBeLessThanOrEqual(3);
    });

    it('leaves alone what may still be read', async () => {
      const found = await read({ late: true });
      expect(found.length).toBeGreaterThan(10);
      expect(found.every(({ again }) => again())).toBe(true);
    });
  });

  it('writes at once what it is given at once', async () => {
    const write = vi.spyOn(near, 'write');
    const received = once(far, 'data');
    stream.cork();
    stream.write('header, ');
    stream.write('payload');
    stream.uncork();
    expect(String(await received)).toBe('header, payload');
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('writes what it is given, to the end', async () => {
    const received: Buffer[] = [];
    far.on('data', (chunk: Buffer) => received.push(chunk));
    stream.write('one ');
    stream.end('two');
    await once(far, 'end');
    expect(Buffer.concat(received).toString()).toBe('one two');
  });

  it('reads no further than its reader does, and all once that goes on', async () => {
    const message = text(Buffer.alloc(LIMIT, 'm'));
    let written = 0;
    // Until the sockets between them are full too.
    while (!far.writableNeedDrain || reading.goesOn) {
      if (!far.writableNeedDrain) {
        far.write(message);
        written += 1;
      }
      await new Promise(setImmediate);
    }
    expect(stream.readableLength).toBeLessThan(LIMIT);
    far.end();
    const read = await readToEnd();
    expect(read.length).toBe(UPGRADE.length + written * message.length);
  });

  it('keeps what came before an orderly end for a reader that comes later', async () => {
    const small = text(Buffer.from('the last words'));
    const closed = once(near, 'close');
    far.end(small);
    await closed;
    expect(await readToEnd()).toEqual(Buffer.concat([UPGRADE, small]));
  });

  it('ends with the error of its socket, and at once where that breaks', async () => {
    const failed = once(stream, 'error');
    stream.resume();
    near.destroy(new Error('the cable is cut'));
    expect(await failed).toEqual([expect.objectContaining({ message: 'the cable is cut' })]);
    expect(stream.destroyed).toBe(true);
  });

  it('ends where its socket closes without an end', async () => {
    const closed = once(stream, 'close');
    near.destroy();
    await closed;
    expect(stream.readableEnded).toBe(false);
  });

  it('takes its socket along when it is destroyed', async () => {
    stream.destroy();
    await until(() => far.destroyed);
    expect(near.destroyed).toBe(true);
  });

  it('tells that bytes arrive of a message that is passed over, not of each chunk', async () => {
    stream.resume();
    await until(() => progress > 0);
    const before = progress;
    const pieces = 50;
    const long = text(Buffer.alloc(LIMIT * 2, 'x'));
    const began = performance.now();
    for (let i = 0; i < pieces; i++) {
      far.write(long.subarray((i * long.length) / pieces, ((i + 1) * long.length) / pieces));
      await new Promise(setImmediate);
    }
    await until(() => near.bytesRead === UPGRADE.length + long.length);
    const most = Math.ceil((performance.now() - began) / 1000);
    expect(progress - before).toBeLessThanOrEqual(most);
    expect(told).toHaveLength(1);
  });
});

describe('a sieved stream below ws', () => {
  /** How a server sends each of them: whole, in two frames, with a ping behind it. */
  const ways = ['whole', 'in two', 'ping'] as const;

  it('delivers every message as it was sent, whatever reads it came in, and uses memory again', async () => {
    const random = seededRandom('messages of all lengths');
    const sent = Array.from({ length: 400 }, (_, i) => ({
      bytes: Buffer.alloc(random.below(4) === 0 ? random.below(200_000) : random.below(70_000), i % 127),
      way: ways[random.below(8) < 6 ? 0 : random.below(ways.length)],
      isText: random.below(10) === 0,
    }));
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    const pongs: Buffer[] = [];
    server.on('connection', (socket) => {
      socket.on('pong', (data: Buffer) => pongs.push(data));
      for (const { bytes, way, isText } of sent) {
        if (way === 'in two') {
          socket.send(bytes.subarray(0, bytes.length >> 1), { binary: !isText, fin: false });
          socket.send(bytes.subarray(bytes.length >> 1), { binary: !isText });
        } else socket.send(bytes, { binary: !isText });
        if (way === 'ping') socket.ping(bytes.subarray(0, 100));
      }
    });
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');

    const memories = new Set<ArrayBufferLike>();
    let came = 0;
    let wrong = 0;
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const take = (bytes: Uint8Array) => {
      if (!sent[came].bytes.equals(bytes)) wrong += 1;
      if (bytes.length > 16 * 1024) memories.add(bytes.buffer);
      came += 1;
      if (came === sent.length) resolve();
    };
    const socket = openNodeSocket(
      { url: `ws://127.0.0.1:${address.port}`, wsToken: 'token', mostBytes: LIMIT },
      {
        onOpen() {},
        onMessage: (message) => take(Buffer.from(message)),
        onBinary: take,
        onTooLong() {},
        onPong() {},
        onProgress() {},
        onClosed() {},
      },
    );
    await all;
    const pings = sent.filter(({ way }) => way === 'ping');
    while (pongs.length < pings.length) await new Promise(setImmediate);
    expect(wrong).toBe(0);
    expect(pongs.every((pong, i) => pong.equals(pings[i].bytes.subarray(0, 100)))).toBe(true);
    // Those of fragments, of text and of small messages are others.
    expect(memories.size).toBeLessThan(sent.length / 2);
    socket.close();
    server.close();
  });
});

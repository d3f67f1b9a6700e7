/// <reference lib="esnext.disposable" preserve="true" />
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Conditions } from './conditions.ts';
import { faultyProxy } from './faulty-proxy.ts';

/** One end of a connection, and what it has received. */
interface Peer {
  readonly socket: Socket;
  readonly received: () => Buffer;
  /** Bytes that came so far; in full they are kept only for few. */
  readonly bytes: () => number;
  readonly isOver: () => boolean;
}

const MOST_KEPT = 1_000_000;

function peer(socket: Socket, conditions: Conditions): Peer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (bytes < MOST_KEPT) chunks.push(chunk);
    bytes += chunk.length;
    conditions.changed();
  });
  socket.on('close', () => {
    isOver = true;
    conditions.changed();
  });
  return { socket, received: () => Buffer.concat(chunks), bytes: () => bytes, isOver: () => isOver };
}

/** A server that takes connections, and ways to it. */
async function scene(options: { readonly bytesPerSecond?: number; readonly latencyMs?: number } = {}) {
  const conditions = new Conditions();
  const accepted: Peer[] = [];
  const server = createServer((socket) => {
    accepted.push(peer(socket, conditions));
    conditions.changed();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  const proxy = await faultyProxy({ target: port, ...options });
  const clients: Peer[] = [];
  return {
    proxy,
    until: (isSo: () => boolean) => conditions.until(isSo),
    /** A client through the proxy, and the server's end of its connection. */
    async connected() {
      const place = accepted.length;
      const client = peer(connect(proxy.port, '127.0.0.1'), conditions);
      clients.push(client);
      await conditions.until(() => accepted.length > place);
      return { client, server: accepted[place] };
    },
    client() {
      const client = peer(connect(proxy.port, '127.0.0.1'), conditions);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of [...clients, ...accepted]) socket.destroy();
      await proxy[Symbol.asyncDispose]();
      server.close();
    },
  };
}

const text = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff));

describe('faultyProxy', () => {
  it('passes everything on in both directions, and the end of each', async () => {
    await using way = await scene();
    const { client, server } = await way.connected();
    const [request, answer] = [text(5000), text(300_000)];
    client.socket.end(request);
    await way.until(() => server.bytes() === request.length);
    expect(server.received().equals(request)).toBe(true);
    server.socket.end(answer);
    await way.until(() => client.isOver());
    expect(client.received().equals(answer)).toBe(true);
    await way.until(() => way.proxy.stats.open === 0);
    expect(way.proxy.stats).toEqual({ toClients: 300_000, toTarget: 5000, connections: 1, open: 0 });
  });

  it('passes nothing on while it is stalled, tells nobody, and all of it afterwards', async () => {
    await using way = await scene();
    const { client, server } = await way.connected();
    server.socket.write('before');
    await way.until(() => client.bytes() === 6);
    way.proxy.stall();
    server.socket.write(text(200_000));
    client.socket.write('unheard');
    // A connection that is made meanwhile reaches the target, and nothing over it does.
    const other = await way.connected();
    other.client.socket.write('unheard too');
    // As much as that, and a way back, takes longer than what is held up would.
    await using clear = await scene();
    const { client: near, server: far } = await clear.connected();
    far.socket.write(text(200_000));
    await clear.until(() => near.bytes() === 200_000);
    near.socket.write('back');
    await clear.until(() => far.bytes() === 4);
    expect([client.bytes(), server.bytes(), other.server.bytes()]).toEqual([6, 0, 0]);
    way.proxy.resume();
    await way.until(() => client.bytes() === 200_006 && server.bytes() === 7 && other.server.bytes() === 11);
    expect(client.received().subarray(6).equals(text(200_000))).toBe(true);
  });

  it('cuts every connection, and takes new ones', async () => {
    await using way = await scene();
    const first = await way.connected();
    const second = await way.connected();
    way.proxy.cut();
    await way.until(() => [first, second].every(({ client, server }) => client.isOver() && server.isOver()));
    const third = await way.connected();
    third.server.socket.write('again');
    await way.until(() => third.client.received().toString() === 'again');
    expect(way.proxy.stats.connections).toBe(3);
  });

  it('ends new connections at once while it is shut', async () => {
    await using way = await scene();
    const { client } = await way.connected();
    way.proxy.shut();
    await way.until(() => client.isOver());
    const refused = way.client();
    await way.until(() => refused.isOver());
    way.proxy.open();
    const { server, client: next } = await way.connected();
    next.socket.write('open');
    await way.until(() => server.received().toString() === 'open');
  });

  it('damages as many pieces as it is told to, of those to clients alone', async () => {
    await using way = await scene();
    const { client, server } = await way.connected();
    way.proxy.corrupt(2);
    const sent = text(100_000);
    client.socket.write(sent);
    server.socket.write(sent);
    await way.until(() => client.bytes() === sent.length && server.bytes() === sent.length);
    const received = client.received();
    const wrong = [...sent.keys()].filter((i) => received[i] !== sent[i]);
    expect(wrong).toHaveLength(2);
    for (const i of wrong) expect(received[i] ^ sent[i]).toBe(0x10);
    expect(server.received().equals(sent)).toBe(true);
  });

  it('carries no more than it may, and holds the target up', async () => {
    const rate = 400_000;
    await using way = await scene({ bytesPerSecond: rate });
    const { client, server } = await way.connected();
    const start = performance.now();
    // More than any kernel takes on its own.
    server.socket.write(Buffer.alloc(64_000_000));
    await way.until(() => client.bytes() >= 100_000);
    const seconds = (performance.now() - start) / 1000;
    // It may be slower on a busy machine, never faster.
    expect(client.bytes() / seconds).toBeLessThan(1.2 * rate);
    expect(server.socket.writableLength).toBeGreaterThan(0);
    way.proxy.throttle(Infinity);
    await way.until(() => client.bytes() === 64_000_000);
  });

  it('keeps bytes for the latency, in both directions', async () => {
    await using way = await scene({ latencyMs: 60 });
    const { client, server } = await way.connected();
    const start = performance.now();
    client.socket.write('ping');
    await way.until(() => server.bytes() === 4);
    server.socket.write('pong');
    await way.until(() => client.bytes() === 4);
    // Timers may be early by a fraction of a millisecond, and never by more.
    expect(performance.now() - start).toBeGreaterThan(118);
  });
});

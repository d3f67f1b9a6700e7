import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { type OpenSocket, type ProducerClient, connect } from '../../src/consumer/index.ts';
import { openNodeSocket } from '../../src/consumer/node-socket.ts';
import type { AnyFrame } from '../../src/frame/index.ts';
import { now } from '../consumer/messages.ts';
import type { Answer, PeerSettings } from './messages.ts';
import { serve } from './serve.ts';

const DEFAULT_ROWS = 1500;

// `connect()` and what hears of its events, as a user writes them, and nothing else.
await serve(({ folder, pairs, rows, wsToken }: PeerSettings) => {
  let client: ProducerClient | undefined;
  let readableAt = new Map<string, number>();
  let least = rows;
  let whole = Promise.withResolvers<void>();
  let spentMs = Promise.resolve(0);
  // Those that its options say unless told otherwise.
  const limits = rows === DEFAULT_ROWS ? {} : { initialCandleLimit: rows, maxRows: rows };
  const received = receivedBytes();

  /** Resolves when every pair's frame of at least so many new rows came. */
  function everyPair(newRows: number): Promise<void> {
    readableAt = new Map();
    least = newRows;
    whole = Promise.withResolvers();
    return whole.promise;
  }

  return {
    ready: {},
    handlers: {
      async connect({ port }) {
        const synced = everyPair(rows);
        const start = now();
        client = connect({
          host: '127.0.0.1',
          port,
          wsToken,
          ...limits,
          openSocket: received.openSocket,
          onEvent(event) {
            if (event.type !== 'update' || event.rows < least) return;
            readableAt.set(event.key.pair, now());
            if (readableAt.size === pairs.length) whole.resolve();
          },
        });
        await synced;
        return { ms: Math.max(...readableAt.values()) - start };
      },
      expect() {
        const all = everyPair(1);
        // Telling and being told costs as much as ten updates.
        setImmediate(() => {
          const before = process.cpuUsage();
          spentMs = all.then(() => {
            const { user, system } = process.cpuUsage(before);
            return (user + system) / 1000;
          });
        });
        return {};
      },
      async follow() {
        await whole.promise;
        return { readableAt: pairs.map((pair) => readableAt.get(pair) ?? Number.NaN), cpuMs: await spentMs };
      },
      received: received.tell,
      verify: ({ candle }) => verify(candle),
    },
    close: () => client?.close(),
  };

  async function verify(candle: number): Promise<Answer<'verify'>> {
    // Not before it is asked for: it takes memory, which is measured.
    const { readFrames } = await import('./frame-files.ts');
    const total = { cells: 0, different: 0, misfits: 0, worst: 0 };
    for (const [i, frame] of readFrames(folder, pairs).entries()) {
      const held = client?.frame(pairs[i], '5m').frame;
      const expected = frame.slice(candle, candle + rows);
      if (held?.length !== rows || held.names.join() !== expected.names.join()) {
        throw new Error(`${pairs[i]}: ${held?.length} rows of ${held?.names.join()}`);
      }
      for (const name of expected.names) compareColumn(total, held, expected, name);
    }
    return total;
  }
});

/** Counts what comes: at the TCP connection, and the messages that are taken out of it. */
function receivedBytes(): { readonly openSocket: OpenSocket; readonly tell: () => Answer<'received'> } {
  const sockets: Socket[] = [];
  subscribe('net.client.socket', (message) => {
    if (message instanceof Object && 'socket' in message && message.socket instanceof Socket)
      sockets.push(message.socket);
  });
  const counts = { binaryBytes: 0, textBytes: 0, binaryMessages: 0, textMessages: 0 };
  return {
    openSocket: (target, events) =>
      openNodeSocket(target, {
        ...events,
        onMessage(text) {
          counts.textMessages += 1;
          counts.textBytes += Buffer.byteLength(text);
          events.onMessage(text);
        },
        onBinary(bytes) {
          counts.binaryMessages += 1;
          counts.binaryBytes += bytes.length;
          events.onBinary(bytes);
        },
      }),
    tell: () => ({ ...counts, wireBytes: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0) }),
  };
}

type Total = { -readonly [Key in keyof Answer<'verify'>]: number };

function compareColumn(total: Total, held: AnyFrame, expected: AnyFrame, name: string): void {
  const [found, wanted] = [held.column(name), expected.column(name)];
  for (let row = 0; row < expected.length; row++) {
    const [value, right] = [found.cell(row), wanted.cell(row)];
    total.cells += 1;
    if (Object.is(value, right)) continue;
    total.different += 1;
    const difference = typeof value === 'number' && typeof right === 'number' ? Math.abs(value - right) : Number.NaN;
    if (Number.isNaN(difference)) total.misfits += 1;
    else total.worst = Math.max(total.worst, difference);
  }
}

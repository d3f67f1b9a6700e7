import { setTimeout as wait } from 'node:timers/promises';
import { createApiServer } from '../../../src/api/index.ts';
import { type AnyFrame, digestFrame } from '../../../src/frame/index.ts';
import { Producer } from '../../../src/producer/index.ts';
import { yieldTurn } from '../../../src/util/clock.ts';
import { silentLogger } from '../../../src/util/logger.ts';
import { MadeWindow, keyOf, pairOf, timeframe } from './made-window.ts';
import type { ProducerSettings, Selection } from './peer-messages.ts';
import { apiSettings } from './peer-server.ts';
import { readOrders, tell } from './serve-peer.ts';

// A producer that publishes candles without end, and tells the digest of each window before it does.

const { settings, serve } = await readOrders();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what Peer writes
const { epoch, seed, shape, pairs, selections, candleEveryMs, limits, port: wantedPort } = settings as ProducerSettings;

const producer = new Producer({ timeframe, candleType: 'spot', epoch, ...limits });
const windows = Array.from({ length: pairs }, (_, pair) => new MadeWindow(seed, pair, shape));
const publications = windows.map(() => 0);
const state = { isPaused: false };
producer.setWhitelist(windows.map((_, pair) => keyOf(pair).pair));
for (const [pair, { frame }] of windows.entries()) publish(pair, frame);
const api = await createApiServer({
  settings: { ...apiSettings, listenPort: wantedPort },
  logger: silentLogger,
  acceptMessageSocket: (socket) => producer.attach(socket),
});
const { port } = await api.listen();
tell({ type: 'ready', port, epoch });
void run();
await serve({ report, pause: () => void (state.isPaused = true) });

/** As a bot does: one pair after the other once the candles are closed. */
async function run(): Promise<void> {
  for (let due = performance.now(); !state.isPaused;) {
    due = Math.max(due + candleEveryMs, performance.now());
    await wait(due - performance.now());
    for (const [pair, window] of windows.entries()) {
      publish(pair, window.next());
      await yieldTurn();
    }
  }
  tell({ type: 'paused', publications });
}

function publish(pair: number, frame: AnyFrame): void {
  publications[pair] += 1;
  const digests = selections.map((selection) => digestFrame(selected(frame, selection)));
  tell({ type: 'publishing', pair, publication: publications[pair], digests });
  producer.publish({ key: keyOf(pair), frame, lastAnalyzed: publications[pair] }, { newCandle: true });
}

function report(): void {
  const streams = producer.streams.map(({ stream, key, seq, rows, tail }) => ({
    stream,
    pair: pairOf(key),
    seq,
    rows,
    ...(tail === undefined ? {} : { tail }),
  }));
  const sessions = producer.sessions.map(({ queuedBytes, pendingFrames }) => ({ queuedBytes, pendingFrames }));
  tell({ type: 'streams', streams, sessions });
}

function selected(frame: AnyFrame, { columns, tail }: Selection): AnyFrame {
  const rows = tail === undefined ? frame : frame.tail(tail);
  if (columns === undefined) return rows;
  return rows.select(rows.names.filter((name) => name === 'date' || columns.includes(name)));
}

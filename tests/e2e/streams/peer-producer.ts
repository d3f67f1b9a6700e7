import { setTimeout as wait } from 'node:timers/promises';
import { createApiServer } from '../../../src/api/index.ts';
import { type AnyFrame, digestFrame } from '../../../src/frame/index.ts';
import { Producer } from '../../../src/producer/index.ts';
import { yieldTurn } from '../../../src/util/clock.ts';
import { silentLogger } from '../../../src/util/logger.ts';
import { MadeWindow, keyOf, pairOf, timeframe } from './made-window.ts';
import type { ProducerSettings, Selection } from './peer-messages.ts';
import { apiSettings, TOKEN } from './peer-server.ts';
import { servePeer, tell } from './serve-peer.ts';

// A producer that publishes candles without end, and tells the digest of each window before it does.
await servePeer(async (settings: ProducerSettings) => {
  const { epoch, seed, shape, selections, candleEveryMs } = settings;
  const producer = new Producer({ timeframe, candleType: 'spot', epoch, ...settings.limits });
  const windows = Array.from({ length: settings.pairs }, (_, pair) => new MadeWindow(seed, pair, shape));
  const publications = windows.map(() => 0);
  producer.setWhitelist(windows.map((_, pair) => keyOf(pair).pair));
  for (const [pair, { frame }] of windows.entries()) publish(pair, frame);
  const api = await createApiServer({
    settings: { ...apiSettings, wsTokens: [TOKEN], listenPort: settings.port },
    logger: silentLogger,
    acceptMessageSocket: (socket) => producer.attach(socket),
  });
  const { port } = await api.listen();
  tell({ type: 'ready', port, epoch });
  let isPaused = false;
  void run();

  return {
    report() {
      const streams = producer.streams.map(({ stream, key, seq, rows, tail }) => ({
        stream,
        pair: pairOf(key),
        seq,
        rows,
        ...(tail === undefined ? {} : { tail }),
      }));
      const sessions = producer.sessions.map(({ queuedBytes, pendingFrames }) => ({ queuedBytes, pendingFrames }));
      tell({ type: 'streams', streams, sessions });
    },
    pause: () => void (isPaused = true),
  };

  /** As a bot does: one pair after the other once the candles are closed. */
  async function run(): Promise<void> {
    for (let due = performance.now(); !isPaused; ) {
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
});

function selected(frame: AnyFrame, { columns, tail }: Selection): AnyFrame {
  const rows = tail === undefined ? frame : frame.tail(tail);
  if (columns === undefined) return rows;
  return rows.select(rows.names.filter((name) => name === 'date' || columns.includes(name)));
}

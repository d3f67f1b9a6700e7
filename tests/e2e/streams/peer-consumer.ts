import { type ConsumerEvent, type ConsumerSocket, type ProducerClient, connect } from '../../../src/consumer/index.ts';
import { openNodeSocket } from '../../../src/consumer/node-socket.ts';
import { digestFrame } from '../../../src/frame/index.ts';
import type { PairKey } from '../../../src/market/index.ts';
import { silentLogger } from '../../../src/util/logger.ts';
import { dataClock } from './data-clock.ts';
import { pairOf, timeframe } from './made-window.ts';
import type { ConsumerSettings, CopyReport } from './peer-messages.ts';
import { TOKEN } from './peer-server.ts';
import { readOrders, tell } from './serve-peer.ts';

// A consumer that tells the digest of each copy as its readers see it, whenever one changes.

const { settings, serve } = await readOrders();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what Peer writes
const { port, selection, sleepTimeMs } = settings as ConsumerSettings;

const market = dataClock(timeframe);
let socket: ConsumerSocket | undefined;
tell({ type: 'ready', port });
let client: ProducerClient = begin();
await serve({
  report: () => tell({ type: 'copies', copies: client.keys().map(copyOf) }),
  cut: () => socket?.close(),
  renew() {
    client.close();
    tell({ type: 'renewed' });
    client = begin();
  },
});

function begin(): ProducerClient {
  return connect({
    host: '127.0.0.1',
    port,
    wsToken: TOKEN,
    ...(sleepTimeMs === undefined ? {} : { sleepTimeMs }),
    ...(selection === undefined ? {} : { want: [selection] }),
    logger: { ...silentLogger, error: (message) => tell({ type: 'trouble', reason: message }) },
    marketClock: market.clock,
    openSocket: (target, events) => (socket = openNodeSocket(target, events)),
    onEvent,
  });
}

function onEvent(event: ConsumerEvent): void {
  switch (event.type) {
    case 'update':
      market.note(event.frame);
      return tell({ type: 'shown', whole: event.change === 'replaced', ...copyOf(event.key) });
    case 'stream': {
      const { key, condition, reason } = event;
      return tell({ type: 'condition', pair: pairOf(key), condition, reason });
    }
    case 'resync':
      return tell({ type: 'resync', pair: pairOf(event.key), why: event.why, reason: event.reason });
    case 'connected':
      return tell({ type: 'connected' });
    case 'disconnected':
      return tell({ type: 'disconnected', reason: event.reason, attempt: event.attempt, retryInMs: event.retryInMs });
    case 'trouble':
      return tell({ type: 'trouble', reason: event.reason });
    default:
      return undefined;
  }
}

function copyOf(key: PairKey): CopyReport {
  const view = client.frame(key.pair, key.timeframe, key.candleType);
  const { status, reason, frame, lastAnalyzed: publication } = view;
  return {
    pair: pairOf(key),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(view.status === 'missing' ? {} : view.state),
    publication,
    digest: digestFrame(frame),
  };
}

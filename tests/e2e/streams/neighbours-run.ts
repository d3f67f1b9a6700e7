import { setTimeout as wait } from 'node:timers/promises';
import type { ProducerOptions } from '../../../src/producer/index.ts';
import { type FaultyProxy, faultyProxy } from '../../../src/testing/index.ts';
import type { MessageSocket } from '../../../src/wire/index.ts';
import { type WindowShape, keyOf } from './made-window.ts';
import { ProvedConsumer, ProvedProducer } from './proved-scene.ts';

export interface NeighboursOptions {
  /** Consumers that read, that stop reading, and that read slowly. */
  readonly reading: number;
  readonly stalled: number;
  readonly slow: number;
  /** Bytes a second of each slow one. */
  readonly slowBytesPerSecond: number;
  readonly pairs: number;
  readonly shape: WindowShape;
  /** Of each pair, with all well and then with those that do not read. */
  readonly candles: number;
  readonly limits: ProducerOptions & { readonly softLimitBytes: number };
  /** Hears how far it is. */
  readonly onPhase?: (phase: string) => void;
}

export interface NeighboursReport {
  /** From the publication of a candle of each pair until all that read have it, in milliseconds. */
  readonly latencies: { readonly before: readonly number[]; readonly beside: readonly number[] };
  /** States that those who read were shown, the fewest and the most of any; and what were published. */
  readonly fewest: number;
  readonly most: number;
  readonly published: number;
  /** Bytes queued for one consumer, the most at any time. */
  readonly mostQueued: number;
  /** The codes with which the producer closed connections. */
  readonly closed: readonly number[];
  /** Connections that those who read, or read slowly, lost. */
  readonly lost: number;
  readonly wrong: readonly string[];
}

/** Repaints until the kernels are full: never more than this. */
const MOST_FLOODS = 1000;

/** Between those that follow. */
const FLOOD_MS = 50;

/**
 * A crowd of consumers on one producer, some of which read slowly or not at all from some time on. All in this process. What fills the
 * kernels' memory is a pair more, that those who read do not want: it is repainted again and again.
 */
export async function runNeighbours(options: NeighboursOptions): Promise<NeighboursReport> {
  const { pairs, shape, limits, candles, onPhase = () => {} } = options;
  const closed: number[] = [];
  await using producer = await ProvedProducer.start({
    pairs: pairs + 1,
    shape,
    limits,
    through: (socket) => noting(socket, closed),
  });
  await using stalling = await faultyProxy({ target: producer.port });
  await using crowd = new AsyncDisposableStack();
  const slowing: FaultyProxy[] = [];
  for (let i = 0; i < options.slow; i++) slowing.push(crowd.use(await faultyProxy({ target: producer.port })));
  const common = Array.from({ length: pairs }, (_, pair) => pair);
  const join = (count: number, port: number, wanted?: readonly number[]) =>
    Array.from({ length: count }, () => {
      const want = wanted === undefined ? {} : { want: wanted.map((pair) => ({ pair: keyOf(pair).pair })) };
      const consumer = new ProvedConsumer(producer, { port, pingTimeoutMs: 600_000, ...want });
      consumer.isJudging = false;
      crowd.defer(() => consumer.client.close());
      return consumer;
    });
  const reading = join(options.reading, producer.port, common);
  const allNewest = (consumers: readonly ProvedConsumer[], wanted?: readonly number[]) =>
    Promise.all(consumers.map((consumer) => consumer.untilNewest(wanted)));
  const remotes = () => new Set(producer.producer.sessions.map(({ remote }) => remote));
  await allNewest(reading, common);
  const others = remotes();
  await allNewest(join(options.stalled, stalling.port));
  const stalled = new Set([...remotes()].filter((remote) => !others.has(remote)));
  const slow = slowing.flatMap(({ port }) => join(1, port));
  await allNewest(slow);

  let mostQueued = 0;
  const look = () => {
    for (const { queuedBytes } of producer.producer.sessions) mostQueued = Math.max(mostQueued, queuedBytes);
  };
  const follow = async () => {
    const latencies: number[] = [];
    for (let i = 0; i < candles; i++) {
      const from = performance.now();
      producer.candles();
      look();
      await allNewest(reading, common);
      latencies.push(performance.now() - from);
    }
    return latencies;
  };
  onPhase('all are in sync');
  const before = await follow();

  stalling.stall();
  for (const proxy of slowing) proxy.throttle(options.slowBytesPerSecond);
  const areFull = () => {
    const { sessions } = producer.producer;
    return sessions.every(({ remote, queuedBytes }) => !stalled.has(remote) || queuedBytes >= limits.softLimitBytes);
  };
  for (let flood = 0; flood < MOST_FLOODS && !areFull(); flood++) {
    // Half of the rows: of all a snapshot would come, of which little is ever on its way.
    producer.repaint(pairs, shape.rows / 2);
    look();
    await wait(1);
  }
  onPhase(`the queues of those that do not read are full: ${mostQueued} bytes; ${closed.length} closed`);
  const beside = await follow();
  onPhase(`the others went on; ${closed.length} closed`);
  // A kernel takes a little more now and then. Who was pinged before and does not answer is cut instead, which takes up to a minute.
  const isThere = () => producer.producer.sessions.some(({ remote }) => stalled.has(remote));
  for (; isThere(); await wait(FLOOD_MS)) producer.repaint(pairs, shape.rows / 2);
  onPhase(`those that do not read are gone; ${closed.length} closed`);
  await allNewest(slow);
  const readers = [...reading, ...slow];
  for (const consumer of readers) {
    consumer.isJudging = true;
    consumer.judgeAll();
  }
  const shown = reading.map((consumer) => consumer.count(({ type }) => type === 'update'));
  return {
    latencies: { before, beside },
    fewest: Math.min(...shown),
    most: Math.max(...shown),
    published: common.reduce((sum, pair) => sum + producer.publications[pair], 0),
    mostQueued,
    closed: [...closed],
    lost: readers.reduce((sum, each) => sum + each.count(({ type }) => type === 'disconnected'), 0),
    wrong: readers.flatMap(({ wrong }) => wrong),
  };
}

/** The same socket; notes with which code it is closed. */
function noting(socket: MessageSocket, closed: number[]): MessageSocket {
  return {
    remote: socket.remote,
    get bufferedBytes() {
      return socket.bufferedBytes;
    },
    sendText: (utf8, onSent) => socket.sendText(utf8, onSent),
    sendBinary: (bytes, onSent) => socket.sendBinary(bytes, onSent),
    close(code, reason) {
      closed.push(code);
      socket.close(code, reason);
    },
  };
}

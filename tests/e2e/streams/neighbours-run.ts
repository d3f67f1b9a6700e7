import type { ProducerOptions } from '../../../src/producer/index.ts';
import { faultyProxy } from '../../../src/testing/index.ts';
import type { MessageSocket } from '../../../src/wire/index.ts';
import { keyOf, type WindowShape } from './made-window.ts';
import { ProvedConsumer, ProvedProducer } from './proved-scene.ts';

export interface NeighboursOptions {
  /** Consumers that read, that stop reading, and that read slowly. */
  readonly reading: number;
  readonly stalled: number;
  readonly slow: number;
  /** Bytes a second of all slow ones together. */
  readonly slowBytesPerSecond: number;
  readonly pairs: number;
  readonly shape: WindowShape;
  /** Of each pair, with all well and then with those that do not read. */
  readonly candles: number;
  readonly limits: ProducerOptions & { readonly softLimitBytes: number };
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
  /** What all that stopped reading cost the producer's process, in bytes. */
  readonly held: number;
  /** The codes with which the producer closed connections. */
  readonly closed: readonly number[];
  /** Connections that those who read, or read slowly, lost. */
  readonly lost: number;
  readonly wrong: readonly string[];
}

/** Publications of whole windows until all kernels are full: never more than this. */
const MOST_FLOODS = 40;

/** A crowd of consumers on one producer, some of which read slowly or not at all from some time on. All in this process. */
export async function runNeighbours(options: NeighboursOptions): Promise<NeighboursReport> {
  const { pairs, shape, limits, candles } = options;
  const closed: number[] = [];
  const through = (socket: MessageSocket): MessageSocket => ({
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
  });
  await using producer = await ProvedProducer.start({ pairs, shape, limits, through });
  await using stalling = await faultyProxy({ target: producer.port });
  await using slowing = await faultyProxy({ target: producer.port });
  await using crowd = new AsyncDisposableStack();
  const join = (count: number, port: number) =>
    Array.from({ length: count }, () => {
      const consumer = new ProvedConsumer(producer, { port, pingTimeoutMs: 600_000, sleepTimeMs: 600_000 });
      consumer.isJudging = false;
      crowd.defer(() => consumer.client.close());
      return consumer;
    });
  const reading = join(options.reading, producer.port);
  const stalled = join(options.stalled, stalling.port);
  const slow = join(options.slow, slowing.port);
  const allNewest = (consumers: readonly ProvedConsumer[]) =>
    Promise.all(consumers.map((consumer) => consumer.untilNewest()));
  await allNewest([...reading, ...stalled, ...slow]);

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
      await allNewest(reading);
      latencies.push(performance.now() - from);
    }
    return latencies;
  };
  if(process.env.DBG) console.log("synced", performance.now());
  const before = await follow(); if(process.env.DBG) console.log("before", performance.now());

  stalling.stall();
  slowing.throttle(options.slowBytesPerSecond);
  const heldBefore = held();
  const { softLimitBytes } = limits;
  const areFull = () => {
    const full = producer.producer.sessions.filter(({ queuedBytes }) => queuedBytes >= softLimitBytes);
    return full.length + closed.length >= options.stalled;
  };
  for (let flood = 0; flood < MOST_FLOODS && !areFull(); flood++) {
    producer.repaint();
    look();
    if(process.env.DBG) console.log("flood", flood, performance.now(), closed.length, mostQueued, reading.filter((c)=>c.isNewest(0)).length, JSON.stringify({...reading[0].view(keyOf(0)),frame:0}));
    await allNewest(reading);
  }
  if(process.env.DBG) console.log("flooded", performance.now(), closed.length, mostQueued);
  const beside = await follow();if(process.env.DBG) console.log("beside", performance.now(), closed.length);
  const heldBeside = held();
  await waitUntil(() => closed.length >= options.stalled);
  await allNewest(slow);
  for (const consumer of [...reading, ...slow]) {
    consumer.isJudging = true;
    consumer.judgeAll();
  }
  const shown = reading.map((consumer) => consumer.count(({ type }) => type === 'update'));
  return {
    latencies: { before, beside },
    fewest: Math.min(...shown),
    most: Math.max(...shown),
    published: producer.publications.reduce((sum, count) => sum + count, 0),
    mostQueued,
    held: heldBeside - heldBefore,
    closed,
    lost: [...reading, ...slow].reduce((sum, each) => sum + each.count(({ type }) => type === 'disconnected'), 0),
    wrong: [...reading, ...slow].flatMap(({ wrong }) => wrong),
  };
}

/** Bytes that are in use where a collection can be asked for. */
function held(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => void setTimeout(resolve, 10));
}

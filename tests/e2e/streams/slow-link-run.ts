import { setTimeout as wait } from 'node:timers/promises';
import type { AnyFrame } from '../../../src/frame/index.ts';
import type { ProducerOptions } from '../../../src/producer/index.ts';
import { faultyProxy } from '../../../src/testing/index.ts';
import type { Want } from '../../../src/wire/index.ts';
import { ProvedConsumer, ProvedProducer } from './proved-scene.ts';

export interface SlowLinkOptions {
  readonly bytesPerSecond: number;
  /** Each pair's frame after so many candles. */
  readonly frameOf: (pair: number, candle: number) => AnyFrame;
  readonly pairs: number;
  readonly candleEveryMs: number;
  /** Candles that are published after everything is in sync. */
  readonly candlesAfter: number;
  readonly want?: readonly Want[];
  readonly latencyMs?: number;
  readonly limits?: ProducerOptions;
}

export interface SlowLinkReport {
  /** From connecting until every pair was live and the newest for the first time. */
  readonly syncMs: number;
  /** The time that what came until then takes on this link, with nothing else on it. */
  readonly linkMs: number;
  readonly bytes: number;
  /** Candles that were published while the histories came, and of them those that reached pairs whose history was there. */
  readonly publishedMeanwhile: number;
  readonly overtaking: number;
  /** From publication to arrival, of all candles that were shown, in milliseconds, by whether all histories were there. */
  readonly agesMeanwhile: readonly number[];
  readonly agesAfter: readonly number[];
  readonly disconnected: number;
  readonly wrong: readonly string[];
}

/** A consumer behind a link that carries little, from nothing to in sync and on. */
export async function runSlowLink(options: SlowLinkOptions): Promise<SlowLinkReport> {
  const { pairs, frameOf, bytesPerSecond, candleEveryMs, candlesAfter, want, limits = {} } = options;
  await using producer = await ProvedProducer.start({
    pairs,
    limits,
    windowOf: (pair) => {
      let candle = 0;
      return { frame: frameOf(pair, 0), next: () => frameOf(pair, ++candle) };
    },
  });
  await using proxy = await faultyProxy({
    target: producer.port,
    bytesPerSecond,
    latencyMs: options.latencyMs ?? 20,
  });
  const publishedAt = new Map<string, number>();
  const ages = { meanwhile: [] as number[], after: [] as number[] };
  let isInSync = false;
  let overtaking = 0;
  let publishedMeanwhile = 0;
  const from = performance.now();
  using consumer = new ProvedConsumer(producer, {
    port: proxy.port,
    ...(want === undefined ? {} : { want }),
    onEvent(event) {
      if (event.type !== 'update' || event.change === 'replaced') return;
      const at = publishedAt.get(`${event.key.pair} ${event.lastAnalyzed}`);
      if (at === undefined) return;
      if (!isInSync) overtaking += 1;
      (isInSync ? ages.after : ages.meanwhile).push(performance.now() - at);
    },
  });
  const candles = () => {
    const now = performance.now();
    producer.candles();
    for (const { pair, publication } of producer.newest()) publishedAt.set(`${pair} ${publication}`, now);
    if (!isInSync) publishedMeanwhile += pairs;
  };
  const clock = setInterval(candles, candleEveryMs);
  await consumer.untilNewest();
  isInSync = true;
  const syncMs = performance.now() - from;
  const { toClients: bytes } = proxy.stats;
  clearInterval(clock);
  for (let i = 0; i < candlesAfter; i++) {
    candles();
    await Promise.all([consumer.untilNewest(), wait(candleEveryMs)]);
  }
  return {
    syncMs,
    linkMs: (1000 * bytes) / bytesPerSecond,
    bytes,
    publishedMeanwhile,
    overtaking,
    agesMeanwhile: ages.meanwhile,
    agesAfter: ages.after,
    disconnected: consumer.count(({ type }) => type === 'disconnected'),
    wrong: consumer.wrong,
  };
}

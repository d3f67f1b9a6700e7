import { setTimeout as wait } from 'node:timers/promises';
import { analyzedFrame } from '../../../bench/frames/analyzed-frame.ts';
import type { ProducerOptions } from '../../../src/producer/index.ts';
import { faultyProxy } from '../../../src/testing/index.ts';
import type { Want } from '../../../src/wire/index.ts';
import { MadeWindow, type WindowShape, pairOf } from './made-window.ts';
import { type FrameSource, ProvedConsumer, ProvedProducer } from './proved-scene.ts';

export interface SlowLinkOptions {
  readonly bytesPerSecond: number;
  readonly pairs: number;
  readonly sourceOf: (pair: number) => FrameSource;
  readonly candleEveryMs: number;
  /** Candles of each pair that follow when all is in sync. */
  readonly candlesAfter: number;
  readonly want?: readonly Want[];
  readonly limits?: ProducerOptions;
}

export interface SlowLinkReport {
  /** From connecting until every pair was live and the newest for the first time. */
  readonly syncMs: number;
  readonly bytes: number;
  /** What those bytes take on such a link. */
  readonly linkMs: number;
  /** Single candles that arrived while histories of other pairs were still to come. */
  readonly overtaking: number;
  /** From publication to arrival of candles, in milliseconds: of those that overtook, and of those afterwards. */
  readonly ages: { readonly overtaking: readonly number[]; readonly after: readonly number[] };
  /** States that were not shown, since a newer one took their place. */
  readonly skippedAfter: number;
  readonly disconnected: number;
  readonly wrong: readonly string[];
}

const LATENCY_MS = 20;

/** A consumer behind a link that carries little, from nothing to in sync and on. */
export async function runSlowLink(options: SlowLinkOptions): Promise<SlowLinkReport> {
  const { pairs, sourceOf, bytesPerSecond, candleEveryMs, candlesAfter, want, limits = {} } = options;
  await using producer = await ProvedProducer.start({ pairs, limits, sourceOf });
  await using proxy = await faultyProxy({ target: producer.port, bytesPerSecond, latencyMs: LATENCY_MS });
  const publishedAt: number[][] = Array.from({ length: pairs }, () => []);
  const ages = { overtaking: [] as number[], after: [] as number[] };
  /** When a pair's history was there. */
  const whole = new Map<number, number>();
  const from = performance.now();
  using consumer = new ProvedConsumer(producer, {
    port: proxy.port,
    ...(want === undefined ? {} : { want }),
    onEvent(event) {
      if (event.type !== 'update') return;
      const pair = pairOf(event.key);
      const now = performance.now();
      const at = publishedAt[pair][event.lastAnalyzed];
      if (whole.size === pairs) ages.after.push(now - at);
      // Not those that were published while its own history was on its way.
      else if (at > (whole.get(pair) ?? Infinity)) ages.overtaking.push(now - at);
      if (event.change === 'replaced') whole.set(pair, now);
    },
  });
  const candles = () => {
    for (let pair = 0; pair < pairs; pair++) {
      publishedAt[pair][producer.publications[pair] + 1] = performance.now();
      producer.candle(pair);
    }
  };
  const clock = setInterval(candles, candleEveryMs);
  await consumer.untilNewest();
  const syncMs = performance.now() - from;
  const { toClients: bytes } = proxy.stats;
  clearInterval(clock);
  ages.after.length = 0;
  for (let candle = 0; candle < candlesAfter; candle++) {
    candles();
    await wait(candleEveryMs);
  }
  await consumer.untilNewest();
  return {
    syncMs,
    bytes,
    linkMs: (1000 * bytes) / bytesPerSecond,
    overtaking: ages.overtaking.length,
    ages,
    skippedAfter: candlesAfter * pairs - ages.after.length,
    disconnected: consumer.count(({ type }) => type === 'disconnected'),
    wrong: consumer.wrong,
  };
}

/** Values that hardly compress: random ones, every digit of which counts. */
export function randomFrames(shape: WindowShape): (pair: number) => FrameSource {
  return (pair) => new MadeWindow('slow link', pair, shape);
}

/** Frames of 60 columns as a strategy computes them: moving averages, oscillators, flags and tags. */
export function strategyFrames(rows: number, candles: number): (pair: number) => FrameSource {
  return (pair) => {
    const all = analyzedFrame(rows + candles, { seed: `pair ${pair}`, timeframe: '1m' });
    let at = 0;
    return {
      get frame() {
        return all.slice(at, at + rows);
      },
      next() {
        at += 1;
        if (at > candles) throw new Error(`there are ${candles} candles, and one more was asked for`);
        return all.slice(at, at + rows);
      },
    };
  };
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, digestFrame, firstDifference } from '../../src/frame/index.ts';
import {
  bollingerBands,
  cdlEngulfing,
  crossedAbove,
  ema,
  macd,
  rsi,
  sma,
  stoch,
  typicalPrice,
} from '../../src/indicators/index.ts';
import {
  type Candle,
  type Candles,
  candlesFrame,
  noCandles,
  parsePair,
  parseTimeframe,
} from '../../src/market/index.ts';
import { analyze, defineStrategy, KeptAnalysis } from '../../src/strategy/index.ts';
import { seededRandom } from '../../src/util/random.ts';
import { noData } from '../../src/testing/index.ts';

const timeframe = parseTimeframe('5m');

const context = { pair: parsePair('BTC/USDT'), timeframe, dp: noData, informative: {} };

/** Nested and derived indicators, calls that depend on the data, a column replaced, signals over all of it. */
const strategy = defineStrategy({
  timeframe: '5m',
  minimalRoi: { 0: 0.04 },
  stoploss: -0.1,
  populateIndicators(candles) {
    const { close, high, low, volume } = candles.columns;
    const bands = bollingerBands(typicalPrice(candles), { window: 7, stds: 2 });
    const range = Float64Array.from(high, (value, i) => value - low[i]);
    const { macd: line, macdSignal } = macd(close, { fastPeriod: 3, slowPeriod: 6, signalPeriod: 4 });
    const { slowK } = stoch(candles, { fastKPeriod: 4 });
    const last = candles.last('close') ?? 0;
    return candles.with({
      rsi: rsi(close, 5),
      range: ema(range, 4),
      smooth: sma(ema(sma(close, 3), 4), 2),
      lower: bands.lower,
      upper: bands.upper,
      line,
      macdSignal,
      slowK,
      engulfing: cdlEngulfing(candles),
      // Which of them is called depends on the newest candle.
      either: last > 100 ? ema(close, 5) : sma(close, 5),
      volume: sma(volume, 2).map((value, i) => (Number.isNaN(value) ? volume[i] : value)),
      above: crossedAbove(close, ema(close, 8)),
    });
  },
  populateEntryTrend(frame) {
    const { rsi, lower, close } = frame.columns;
    const turned = ema(rsi, 3);
    return frame.with({
      turned,
      enter_long: frame.flag((i) => turned[i] < 40 && close[i] < lower[i] * 1.01),
      enter_tag: frame.label((i) => (turned[i] < 30 ? 'deep' : null)),
    });
  },
  populateExitTrend(frame) {
    const { rsi } = frame.columns;
    return frame.with({ exit_long: frame.flag((i) => crossedAbove(rsi, 60, i)) });
  },
});

/** What happens to the candles between two analyses. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('append'), rows: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('last'), rows: fc.constant(1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('rewrite'), rows: fc.integer({ min: 1, max: 50 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('gap'), rows: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('trim'), rows: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('copy'), rows: fc.constant(0) }) },
);

class Market {
  readonly #random;
  #candle = 0;
  #price = 100;
  candles: Candles = noCandles;

  constructor(seed: string, rows: number) {
    this.#random = seededRandom(seed);
    this.#append(rows);
  }

  happen({ what, rows }: { readonly what: string; readonly rows: number }): void {
    const { candles } = this;
    if (what === 'append') return this.#append(rows);
    if (what === 'gap') {
      this.#candle += rows;
      return this.#append(1);
    }
    if (what === 'trim') this.candles = candles.slice(Math.min(rows, Math.max(0, candles.length - 1)));
    // The same values in other memory, as after a restart of the cache.
    if (what === 'copy') this.candles = candles.slice(0, 0).append(candles.detached());
    if (what === 'last' || what === 'rewrite') this.#rewrite(candles.length - rows);
  }

  #append(rows: number): void {
    const made = Array.from({ length: rows }, () => this.#next(this.#candle++));
    this.candles = this.candles.append(candlesFrame(made));
  }

  #rewrite(row: number): void {
    if (row < 0) return;
    const { candles } = this;
    const changed = candlesFrame([{ ...this.#next(0), date: candles.columns.date[row] }]);
    this.candles = candles
      .slice(0, row)
      .append(changed)
      .append(candles.slice(row + 1));
  }

  #next(candle: number): Candle {
    const open = this.#price;
    this.#price *= 1 + 0.01 * this.#random.normal();
    const [low, high] = [Math.min(open, this.#price), Math.max(open, this.#price)];
    const date = Date.UTC(2026, 0, 5) + candle * 300_000;
    return { date, open, high: high * 1.003, low: low * 0.997, close: this.#price, volume: this.#random.next() };
  }
}

function analyzed(candles: Candles, kept?: KeptAnalysis): AnyFrame {
  const outcome = analyze(strategy, { candles, context, ...(kept && { kept }) });
  if (outcome.status === 'failed') throw outcome.error;
  return outcome.frame;
}

describe('a kept analysis', () => {
  it('gives the frames of an analysis from the start, to the bit, whatever happens to the candles', () => {
    const history = fc.tuple(fc.string(), fc.integer({ min: 1, max: 90 }), fc.array(step, { maxLength: 25 }));
    fc.assert(
      fc.property(history, ([seed, rows, steps]) => {
        const market = new Market(seed, rows);
        const kept = new KeptAnalysis();
        const given: { frame: AnyFrame; digest: string }[] = [];
        for (const each of [undefined, ...steps]) {
          if (each !== undefined) market.happen(each);
          const frame = analyzed(market.candles, kept);
          expect(firstDifference(frame, analyzed(market.candles))).toBeUndefined();
          given.push({ frame, digest: digestFrame(frame) });
        }
        expect(kept.check()).toBe(true);
        // A frame never changes under the one who holds it.
        for (const { frame, digest } of given) expect(digestFrame(frame)).toBe(digest);
      }),
      { numRuns: 150 },
    );
  });
});

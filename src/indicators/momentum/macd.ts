import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import { EmaCore } from '../overlap/ema.ts';

export interface Macd {
  macd: number;
  macdSignal: number;
  macdHist: number;
}

interface MacdValues {
  readonly fastPeriod: number;
  readonly slowPeriod: number;
  readonly signalPeriod: number;
}

/** Both averages begin with a plain mean, and both of these end in the same row: the fast one passes over the first values. */
export class MacdCore implements Core<number, Macd> {
  private readonly fastPeriod: number;
  private readonly slowPeriod: number;
  private readonly fastWeight: number;
  private readonly slowWeight: number;
  private readonly signal: EmaCore;
  /** Values seen, up to the slow period. */
  private seen = 0;
  /** Totals until as many values were seen, averages from then on. */
  private fast = 0;
  private slow = 0;

  /** The values of the last row. */
  private macd = Number.NaN;
  private macdSignal = Number.NaN;
  private macdHist = Number.NaN;

  /** `fastPeriod` may not be the longer one. The weights are those of the newest value. */
  constructor(values: MacdValues, fastWeight: number, slowWeight: number) {
    this.fastPeriod = values.fastPeriod;
    this.slowPeriod = values.slowPeriod;
    this.fastWeight = fastWeight;
    this.slowWeight = slowWeight;
    this.signal = new EmaCore(values.signalPeriod);
  }

  update(value: number): Macd {
    this.next(value);
    return { macd: this.macd, macdSignal: this.macdSignal, macdHist: this.macdHist };
  }

  private next(value: number): void {
    if (this.seen === this.slowPeriod) {
      this.fast = (value - this.fast) * this.fastWeight + this.fast;
      this.slow = (value - this.slow) * this.slowWeight + this.slow;
    } else if (!this.begin(value)) {
      return;
    }
    const macd = this.fast - this.slow;
    const signal = this.signal.update(macd);
    if (!this.signal.ready) return;
    this.macd = macd;
    this.macdSignal = signal;
    this.macdHist = macd - signal;
  }

  /** Whether the averages have their first values now. */
  private begin(value: number): boolean {
    if (this.seen >= this.slowPeriod - this.fastPeriod) this.fast += value;
    this.slow += value;
    if (++this.seen < this.slowPeriod) return false;
    this.fast /= this.fastPeriod;
    this.slow /= this.slowPeriod;
    return true;
  }

  assign(from: MacdCore): void {
    this.signal.assign(from.signal);
    this.seen = from.seen;
    this.fast = from.fast;
    this.slow = from.slow;
    this.macd = from.macd;
    this.macdSignal = from.macdSignal;
    this.macdHist = from.macdHist;
  }

  run(
    [values]: readonly Float64Array[],
    [macd, macdSignal, macdHist]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      this.next(values[i]);
      macd[i] = this.macd;
      macdSignal[i] = this.macdSignal;
      macdHist[i] = this.macdHist;
    }
  }
}

const weightOf = (period: number) => 2 / (period + 1);

/**
 * Moving average convergence/divergence: `macd` is the fast less the slow EMA (`fastPeriod` 12, `slowPeriod` 26 by default,
 * each 2 to 100,000), `macdSignal` the EMA of that (`signalPeriod` 1 to 100,000; 9 by default), `macdHist` the one less the
 * other, in the unit of the values; all three from the row on that has all three, which comes after the longer
 * period - 1 + `signalPeriod` - 1 rows.
 *
 * Kept as TA-Lib has it: the shorter period is the fast one, whichever is named so; and the fast EMA is begun late, so that
 * both have their first value in the same row, which makes `macd` differ from `ema(fast) - ema(slow)` at first. Not kept: with
 * a `signalPeriod` of 1, TA-Lib 0.6 reads beyond its memory and gives signals of later rows; here as in 0.8, `macdSignal` is
 * `macd`, but for its last bits. Source: TA-Lib MACD, after Gerald Appel (1979).
 */
export const macd = defineIndicator({
  name: 'macd',
  title: 'Moving Average Convergence/Divergence',
  source: 'TA-Lib 0.6 MACD',
  input: oneSeries,
  output: namedColumns('macd', 'macdSignal', 'macdHist'),
  settings: options({ fastPeriod: rowCount(12), slowPeriod: rowCount(26), signalPeriod: rowCount(9, 1) }),
  lookback: ({ fastPeriod, slowPeriod, signalPeriod }) => Math.max(fastPeriod, slowPeriod) - 1 + signalPeriod - 1,
  start({ fastPeriod, slowPeriod, signalPeriod }) {
    const [fast, slow] = [Math.min(fastPeriod, slowPeriod), Math.max(fastPeriod, slowPeriod)];
    const periods = { fastPeriod: fast, slowPeriod: slow, signalPeriod };
    return new MacdCore(periods, weightOf(fast), weightOf(slow));
  },
});

import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';

interface Bands {
  upper: number;
  middle: number;
  lower: number;
}

interface BbandsValues {
  readonly timePeriod: number;
  readonly nbDevUp: number;
  readonly nbDevDn: number;
}

/** Running totals of the values and of their squares, as TA-Lib keeps them. */
class BbandsCore implements Core<number, Bands> {
  private readonly values: BbandsValues;
  private readonly window: Float64Array;
  private next = 0;
  private seen = 0;
  private total = 0;
  private squares = 0;

  constructor(values: BbandsValues) {
    this.values = values;
    this.window = new Float64Array(values.timePeriod);
  }

  update(value: number): Bands {
    const { window } = this;
    window[this.next] = value;
    if (++this.next === window.length) this.next = 0;
    this.total += value;
    this.squares += value * value;
    if (this.seen < window.length - 1) {
      this.seen++;
      return { upper: Number.NaN, middle: Number.NaN, lower: Number.NaN };
    }
    return this.bands(window[this.next]);
  }

  private bands(oldest: number): Bands {
    const middle = this.total / this.window.length;
    const variance = this.squares / this.window.length - middle * middle;
    this.total -= oldest;
    this.squares -= oldest * oldest;
    const deviation = variance < NEAR_ZERO ? 0 : Math.sqrt(variance);
    return {
      upper: middle + deviation * this.values.nbDevUp,
      middle,
      lower: middle - deviation * this.values.nbDevDn,
    };
  }

  assign(from: BbandsCore): void {
    this.window.set(from.window);
    this.next = from.next;
    this.seen = from.seen;
    this.total = from.total;
    this.squares = from.squares;
  }

  run([values]: readonly Float64Array[], [upper, middle, lower]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const bands = this.update(values[i]);
      upper[i] = bands.upper;
      middle[i] = bands.middle;
      lower[i] = bands.lower;
    }
  }
}

/**
 * TA-Lib's Bollinger Bands: the simple moving average of `timePeriod` values (5 by default), and `nbDevUp` and
 * `nbDevDn` (2 each) population standard deviations above and below it. The moving average is TA-Lib's type 0, SMA; the
 * others are not offered. freqtrade's usual bands are `bollingerBands`.
 *
 * These are TA-Lib 0.6's numbers to the bit, with their weakness: the variance is the mean of squares less the square of the
 * mean, so it has an absolute error of about 1e-16 × value², and below 1e-14 it is taken for 0. Bands of prices around 1e-7 and
 * less collapse to the middle, as do those of values whose spread is under a hundred-millionth of their size. `bollingerBands`
 * has no such limit. Source: TA-Lib BBANDS.
 */
export const bbands = defineIndicator({
  name: 'bbands',
  title: 'Bollinger Bands (TA-Lib)',
  source: 'TA-Lib 0.6 BBANDS, moving average type SMA',
  input: oneSeries,
  output: namedColumns('upper', 'middle', 'lower'),
  settings: options({ timePeriod: rowCount(5), nbDevUp: factor(2), nbDevDn: factor(2) }),
  lookback: ({ timePeriod }) => timePeriod - 1,
  start: (values) => new BbandsCore(values),
});

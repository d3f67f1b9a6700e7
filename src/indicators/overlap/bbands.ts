import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, oneOf, options, rowCount } from '../define/settings.ts';
import { type Average, type MaType, maTypes } from '../parts/average.ts';
import { NEAR_ZERO } from '../parts/near-zero.ts';
import { RollingVariance } from '../parts/rolling-variance.ts';
import { averageLookback, startAverage } from '../parts/start-average.ts';

interface Bands {
  upper: number;
  middle: number;
  lower: number;
}

interface BbandsValues {
  readonly timePeriod: number;
  readonly nbDevUp: number;
  readonly nbDevDn: number;
  readonly maType: MaType;
}

/** Rows without bands. The average alone decides in TA-Lib, save that MAMA's may be ready before a window is full. */
function bandsLookback(maType: MaType, timePeriod: number): number {
  return Math.max(averageLookback(maType, timePeriod), timePeriod - 1);
}

/**
 * The totals behind the deviation begin with the first window that has bands, as in TA-Lib: rows before it leave no rounding
 * errors, NaN or infinity in them.
 */
class BbandsCore implements Core<number, Bands> {
  private upper = Number.NaN;
  private middle = Number.NaN;
  private lower = Number.NaN;

  private readonly nbDevUp: number;
  private readonly nbDevDn: number;
  private readonly average: Average;
  private readonly variance: RollingVariance;
  private readonly lookback: number;
  /** The first row of the first window that has bands. */
  private readonly first: number;
  /** Rows seen, up to one more than the lookback. */
  private seen = 0;

  constructor({ timePeriod, nbDevUp, nbDevDn, maType }: BbandsValues) {
    this.nbDevUp = nbDevUp;
    this.nbDevDn = nbDevDn;
    this.average = startAverage(maType, timePeriod);
    this.variance = new RollingVariance(timePeriod);
    this.lookback = bandsLookback(maType, timePeriod);
    this.first = this.lookback - (timePeriod - 1);
  }

  update(value: number): Bands {
    this.next(value);
    return { upper: this.upper, middle: this.middle, lower: this.lower };
  }

  private next(value: number): void {
    const middle = this.average.update(value);
    const variance = this.seen < this.first ? Number.NaN : this.variance.update(value);
    if (this.seen <= this.lookback && ++this.seen <= this.lookback) return;
    const deviation = variance < NEAR_ZERO ? 0 : Math.sqrt(variance);
    this.upper = middle + deviation * this.nbDevUp;
    this.middle = middle;
    this.lower = middle - deviation * this.nbDevDn;
  }

  assign(from: BbandsCore): void {
    this.upper = from.upper;
    this.middle = from.middle;
    this.lower = from.lower;
    this.average.assign(from.average);
    this.variance.assign(from.variance);
    this.seen = from.seen;
  }

  run(
    [values]: readonly Float64Array[],
    [upper, middle, lower]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      this.next(values[i]);
      upper[i] = this.upper;
      middle[i] = this.middle;
      lower[i] = this.lower;
    }
  }
}

/**
 * TA-Lib's Bollinger Bands: the moving average `maType` ('sma' by default, see `ma`) of `timePeriod` values (2 to 100,000; 5 by
 * default), and `nbDevUp` and `nbDevDn` (±3e37; 2 each) population standard deviations above and below it. The deviation is that
 * of the last `timePeriod` values around their own mean, whatever the average. The first bands are at row `timePeriod - 1`, or
 * where the average has its first value if that is later. freqtrade's usual bands are `bollingerBands`.
 *
 * These are TA-Lib 0.6's numbers to the bit ('mama': as near as `mama`), with their weakness: the variance is the mean of squares
 * less the square of the mean, so it has an absolute error of about 1e-16 × value², and below 1e-14 it is taken for 0. Bands of
 * prices around 1e-7 and less collapse to the middle, as do those of values whose spread is under a hundred-millionth of their
 * size. `bollingerBands` has no such limit. Other than TA-Lib: for 'mama' with a `timePeriod` above 33, TA-Lib adds the deviation
 * of a later row to each row, and leaves the last rows undefined; here each row has its own. Source: TA-Lib BBANDS, after John
 * Bollinger (1983).
 */
export const bbands = defineIndicator({
  name: 'bbands',
  title: 'Bollinger Bands (TA-Lib)',
  source: 'TA-Lib 0.6 BBANDS',
  input: oneSeries,
  output: namedColumns('upper', 'middle', 'lower'),
  settings: options({
    timePeriod: rowCount(5),
    nbDevUp: factor(2),
    nbDevDn: factor(2),
    maType: oneOf(maTypes, 'sma'),
  }),
  lookback: ({ maType, timePeriod }) => bandsLookback(maType, timePeriod),
  start: (values) => new BbandsCore(values),
});

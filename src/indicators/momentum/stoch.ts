import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { type MaType, maTypes } from '../parts/average.ts';
import { LateAverage } from '../parts/late-average.ts';
import { averageLookback } from '../parts/start-average.ts';
import { StochasticK } from '../parts/stochastic-k.ts';
import { WarmUp } from '../parts/warm-up.ts';

interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

interface Stoch {
  slowK: number;
  slowD: number;
}

interface StochValues {
  readonly fastKPeriod: number;
  readonly slowKPeriod: number;
  readonly slowKMaType: MaType;
  readonly slowDPeriod: number;
  readonly slowDMaType: MaType;
}

/** How many rows have no slow %K. */
function slowKLookback({ fastKPeriod, slowKPeriod, slowKMaType }: StochValues): number {
  return fastKPeriod - 1 + averageLookback(slowKMaType, slowKPeriod);
}

function stochLookback(values: StochValues): number {
  return slowKLookback(values) + averageLookback(values.slowDMaType, values.slowDPeriod);
}

class StochCore implements Core<Candle, Stoch> {
  private readonly fastK: StochasticK;
  private readonly slowK: LateAverage;
  private readonly slowD: LateAverage;
  private readonly warmUp: WarmUp;

  constructor(values: StochValues) {
    this.fastK = new StochasticK(values.fastKPeriod);
    this.slowK = new LateAverage(values.slowKMaType, values.slowKPeriod, values.fastKPeriod - 1);
    this.slowD = new LateAverage(values.slowDMaType, values.slowDPeriod, slowKLookback(values));
    this.warmUp = new WarmUp(stochLookback(values));
  }

  update({ high, low, close }: Candle): Stoch {
    const slowK = this.slowK.update(this.fastK.next(high, low, close));
    const slowD = this.slowD.update(slowK);
    return { slowK: this.warmUp.passes() ? Number.NaN : slowK, slowD };
  }

  assign(from: StochCore): void {
    this.fastK.assign(from.fastK);
    this.slowK.assign(from.slowK);
    this.slowD.assign(from.slowD);
    this.warmUp.assign(from.warmUp);
  }

  run(
    [high, low, close]: readonly Float64Array[],
    [slowK, slowD]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    // The fast %K waits in the column of the slow %D, which is written last.
    for (let i = start; i < end; i++) slowD[i] = this.fastK.next(high[i], low[i], close[i]);
    this.slowK.run([slowD], [slowK], start, end);
    this.slowD.run([slowK], [slowD], start, end);
    this.warmUp.blank(slowK, start, end);
  }
}

/**
 * Stochastic oscillator, 0 to 100: where the close is between the lowest low and the highest high of the last `fastKPeriod`
 * candles (5 by default), smoothed to `slowK` (`slowKPeriod` 3, `slowKMaType` 'sma' by default), which is smoothed to `slowD`
 * (`slowDPeriod` 3, `slowDMaType` 'sma' by default); periods 1 to 100,000. Both begin in the row that has both: after
 * `fastKPeriod` - 1 rows and the warm-ups of both averages. Averages that overshoot, like 'dema', leave 0 to 100.
 *
 * Where highest and lowest are equal, the unsmoothed value is 0. A high or low that is NaN after the first row is passed over
 * as in `max` and `min`. Source: TA-Lib STOCH, after George Lane (1984).
 */
export const stoch = defineIndicator({
  name: 'stoch',
  title: 'Stochastic Oscillator',
  source: 'TA-Lib 0.6 STOCH',
  input: candleColumns('high', 'low', 'close'),
  output: namedColumns('slowK', 'slowD'),
  settings: options({
    fastKPeriod: rowCount(5, 1),
    slowKPeriod: rowCount(3, 1),
    slowKMaType: oneOf(maTypes, 'sma'),
    slowDPeriod: rowCount(3, 1),
    slowDMaType: oneOf(maTypes, 'sma'),
  }),
  lookback: stochLookback,
  start: (values) => new StochCore(values),
});

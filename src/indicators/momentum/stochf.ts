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

interface Stochf {
  fastK: number;
  fastD: number;
}

interface StochfValues {
  readonly fastKPeriod: number;
  readonly fastDPeriod: number;
  readonly fastDMaType: MaType;
}

function stochfLookback({ fastKPeriod, fastDPeriod, fastDMaType }: StochfValues): number {
  return fastKPeriod - 1 + averageLookback(fastDMaType, fastDPeriod);
}

class StochfCore implements Core<Candle, Stochf> {
  private readonly fastK: StochasticK;
  private readonly fastD: LateAverage;
  private readonly warmUp: WarmUp;

  constructor(values: StochfValues) {
    this.fastK = new StochasticK(values.fastKPeriod);
    this.fastD = new LateAverage(values.fastDMaType, values.fastDPeriod, values.fastKPeriod - 1);
    this.warmUp = new WarmUp(stochfLookback(values));
  }

  update({ high, low, close }: Candle): Stochf {
    const fastK = this.fastK.next(high, low, close);
    const fastD = this.fastD.update(fastK);
    return { fastK: this.warmUp.passes() ? Number.NaN : fastK, fastD };
  }

  assign(from: StochfCore): void {
    this.fastK.assign(from.fastK);
    this.fastD.assign(from.fastD);
    this.warmUp.assign(from.warmUp);
  }

  run(
    [high, low, close]: readonly Float64Array[],
    [fastK, fastD]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) fastK[i] = this.fastK.next(high[i], low[i], close[i]);
    this.fastD.run([fastK], [fastD], start, end);
    this.warmUp.blank(fastK, start, end);
  }
}

/**
 * Fast stochastic oscillator, 0 to 100: `fastK` is where the close is between the lowest low and the highest high of the last
 * `fastKPeriod` candles (5 by default), `fastD` its moving average (`fastDPeriod` 3, `fastDMaType` 'sma' by default); periods 1
 * to 100,000. Both begin in the row that has both: after `fastKPeriod` - 1 rows and the average's warm-up. Averages that
 * overshoot, like 'dema', leave 0 to 100.
 *
 * `fastK` is 0 where highest and lowest are equal. A high or low that is NaN after the first row is passed over as in `max` and
 * `min`. Source: TA-Lib STOCHF, after George Lane (1984).
 */
export const stochf = defineIndicator({
  name: 'stochf',
  title: 'Fast Stochastic Oscillator',
  source: 'TA-Lib 0.6 STOCHF',
  input: candleColumns('high', 'low', 'close'),
  output: namedColumns('fastK', 'fastD'),
  settings: options({
    fastKPeriod: rowCount(5, 1),
    fastDPeriod: rowCount(3, 1),
    fastDMaType: oneOf(maTypes, 'sma'),
  }),
  lookback: stochfLookback,
  start: (values) => new StochfCore(values),
});

import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { type MaType, maTypes } from '../parts/average.ts';
import { LateAverage } from '../parts/late-average.ts';
import { averageLookback } from '../parts/start-average.ts';
import { StochasticK } from '../parts/stochastic-k.ts';
import { WarmUp } from '../parts/warm-up.ts';
import { RsiCore } from './rsi.ts';

interface Stochrsi {
  fastK: number;
  fastD: number;
}

interface StochrsiValues {
  readonly timePeriod: number;
  readonly fastKPeriod: number;
  readonly fastDPeriod: number;
  readonly fastDMaType: MaType;
}

/** How many rows have no %K. */
function fastKLookback({ timePeriod, fastKPeriod }: StochrsiValues): number {
  return timePeriod + fastKPeriod - 1;
}

function stochrsiLookback(values: StochrsiValues): number {
  return fastKLookback(values) + averageLookback(values.fastDMaType, values.fastDPeriod);
}

class StochrsiCore implements Core<number, Stochrsi> {
  private readonly rsi: RsiCore;
  private readonly fastK: StochasticK;
  private readonly fastD: LateAverage;
  private readonly warmUp: WarmUp;

  constructor(values: StochrsiValues) {
    this.rsi = new RsiCore(values.timePeriod);
    this.fastK = new StochasticK(values.fastKPeriod);
    this.fastD = new LateAverage(values.fastDMaType, values.fastDPeriod, fastKLookback(values));
    this.warmUp = new WarmUp(stochrsiLookback(values));
  }

  update(value: number): Stochrsi {
    const fastK = this.next(value);
    const fastD = this.fastD.update(fastK);
    return { fastK: this.warmUp.passes() ? Number.NaN : fastK, fastD };
  }

  private next(value: number): number {
    const rsi = this.rsi.update(value);
    return this.rsi.ready ? this.fastK.next(rsi, rsi, rsi) : Number.NaN;
  }

  assign(from: StochrsiCore): void {
    this.rsi.assign(from.rsi);
    this.fastK.assign(from.fastK);
    this.fastD.assign(from.fastD);
    this.warmUp.assign(from.warmUp);
  }

  run([values]: readonly Float64Array[], [fastK, fastD]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) fastK[i] = this.next(values[i]);
    this.fastD.run([fastK], [fastD], start, end);
    this.warmUp.blank(fastK, start, end);
  }
}

/**
 * Stochastic RSI, 0 to 100: `fastK` is where the RSI (`timePeriod` 2 to 100,000; 14 by default) is between the lowest and the
 * highest RSI of the last `fastKPeriod` rows (5 by default), `fastD` its moving average (`fastDPeriod` 3, `fastDMaType` 'sma'
 * by default; both periods 1 to 100,000). Both begin in the row that has both: after `timePeriod` + `fastKPeriod` - 1 rows and
 * the average's warm-up. Averages that overshoot, like 'dema', leave 0 to 100.
 *
 * `fastK` is 0 where highest and lowest are equal. Chande and Kroll look at as many RSIs as the RSI has rows: 14 and 14, which
 * is what most charts show. Source: TA-Lib STOCHRSI, after Tushar Chande and Stanley Kroll (1993).
 */
export const stochrsi = defineIndicator({
  name: 'stochrsi',
  title: 'Stochastic RSI',
  source: 'TA-Lib 0.6 STOCHRSI',
  input: oneSeries,
  output: namedColumns('fastK', 'fastD'),
  settings: options({
    timePeriod: rowCount(14),
    fastKPeriod: rowCount(5, 1),
    fastDPeriod: rowCount(3, 1),
    fastDMaType: oneOf(maTypes, 'sma'),
  }),
  lookback: stochrsiLookback,
  start: (values) => new StochrsiCore(values),
});

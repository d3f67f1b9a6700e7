import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { ExponentialMean } from '../parts/exponential-mean.ts';
import type { Mean } from '../parts/mean.ts';
import { SummedMean } from '../parts/summed-mean.ts';

class AwesomeOscillatorCore implements Core<CandleRow<'high' | 'low'>, number> {
  private readonly fast: Mean;
  private readonly slow: Mean;

  constructor(fast: Mean, slow: Mean) {
    this.fast = fast;
    this.slow = slow;
  }

  update({ high, low }: CandleRow<'high' | 'low'>): number {
    return this.difference(high, low);
  }

  private difference(high: number, low: number): number {
    const middle = (high + low) / 2;
    return this.fast.update(middle) - this.slow.update(middle);
  }

  assign(from: AwesomeOscillatorCore): void {
    this.fast.assign(from.fast);
    this.slow.assign(from.slow);
  }

  run([high, low]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.difference(high[i], low[i]);
  }
}

const startMean = (isWeighted: boolean, rows: number): Mean =>
  isWeighted ? new ExponentialMean(rows, 1) : new SummedMean(rows);

/**
 * Awesome oscillator: the plain mean of the candles' middles, (high + low) / 2, over `fast` rows (1 to 100,000; 5 by default) less
 * that over `slow` rows (1 to 100,000; 34). Lookback: the larger of the two, less 1.
 *
 * With `weighted` 'yes' ('no' by default) the means are exponential ones of all rows so far, with `fast` and `slow` as the mean age
 * of their weights (pandas' `ewm(com)`, not the span that TA-Lib's periods are), and there is no lookback. Equal to qtpylib's
 * numbers to the bit. Source: `awesome_oscillator` of qtpylib as vendored by freqtrade, after Bill Williams.
 */
export const awesomeOscillator = defineIndicator({
  name: 'awesomeOscillator',
  title: 'Awesome Oscillator',
  source: "freqtrade's qtpylib awesome_oscillator (technical 1.7) on pandas 3.1",
  input: candleColumns('high', 'low'),
  output: oneColumn,
  settings: options({ weighted: oneOf(['no', 'yes'], 'no'), fast: rowCount(5, 1), slow: rowCount(34, 1) }),
  lookback: ({ weighted, fast, slow }) => (weighted === 'yes' ? 0 : Math.max(fast, slow) - 1),
  start: ({ weighted, fast, slow }) =>
    new AwesomeOscillatorCore(startMean(weighted === 'yes', fast), startMean(weighted === 'yes', slow)),
});

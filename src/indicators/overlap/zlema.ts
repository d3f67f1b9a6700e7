import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { AvailableMean } from '../parts/available-mean.ts';
import { ExponentialMean } from '../parts/exponential-mean.ts';
import { Lag } from '../parts/lag.ts';
import type { Mean } from '../parts/mean.ts';
import { SummedMean } from '../parts/summed-mean.ts';
import { HullMovingAverageCore } from './hull-moving-average.ts';

const kinds = ['ema', 'sma', 'hma'] as const;

interface ZlemaValues {
  readonly window: number;
  readonly minPeriods: number;
  readonly kind: (typeof kinds)[number];
}

class ZlemaCore implements Core<number, number> {
  private readonly lag: Lag;
  private readonly mean: Mean;

  constructor(values: ZlemaValues) {
    this.lag = new Lag(lagOf(values));
    this.mean = startMean(values);
  }

  update(value: number): number {
    return this.mean.update(2 * value - this.lag.shift(value));
  }

  assign(from: ZlemaCore): void {
    this.lag.assign(from.lag);
    this.mean.assign(from.mean);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/** How far an average over `window` lags behind, which the same number of rows is then averaged over. */
const lagOf = ({ window }: ZlemaValues) => Math.floor((window - 1) / 2);

/** How many values an average takes before its first. A plain one never has more than its rows. */
function firstAt(values: ZlemaValues): number {
  const asked = values.minPeriods || values.window;
  return values.kind === 'sma' ? Math.min(asked, lagOf(values)) : asked;
}

function startMean(values: ZlemaValues): Mean {
  const lag = lagOf(values);
  const minPeriods = firstAt(values);
  if (values.kind === 'hma') return new HullMovingAverageCore(lag, minPeriods);
  if (values.kind === 'ema') return ExponentialMean.ofSpan(lag, minPeriods);
  // qtpylib asks NumPy for full windows and pandas for others; they differ in what an infinity does.
  return minPeriods === lag ? new SummedMean(lag) : new AvailableMean(lag, minPeriods);
}

/**
 * Zero-lag exponential moving average: an average, over `lag` rows, of 2 × the value less the value `lag` rows before, where `lag` is
 * half of `window` - 1 (3 to 100,000; 20 by default), rounded down.
 *
 * `kind` is the average: 'ema' (the default; pandas' `ewm(span)`), 'sma' (plain), 'hma' (`hullMovingAverage`). `minPeriods` (0 to
 * 100,000; 0, the default, stands for `window`) is how many values it takes before it gives its first: the lookback is
 * `lag + minPeriods - 1`, and for 'hma', which averages twice, `lag + 2 × (minPeriods - 1)`. qtpylib refuses more than `lag` for
 * 'sma', also where `minPeriods` is left out; here more than `lag` stands for `lag`. Equal to qtpylib's numbers to the bit, but
 * for 'sma' with fewer than `lag`, where pandas carries rounding errors along. Source: `zlema` (and `zlma` for its kinds) of qtpylib
 * as vendored by freqtrade, after John Ehlers and Ric Way (2010).
 */
export const zlema = defineIndicator({
  name: 'zlema',
  title: 'Zero-Lag Exponential Moving Average',
  source: "freqtrade's qtpylib zlema (technical 1.7) on pandas 3.1",
  input: oneSeries,
  output: oneColumn,
  settings: options({ window: rowCount(20, 3), minPeriods: rowCount(0, 0), kind: oneOf(kinds, 'ema') }),
  lookback: (values) => lagOf(values) + (values.kind === 'hma' ? 2 : 1) * (firstAt(values) - 1),
  start: (values) => new ZlemaCore(values),
});

import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { oneOf, options, rowCount } from '../define/settings.ts';
import { type MaType, maTypes } from '../parts/average.ts';
import { LateAverage } from '../parts/late-average.ts';
import { averageLookback } from '../parts/start-average.ts';
import { WarmUp } from '../parts/warm-up.ts';

interface Macdext {
  macd: number;
  macdSignal: number;
  macdHist: number;
}

interface MacdextValues {
  readonly fastPeriod: number;
  readonly fastMaType: MaType;
  readonly slowPeriod: number;
  readonly slowMaType: MaType;
  readonly signalPeriod: number;
  readonly signalMaType: MaType;
}

/** How many rows have no difference yet, as one of its two averages is missing. */
function differenceLookback({ fastPeriod, fastMaType, slowPeriod, slowMaType }: MacdextValues): number {
  return Math.max(averageLookback(fastMaType, fastPeriod), averageLookback(slowMaType, slowPeriod));
}

function macdextLookback(values: MacdextValues): number {
  return differenceLookback(values) + averageLookback(values.signalMaType, values.signalPeriod);
}

/** Each average begins as late as it can and still have its first value when the others of its stage have theirs. */
class MacdextCore implements Core<number, Macdext> {
  private readonly fast: LateAverage;
  private readonly slow: LateAverage;
  private readonly signal: LateAverage;
  private readonly warmUp: WarmUp;

  constructor(values: MacdextValues) {
    const { fastPeriod, fastMaType, slowPeriod, slowMaType, signalPeriod, signalMaType } = values;
    const due = differenceLookback(values);
    const named = new LateAverage(fastMaType, fastPeriod, due - averageLookback(fastMaType, fastPeriod));
    const other = new LateAverage(slowMaType, slowPeriod, due - averageLookback(slowMaType, slowPeriod));
    const isSwapped = slowPeriod < fastPeriod;
    this.fast = isSwapped ? other : named;
    this.slow = isSwapped ? named : other;
    this.signal = new LateAverage(signalMaType, signalPeriod, due);
    this.warmUp = new WarmUp(macdextLookback(values));
  }

  update(value: number): Macdext {
    const macd = this.fast.update(value) - this.slow.update(value);
    const macdSignal = this.signal.update(macd);
    return { macd: this.warmUp.passes() ? Number.NaN : macd, macdSignal, macdHist: macd - macdSignal };
  }

  assign(from: MacdextCore): void {
    this.fast.assign(from.fast);
    this.slow.assign(from.slow);
    this.signal.assign(from.signal);
    this.warmUp.assign(from.warmUp);
  }

  run(
    inputs: readonly Float64Array[],
    [macd, macdSignal, macdHist]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    this.fast.run(inputs, [macd], start, end);
    this.slow.run(inputs, [macdHist], start, end);
    for (let i = start; i < end; i++) macd[i] -= macdHist[i];
    this.signal.run([macd], [macdSignal], start, end);
    for (let i = start; i < end; i++) macdHist[i] = macd[i] - macdSignal[i];
    this.warmUp.blank(macd, start, end);
  }
}

/**
 * Moving average convergence/divergence with any moving averages: `macd` is the fast less the slow one (`fastPeriod` 12,
 * `slowPeriod` 26 by default, each 2 to 100,000), `macdSignal` the average of that (`signalPeriod` 1 to 100,000; 9 by default),
 * `macdHist` the one less the other. `fastMaType`, `slowMaType` and `signalMaType` say of which kind ('sma' by default). All
 * three outputs begin in the row that has all three: after the longer warm-up of fast and slow and that of the signal.
 *
 * Kept as TA-Lib has it: the shorter period is the fast one with its kind, whichever is named so; and the average with the
 * shorter warm-up is begun late, so that both have their first value in the same row. Source: TA-Lib MACDEXT, after Gerald
 * Appel (1979).
 */
export const macdext = defineIndicator({
  name: 'macdext',
  title: 'Moving Average Convergence/Divergence with Any Averages',
  source: 'TA-Lib 0.6 MACDEXT',
  input: oneSeries,
  output: namedColumns('macd', 'macdSignal', 'macdHist'),
  settings: options({
    fastPeriod: rowCount(12),
    fastMaType: oneOf(maTypes, 'sma'),
    slowPeriod: rowCount(26),
    slowMaType: oneOf(maTypes, 'sma'),
    signalPeriod: rowCount(9, 1),
    signalMaType: oneOf(maTypes, 'sma'),
  }),
  lookback: macdextLookback,
  start: (values) => new MacdextCore(values),
});

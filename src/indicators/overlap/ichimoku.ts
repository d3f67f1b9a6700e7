import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { options, rowCount } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { Lag } from '../parts/lag.ts';
import { WindowRange } from '../parts/window-range.ts';

const lines = [
  'tenkanSen',
  'kijunSen',
  'senkouSpanA',
  'senkouSpanB',
  'leadingSenkouSpanA',
  'leadingSenkouSpanB',
] as const;

type Cloud = Record<(typeof lines)[number], number>;

interface IchimokuValues {
  readonly conversionLinePeriod: number;
  readonly baseLinePeriods: number;
  readonly laggingSpan: number;
  readonly displacement: number;
}

class IchimokuCore implements Core<CandleRow<'high' | 'low'>, Cloud> {
  private readonly conversion: WindowRange;
  private readonly base: WindowRange;
  private readonly long: WindowRange;
  private readonly lagA: Lag;
  private readonly lagB: Lag;
  private readonly isDisplaced: boolean;
  private tenkanSen = 0;
  private kijunSen = 0;
  private leadingA = 0;
  private leadingB = 0;
  private spanA = 0;
  private spanB = 0;

  constructor(values: IchimokuValues) {
    this.conversion = new WindowRange(values.conversionLinePeriod);
    this.base = new WindowRange(values.baseLinePeriods);
    this.long = new WindowRange(values.laggingSpan);
    // The row itself counts as the first of the displacement, so 1 is none.
    this.isDisplaced = values.displacement > 1;
    this.lagA = new Lag(values.displacement - 1);
    this.lagB = new Lag(values.displacement - 1);
  }

  update({ high, low }: CandleRow<'high' | 'low'>): Cloud {
    this.next(high, low);
    return {
      tenkanSen: this.tenkanSen,
      kijunSen: this.kijunSen,
      senkouSpanA: this.spanA,
      senkouSpanB: this.spanB,
      leadingSenkouSpanA: this.leadingA,
      leadingSenkouSpanB: this.leadingB,
    };
  }

  private next(high: number, low: number): void {
    this.tenkanSen = middleOf(this.conversion, high, low);
    this.kijunSen = middleOf(this.base, high, low);
    this.leadingA = (this.tenkanSen + this.kijunSen) / 2;
    this.leadingB = middleOf(this.long, high, low);
    this.spanA = this.isDisplaced ? this.lagA.shift(this.leadingA) : this.leadingA;
    this.spanB = this.isDisplaced ? this.lagB.shift(this.leadingB) : this.leadingB;
  }

  assign(from: IchimokuCore): void {
    this.conversion.assign(from.conversion);
    this.base.assign(from.base);
    this.long.assign(from.long);
    this.lagA.assign(from.lagA);
    this.lagB.assign(from.lagB);
  }

  run([high, low]: readonly Float64Array[], outputs: readonly Float64Array[], start: number, end: number): void {
    const [tenkanSen, kijunSen, spanA, spanB, leadingA, leadingB] = outputs;
    for (let i = start; i < end; i++) {
      this.next(high[i], low[i]);
      tenkanSen[i] = this.tenkanSen;
      kijunSen[i] = this.kijunSen;
      spanA[i] = this.spanA;
      spanB[i] = this.spanB;
      leadingA[i] = this.leadingA;
      leadingB[i] = this.leadingB;
    }
  }
}

/** The middle between the extremes of the window that ends with this row. */
function middleOf(range: WindowRange, high: number, low: number): number {
  range.update(high, low);
  return (range.highest + range.lowest) / 2;
}

/**
 * Ichimoku cloud, of what is known when each candle closes. A line is the middle between the highest high and the lowest low of its
 * rows: `tenkanSen` over `conversionLinePeriod` (9 by default), `kijunSen` over `baseLinePeriods` (26), `leadingSenkouSpanB` over
 * `laggingSpan` (52); `leadingSenkouSpanA` is the mean of the first two (all 1 to 100,000).
 *
 * The leading spans are those that this candle casts into the future. The cloud that stands at this candle, `senkouSpanA` and
 * `senkouSpanB`, is the leading spans of `displacement - 1` rows before (26 by default; 1 is none; technical's 0 would look one row
 * ahead and is refused). technical's `cloud_green` is `senkouSpanA[i] > senkouSpanB[i]`, and its `cloud_red` the other way round;
 * both are false where a span is NaN. Its `chikou_span` is left out: it is the close of `displacement - 1` rows later, which no one
 * has when the candle closes; to compare the close with the price back then, read `close[i - displacement + 1]`.
 *
 * Lookback: the longest of the three periods, and `displacement`, less 2. NaN while a window holds a missing or infinite price.
 * Equal to technical's numbers to the bit. Source: `ichimoku` of technical 1.7, after Goichi Hosoda.
 */
export const ichimoku = defineIndicator({
  name: 'ichimoku',
  title: 'Ichimoku Cloud',
  source: 'technical 1.7 ichimoku on pandas 3.1',
  input: candleColumns('high', 'low'),
  output: namedColumns(...lines),
  settings: options({
    conversionLinePeriod: rowCount(9, 1),
    baseLinePeriods: rowCount(26, 1),
    laggingSpan: rowCount(52, 1),
    displacement: rowCount(26, 1),
  }),
  lookback: ({ conversionLinePeriod, baseLinePeriods, laggingSpan, displacement }) =>
    Math.max(conversionLinePeriod, baseLinePeriods, laggingSpan) + displacement - 2,
  start: (values) => new IchimokuCore(values),
});

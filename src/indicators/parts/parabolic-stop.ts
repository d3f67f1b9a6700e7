/** How fast the stop follows in one direction: its first acceleration, what each new extreme adds, and the most. */
export interface Acceleration {
  readonly first: number;
  readonly step: number;
  readonly most: number;
}

/** All that shapes a parabolic stop. */
export interface ParabolicValues {
  /** Where the stop begins: above 0 long, below 0 short at its absolute value, 0 as the first two candles have it. */
  readonly startValue: number;
  /** The share of itself by which a stop is put further away when it reverses. */
  readonly offsetOnReverse: number;
  readonly long: Acceleration;
  readonly short: Acceleration;
}

/**
 * Wilder's parabolic stop and reverse: it follows the extreme price of the direction by a share of their distance, which rises
 * with each new extreme, and turns around where the price touches it. It is never inside the range of the last two candles.
 *
 * The direction at first is that of the larger movement of the second candle, long where neither is larger. The comparisons stand
 * as in TA-Lib, which decides what a NaN does. Source: TA-Lib SAR and SAREXT, after J. Welles Wilder (1978).
 */
export class ParabolicStop {
  /** The direction that the stop is for, after the last candle. */
  isLong = true;

  private readonly values: ParabolicValues;
  /** Candles seen, up to 2. */
  private seen = 0;
  private high = 0;
  private low = 0;
  private stop = 0;
  private extreme = 0;
  /** Each direction has its own, kept while the other is in force. */
  private long: number;
  private short: number;

  constructor(values: ParabolicValues) {
    this.values = { ...values, long: within(values.long), short: within(values.short) };
    this.long = this.values.long.first;
    this.short = this.values.short.first;
  }

  /** The stop of the next candle; NaN for the first. */
  update(high: number, low: number): number {
    if (this.seen < 2) {
      if (this.seen++ === 0) return this.keep(high, low, Number.NaN);
      this.begin(high, low);
    }
    return this.keep(high, low, this.isLong ? this.follow(high, low) : this.followDown(high, low));
  }

  private keep(high: number, low: number, stop: number): number {
    this.high = high;
    this.low = low;
    return stop;
  }

  private begin(high: number, low: number): void {
    const { startValue } = this.values;
    const down = this.low - low;
    const isDown = down > 0 && down > high - this.high;
    this.isLong = startValue === 0 ? !isDown : startValue > 0;
    this.extreme = this.isLong ? high : low;
    const opposite = this.isLong ? this.low : this.high;
    this.stop = startValue === 0 ? opposite : Math.abs(startValue);
    // The second candle is its own predecessor.
    this.high = high;
    this.low = low;
  }

  private follow(high: number, low: number): number {
    const { long } = this.values;
    if (low <= this.stop) return this.turnShort(high, low);
    const { stop } = this;
    if (high > this.extreme) {
      this.extreme = high;
      this.long += long.step;
      if (this.long > long.most) this.long = long.most;
    }
    this.stop = this.below(stop + this.long * (this.extreme - stop), low);
    return stop;
  }

  private followDown(high: number, low: number): number {
    const { short } = this.values;
    if (high >= this.stop) return this.turnLong(high, low);
    const { stop } = this;
    if (low < this.extreme) {
      this.extreme = low;
      this.short += short.step;
      if (this.short > short.most) this.short = short.most;
    }
    this.stop = this.above(stop + this.short * (this.extreme - stop), high);
    return stop;
  }

  private turnShort(high: number, low: number): number {
    const { short, offsetOnReverse } = this.values;
    let stop = this.above(this.extreme, high);
    if (offsetOnReverse !== 0) stop += stop * offsetOnReverse;
    this.isLong = false;
    this.short = short.first;
    this.extreme = low;
    this.stop = this.above(stop + this.short * (low - stop), high);
    return stop;
  }

  private turnLong(high: number, low: number): number {
    const { long, offsetOnReverse } = this.values;
    let stop = this.below(this.extreme, low);
    if (offsetOnReverse !== 0) stop -= stop * offsetOnReverse;
    this.isLong = true;
    this.long = long.first;
    this.extreme = high;
    this.stop = this.below(stop + this.long * (high - stop), low);
    return stop;
  }

  /** Not under the high of this candle and of the one before. */
  private above(stop: number, high: number): number {
    const raised = stop < this.high ? this.high : stop;
    return raised < high ? high : raised;
  }

  /** Not over the low of this candle and of the one before. */
  private below(stop: number, low: number): number {
    const lowered = stop > this.low ? this.low : stop;
    return lowered > low ? low : lowered;
  }

  assign(from: ParabolicStop): void {
    this.isLong = from.isLong;
    this.seen = from.seen;
    this.high = from.high;
    this.low = from.low;
    this.stop = from.stop;
    this.extreme = from.extreme;
    this.long = from.long;
    this.short = from.short;
  }
}

function within({ first, step, most }: Acceleration): Acceleration {
  return { first: Math.min(first, most), step: Math.min(step, most), most };
}

import { pairwiseSum } from './pairwise-sum.ts';

/**
 * The relative strength index that qtpylib's TDI is made of, to the bit. It is not TA-Lib's: Wilder's smoothing begins with the gains
 * and losses of `window + 1` changes divided by `window`, and then takes the last two of these changes again.
 *
 * qtpylib gives the first `window + 1` rows numbers too, all made from those changes and so from rows that come later. Those rows are
 * NaN here. A NaN among the seed's changes is passed over; one after them stays for good.
 */
export class EagerStrength {
  private readonly window: number;
  /** Values seen, up to two more than the window. */
  private seen = 0;
  private previous = 0;
  private change = 0;
  private gain = 0;
  private loss = 0;

  /** What the seed is the sum of, until it is. */
  private readonly gains: Float64Array;
  private readonly losses: Float64Array;
  private gainCount = 0;
  private lossCount = 0;

  constructor(window: number) {
    this.window = window;
    this.gains = new Float64Array(window + 1);
    this.losses = new Float64Array(window + 1);
  }

  update(value: number): number {
    const change = value - this.previous;
    this.previous = value;
    return this.seen < this.window + 2 ? this.begin(change) : this.smooth(change);
  }

  private begin(change: number): number {
    if (this.seen++ === 0) return Number.NaN;
    if (change > 0) this.gains[this.gainCount++] = change;
    if (change < 0) this.losses[this.lossCount++] = change;
    const before = this.change;
    this.change = change;
    if (this.seen < this.window + 2) return Number.NaN;
    this.gain = pairwiseSum(this.gains, 0, this.gainCount) / this.window;
    this.loss = -pairwiseSum(this.losses, 0, this.lossCount) / this.window;
    this.smooth(before);
    return this.smooth(change);
  }

  private smooth(change: number): number {
    const { window } = this;
    const isGain = change > 0;
    this.gain = (this.gain * (window - 1) + (isGain ? change : 0)) / window;
    this.loss = (this.loss * (window - 1) + (isGain ? 0 : -change)) / window;
    return 100 - 100 / (1 + this.gain / this.loss);
  }

  assign(from: EagerStrength): void {
    this.seen = from.seen;
    this.previous = from.previous;
    this.change = from.change;
    this.gain = from.gain;
    this.loss = from.loss;
    this.gains.set(from.gains);
    this.losses.set(from.losses);
    this.gainCount = from.gainCount;
    this.lossCount = from.lossCount;
  }
}

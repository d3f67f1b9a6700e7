/** Averages of gains and losses: plain over the first `period` changes, Wilder's smoothing after them. */
export class SmoothedChanges {
  /** The average gain, and the average loss as a positive number; totals until `ready`. */
  gain = 0;
  loss = 0;

  private readonly period: number;
  private previous = 0;
  /** Values seen, up to one more than the period. */
  private seen = 0;

  constructor(period: number) {
    this.period = period;
  }

  /** Whether `period` changes were seen. */
  get ready(): boolean {
    return this.seen > this.period;
  }

  update(value: number): void {
    const change = value - this.previous;
    this.previous = value;
    if (this.seen <= this.period) {
      this.begin(change);
      return;
    }
    const kept = this.period - 1;
    // Not a branch on the sign: it would be mispredicted in half of the rows.
    this.gain = (this.gain * kept + Math.max(change, 0)) / this.period;
    this.loss = (this.loss * kept + Math.max(-change, 0)) / this.period;
  }

  /** The first value has no change; those after it are totalled until `period` changes were seen. */
  private begin(change: number): void {
    if (this.seen++ === 0) return;
    this.gain += Math.max(change, 0);
    this.loss += Math.max(-change, 0);
    if (this.seen <= this.period) return;
    this.gain /= this.period;
    this.loss /= this.period;
  }

  assign(from: SmoothedChanges): void {
    this.gain = from.gain;
    this.loss = from.loss;
    this.previous = from.previous;
    this.seen = from.seen;
  }
}

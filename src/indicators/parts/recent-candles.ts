/** The last candles of a stream, in columns: at least as many as it is made for. */
export class RecentCandles {
  private readonly kept: number;
  private readonly capacity: number;
  private readonly prices: Float64Array;
  /** Open, high, low, close. */
  readonly columns: readonly Float64Array[];
  private count = 0;

  constructor(kept: number) {
    this.kept = kept;
    // Moving the kept ones to the front is then rare.
    const capacity = 4 * kept;
    this.capacity = capacity;
    this.prices = new Float64Array(4 * capacity);
    this.columns = [0, 1, 2, 3].map((place) => this.prices.subarray(place * capacity, (place + 1) * capacity));
  }

  /** Takes a candle and tells in which row of the columns it stands. */
  push(open: number, high: number, low: number, close: number): number {
    if (this.count === this.capacity) this.moveToFront();
    const { prices, capacity } = this;
    const row = this.count++;
    prices[row] = open;
    prices[row + capacity] = high;
    prices[row + 2 * capacity] = low;
    prices[row + 3 * capacity] = close;
    return row;
  }

  /** Becomes rows `start` to `end` (exclusive) of these columns. */
  replace(columns: readonly Float64Array[], start: number, end: number): void {
    for (let place = 0; place < 4; place++) this.columns[place].set(columns[place].subarray(start, end));
    this.count = end - start;
  }

  assign(from: RecentCandles): void {
    this.prices.set(from.prices);
    this.count = from.count;
  }

  private moveToFront(): void {
    for (const column of this.columns) column.copyWithin(0, this.capacity - this.kept);
    this.count = this.kept;
  }
}

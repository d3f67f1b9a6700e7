/** Room for the longest cycle, which is 50 rows; a power of 2. */
const ROOM = 64;
const LAST = ROOM - 1;

/**
 * The mean price of the last cycle, in which that cycle cancels out, smoothed over 4 rows. Shared by TA-Lib's HT_TRENDLINE and
 * HT_TRENDMODE. Source: TA-Lib 0.6, after John Ehlers, "Rocket Science for Traders" (2001).
 */
export class CycleTrendline {
  private readonly prices = new Float64Array(ROOM);
  private row = 0;
  private mean1 = 0;
  private mean2 = 0;
  private mean3 = 0;

  /** Takes the next price, from the first row on. */
  add(price: number): void {
    this.row = (this.row + 1) & LAST;
    this.prices[this.row] = price;
  }

  /** The line in the row of the last price, for rows that have a cycle; each of them once. */
  next(smoothPeriod: number): number {
    const { mean1, mean2, mean3 } = this;
    const mean = this.mean(Math.trunc(smoothPeriod + 0.5));
    this.mean3 = mean2;
    this.mean2 = mean1;
    this.mean1 = mean;
    return (4 * mean + 3 * mean1 + 2 * mean2 + mean3) / 10;
  }

  /** Of the last `rows` prices; 0 for none, and for NaN. */
  private mean(rows: number): number {
    const { prices, row } = this;
    let total = 0;
    for (let i = 0; i < rows; i++) total += prices[(row - i) & LAST];
    return rows > 0 ? total / rows : total;
  }

  assign(from: CycleTrendline): void {
    this.prices.set(from.prices);
    this.row = from.row;
    this.mean1 = from.mean1;
    this.mean2 = from.mean2;
    this.mean3 = from.mean3;
  }
}

import { type Level, MINUTE_MS, levelMs } from './calendar.ts';
import type { CandleTree } from './candle-tree.ts';
import type { MinuteTicks } from './minute-ticks.ts';
import type { StepCandle } from './split-candle.ts';

/** Adds up candles and trades that follow one another. Reused from sum to sum, since there are thousands. */
export class CandleSum implements StepCandle {
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  volume = 0;
  readonly #part: StepCandle = { open: 0, high: 0, low: 0, close: 0, volume: 0 };

  clear(): void {
    this.volume = 0;
  }

  /** Nothing is traded without an amount. */
  get isEmpty(): boolean {
    return this.volume === 0;
  }

  /** Adds `count` candles of a level; those without trades add nothing. */
  addCandles(tree: CandleTree, level: Level, first: number, count: number): void {
    if (count === 1 && this.isEmpty) {
      if (!tree.read(level, first, this)) this.volume = 0;
      return;
    }
    for (let i = first; i < first + count; i++) {
      if (tree.read(level, i, this.#part)) this.add(this.#part);
    }
  }

  /** Adds everything from `from` to `until`, both full minutes, by the largest candles that fit between. */
  addSpan(tree: CandleTree, from: number, until: number): void {
    for (let time = from; time < until;) {
      const level = largestLevel(time, until);
      this.addCandles(tree, level, time / levelMs[level], 1);
      time += levelMs[level];
    }
  }

  /** Adds the trades of a minute that have come by `offset` milliseconds into it. */
  addTicks(ticks: MinuteTicks, offset: number): void {
    for (let i = 0; i < ticks.offsets.length && ticks.offsets[i] <= offset; i++) {
      const price = ticks.prices[i];
      this.add({ open: price, high: price, low: price, close: price, volume: ticks.volumes[i] });
    }
  }

  /** Adds a candle, or a trade, that comes after all before. */
  add(part: StepCandle): void {
    if (this.isEmpty) {
      this.open = part.open;
      this.high = part.high;
      this.low = part.low;
    } else {
      this.high = Math.max(this.high, part.high);
      this.low = Math.min(this.low, part.low);
    }
    this.close = part.close;
    this.volume += part.volume;
  }
}

function largestLevel(time: number, until: number): Level {
  for (const level of [0, 1, 2] as const) {
    if (time % levelMs[level] === 0 && time + levelMs[level] <= until) return level;
  }
  return 3;
}

/** The start of the minute that holds a time. */
export function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

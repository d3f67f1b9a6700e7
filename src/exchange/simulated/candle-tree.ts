import { seededRandom } from '../../util/random.ts';
import { BlockCache } from './block-cache.ts';
import { FIRST_DAY, type Level, activityAt, candlesInParent, levelAbove, levelMinutes } from './calendar.ts';
import { type DayWalk, LEAST_DAILY_VOLUME } from './day-walk.ts';
import { CANDLE_SIZE, type StepCandle, splitCandle } from './split-candle.ts';

/** Blocks kept for each level of a pair: more than 1500 candles of any timeframe are cut from. */
const MOST_BLOCKS = 1024;
/** Price moves in a minute for the purpose of gaps between candles. */
const GAPS_IN_MINUTE = 6;
const LEAST_MINUTE_VOLUME = LEAST_DAILY_VOLUME / 1440;
const FIVE_MINUTES_IN_HOUR = 12;

export interface CandleTreeOptions {
  readonly seed: string | number;
  readonly name: string;
  readonly days: DayWalk;
  /** The chance of five minutes without a trade. */
  readonly holes: number;
}

/**
 * Every candle of one pair, from days down to minutes, by level and index (candles of the level since 1970).
 *
 * Days are cut into hours, those into five minutes and those into minutes, each with random numbers of its own place: so any
 * candle can be had without those before it, and is the same whichever way it is come to. Blocks of siblings are kept, a bounded
 * number of them.
 */
export class CandleTree {
  readonly #options: CandleTreeOptions;
  readonly #blocks = [0, 1, 2, 3].map(() => new BlockCache(MOST_BLOCKS));
  readonly #trades = new BlockCache(MOST_BLOCKS);

  constructor(options: CandleTreeOptions) {
    this.#options = options;
  }

  /** Reads a candle into `target`; false where nothing was traded. */
  read(level: Level, index: number, target: StepCandle): boolean {
    if (level === 0) {
      if (index < FIRST_DAY) return false;
      this.#options.days.read(index, target);
      return true;
    }
    const parts = candlesInParent[level];
    const parent = Math.floor(index / parts);
    const block = this.#blocks[level].get(parent, (at) => this.#cut(level, at));
    const at = (index - parent * parts) * CANDLE_SIZE;
    target.open = block[at];
    target.high = block[at + 1];
    target.low = block[at + 2];
    target.close = block[at + 3];
    target.volume = block[at + 4];
    return target.volume > 0;
  }

  /** Forgets what it kept. */
  clear(): void {
    for (const cache of [...this.#blocks, this.#trades]) cache.clear();
  }

  /** Cuts a candle of the level above into packed candles of this level; zeros where nothing was traded. */
  #cut(level: Exclude<Level, 0>, parent: number): Float64Array {
    const parts = candlesInParent[level];
    const block = new Float64Array(parts * CANDLE_SIZE);
    const whole = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
    const living: number[] = [];
    for (let i = 0; i < parts; i++) if (this.#isTraded(level, parent * parts + i)) living.push(i);
    if (living.length === 0 || !this.read(levelAbove[level], parent, whole)) return block;
    const shape = {
      activity: Float64Array.from(living, (i) => (level === 1 ? activityAt(i) : 1)),
      leastVolume: LEAST_MINUTE_VOLUME * levelMinutes[level],
      gap: 1 / Math.sqrt(levelMinutes[level] * GAPS_IN_MINUTE),
    };
    const { seed, name } = this.#options;
    const packed = splitCandle(whole, shape, seededRandom(`${seed}|${name}|${level}|${parent}`));
    for (const [i, part] of living.entries()) {
      block.set(packed.subarray(i * CANDLE_SIZE, (i + 1) * CANDLE_SIZE), part * CANDLE_SIZE);
    }
    return block;
  }

  /** Whether anything is traded in a candle: trades are there or not by five minutes, minutes and hours follow from those. */
  #isTraded(level: Exclude<Level, 0>, index: number): boolean {
    if (this.#options.holes === 0) return true;
    if (level === 1) return this.#tradesIn(index).includes(1);
    const fiveMinutes = level === 2 ? index : Math.floor(index / candlesInParent[3]);
    const hour = Math.floor(fiveMinutes / FIVE_MINUTES_IN_HOUR);
    return this.#tradesIn(hour)[fiveMinutes - hour * FIVE_MINUTES_IN_HOUR] === 1;
  }

  /** 1 for each five minutes of an hour in which something is traded, 0 for the others. */
  #tradesIn(hour: number): Float64Array {
    const { seed, name, holes } = this.#options;
    return this.#trades.get(hour, () => {
      const random = seededRandom(`${seed}|${name}|holes|${hour}`);
      return Float64Array.from({ length: FIVE_MINUTES_IN_HOUR }, () => (random.next() < holes ? 0 : 1));
    });
  }
}

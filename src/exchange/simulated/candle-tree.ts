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

/** Every candle of one pair, from days down to minutes, by level and index (candles of the level since 1970). */
export interface CandleTree {
  /** Reads a candle into `target`; false where nothing was traded. */
  read(level: Level, index: number, target: StepCandle): boolean;
  clear(): void;
}

export interface CandleTreeOptions {
  readonly seed: string | number;
  readonly name: string;
  readonly days: DayWalk;
  /** The chance of five minutes without a trade. */
  readonly holes: number;
}

/**
 * Cuts days into hours, those into five minutes and those into minutes, each with random numbers of its own place: so any candle
 * can be had without those before it, and is the same whichever way it is come to. Blocks of siblings are kept, a bounded number.
 */
export function candleTree(options: CandleTreeOptions): CandleTree {
  const { seed, name, days, holes } = options;
  const caches = [0, 1, 2, 3].map(() => new BlockCache(MOST_BLOCKS));
  const traded = (fiveMinutes: number) =>
    hourTrades(Math.floor(fiveMinutes / 12))[((fiveMinutes % 12) + 12) % 12] === 1;
  const holeCache = new BlockCache(MOST_BLOCKS);
  const hourTrades = (hour: number) =>
    holeCache.get(hour, (index) => drawTrades(`${seed}|${name}|holes|${index}`, holes));

  const partTrades = (level: Level, index: number): boolean => {
    if (holes === 0 || level === 0) return true;
    if (level === 1) return hourTrades(index).includes(1);
    return traded(level === 2 ? index : Math.floor(index / 5));
  };

  const cut = (level: Exclude<Level, 0>, parent: number): Float64Array => {
    const parts = candlesInParent[level];
    const block = new Float64Array(parts * CANDLE_SIZE);
    const whole = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
    const living: number[] = [];
    for (let i = 0; i < parts; i++) if (partTrades(level, parent * parts + i)) living.push(i);
    if (living.length === 0 || !read(levelAbove[level], parent, whole)) return block;
    const shape = {
      activity: Float64Array.from(living, (i) => (level === 1 ? activityAt(i) : 1)),
      leastVolume: LEAST_MINUTE_VOLUME * levelMinutes[level],
      gap: 1 / Math.sqrt(levelMinutes[level] * GAPS_IN_MINUTE),
    };
    const packed = splitCandle(whole, shape, seededRandom(`${seed}|${name}|${level}|${parent}`));
    for (const [i, part] of living.entries()) {
      block.set(packed.subarray(i * CANDLE_SIZE, (i + 1) * CANDLE_SIZE), part * CANDLE_SIZE);
    }
    return block;
  };

  const read = (level: Level, index: number, target: StepCandle): boolean => {
    if (level === 0) {
      if (index < FIRST_DAY) return false;
      days.read(index, target);
      return true;
    }
    const parts = candlesInParent[level];
    const parent = Math.floor(index / parts);
    const block = caches[level].get(parent, (at) => cut(level, at));
    const at = (index - parent * parts) * CANDLE_SIZE;
    target.open = block[at];
    target.high = block[at + 1];
    target.low = block[at + 2];
    target.close = block[at + 3];
    target.volume = block[at + 4];
    return target.volume > 0;
  };

  return {
    read,
    clear() {
      for (const cache of [...caches, holeCache]) cache.clear();
    },
  };
}

/** 1 for each five minutes of an hour in which something is traded, 0 for the others. */
function drawTrades(place: string, holes: number): Float64Array {
  const random = seededRandom(place);
  return Float64Array.from({ length: 12 }, () => (random.next() < holes ? 0 : 1));
}

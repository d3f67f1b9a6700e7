import { type AnyFrame, Column, Frame, ints, timestamps } from '../../../src/frame/index.ts';
import { type PairKey, nextCandleOpen, parsePair, parseTimeframe } from '../../../src/market/index.ts';
import { type Random, seededRandom } from '../../../src/util/random.ts';

export const timeframe = parseTimeframe('1m');

/** When the first row of every window opens. */
const START_MS = Date.UTC(2026, 0, 5);

/** Rows on each side that a centred average takes in: so many of its newest rows change with each candle. */
const CENTRED_SIDE = 3;

/** Columns that are there in any case. */
const NAMED = 7;

export interface WindowShape {
  readonly rows: number;
  /** At least 7, the date included. */
  readonly columns: number;
  /** How many candles after all others' the first row opens. Default 0. */
  readonly firstCandle?: number;
}

/** The key of the pair of a number. */
export function keyOf(pair: number): PairKey {
  return { pair: parsePair(`P${pair}/USDT`), timeframe, candleType: 'spot' };
}

/** The number of a pair. */
export function pairOf({ pair }: PairKey): number {
  return Number(/^P(\d+)\//.exec(pair)?.[1]);
}

/**
 * A pair's window as a strategy would make it, with a column of every kind, one of which is a centred average: its newest rows are
 * repainted with each candle. Other seeds have other values in all rows.
 */
export class MadeWindow {
  readonly #random: Random;
  readonly #rows: number;
  readonly #floats: readonly string[];
  /** Whether all columns are computed anew, in memory of their own, or go on in that of before. */
  readonly #isAnew: boolean;
  #close = 100;
  #candle: number;
  #frame: AnyFrame;

  constructor(seed: string, pair: number, { rows, columns, firstCandle = 0 }: WindowShape) {
    this.#candle = firstCandle;
    this.#random = seededRandom(`${seed} ${pair}`);
    this.#rows = rows;
    this.#isAnew = pair % 2 === 1;
    this.#floats = Array.from({ length: columns - NAMED }, (_, i) => `indicator_${i}`);
    this.#frame = this.#withCentred(this.#candles(rows));
  }

  get frame(): AnyFrame {
    return this.#frame;
  }

  /** One candle more; the oldest row goes. */
  next(): AnyFrame {
    const longer = this.#frame.append(this.#withCentred(this.#candles(1))).tail(this.#rows);
    const frame = this.#withCentred(longer);
    this.#frame = this.#isAnew ? anew(frame) : frame;
    return this.#frame;
  }

  /** The same candles with other values in so many of the last rows of the indicators, as of a model that was trained again. */
  repainted(rows: number): AnyFrame {
    const columns = this.#floats.map((name) => {
      const values = Float64Array.from(this.#frame.numbers(name));
      for (let row = Math.max(0, values.length - rows); row < values.length; row++) values[row] = this.#value();
      return [name, values] as const;
    });
    this.#frame = this.#frame.with(Object.fromEntries(columns));
    return this.#frame;
  }

  #candles(count: number): AnyFrame {
    const random = this.#random;
    const date = new Float64Array(count);
    const close = new Float64Array(count);
    const id = new BigInt64Array(count);
    for (let row = 0; row < count; row++) {
      this.#close *= 1 + 0.001 * random.normal();
      close[row] = this.#close;
      date[row] = nextCandleOpen(START_MS, timeframe, this.#candle);
      id[row] = 2n ** 60n + BigInt(this.#candle);
      this.#candle += 1;
    }
    const isUp = Array.from({ length: count }, () => random.next() < 0.5);
    const tags = isUp.map((up) => (up && random.next() < 0.3 ? `tag ${random.below(100)} "ü"` : null));
    const floats = this.#floats.map(
      (name) => [name, Float64Array.from({ length: count }, () => this.#value())] as const,
    );
    return Frame.of({
      date: timestamps(date),
      close,
      enter_long: ints(Float64Array.from(isUp, Number)),
      enter_tag: Column.adopt('string', tags),
      is_up: isUp,
      id: Column.adopt('int64', id),
      ...Object.fromEntries(floats),
    });
  }

  /** Every digit of a double counts, and some values are hard to carry. */
  #value(): number {
    const chance = this.#random.next();
    return chance < 0.01 ? NaN : chance < 0.015 ? -0 : 50 + this.#random.normal();
  }

  #withCentred(frame: AnyFrame): AnyFrame {
    const close = frame.numbers('close');
    const centred = Float64Array.from(close, (_, row) => {
      const [from, to] = [Math.max(0, row - CENTRED_SIDE), Math.min(close.length, row + CENTRED_SIDE + 1)];
      let sum = 0;
      for (let i = from; i < to; i++) sum += close[i];
      return sum / (to - from);
    });
    return frame.with({ centred });
  }
}

function anew(frame: AnyFrame): AnyFrame {
  const copy = frame.detached();
  // Each column is copied when its first value is read.
  for (const name of copy.names) copy.column(name).cell(0);
  return copy;
}

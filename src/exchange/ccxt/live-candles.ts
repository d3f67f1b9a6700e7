import { type Candle, type Timeframe, type TimestampMs, nextCandleOpen } from '../../market/index.ts';

/** What one batch of a stream meant. */
export type LiveChange = 'grown' | 'nothing new' | 'gap' | 'repainted' | 'out of order';

const columns = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Closed candles that came otherwise than by the stream: all that there are from `from` until its end, at `until`. */
interface Base {
  readonly candles: readonly Candle[];
  readonly from: TimestampMs;
  readonly until: TimestampMs;
  /** The candle that was open when they were asked for. */
  readonly askedAt: TimestampMs;
}

/** Closed candles kept of those that came otherwise. */
const MOST_BASE_CANDLES = 100;

/**
 * The newest candles of one pair as its stream tells them: a bounded run without a hole. What it holds may be believed:
 * the candle at which a stream was entered is not kept, since trades before may be missing in it; a candle has closed only once a
 * newer one was seen on the same connection; and a stream that skips candles or changes a closed one loses what it held.
 *
 * What REST gave is the base that the stream continues, as long as it does so without a break.
 */
export class LiveCandles {
  readonly #timeframe: Timeframe;
  readonly #most: number;
  /** Consecutive, the last one open. */
  #candles: Candle[] = [];
  /** The candle at which the stream was entered. */
  #entered: TimestampMs | undefined;
  #base: Base | undefined;

  /** @param most how many candles are kept. */
  constructor(timeframe: Timeframe, most: number) {
    this.#timeframe = timeframe;
    this.#most = most;
  }

  /** To be called when the connection is lost: what follows is another stream. */
  reset(): void {
    this.#candles = [];
    this.#entered = undefined;
    this.#base = undefined;
  }

  /**
   * Takes the closed candles that REST gave, ascending: all that there are from `from` on. Of those that were here before, older
   * ones stay where they join.
   *
   * @param askedAt the candle that was open then.
   */
  setBase(candles: readonly Candle[], from: TimestampMs, askedAt: TimestampMs): void {
    const newest = candles.at(-1);
    if (newest === undefined) return;
    const until = nextCandleOpen(newest.date, this.#timeframe);
    const oldest = this.#base?.from ?? from;
    const older = oldest < from ? this.#run(oldest, from) : undefined;
    const all = [...(older ?? []), ...candles];
    const kept = all.slice(-MOST_BASE_CANDLES);
    const start = kept.length < all.length ? kept[0].date : older === undefined ? from : oldest;
    this.#base = { candles: kept, from: start, until, askedAt };
  }

  /** The candle that was open when REST was last asked; undefined where it was not since the stream last broke. */
  get checkedAt(): TimestampMs | undefined {
    return this.#base?.askedAt;
  }

  /** Takes what the stream tells, ascending. */
  add(candles: readonly Candle[]): LiveChange {
    let change: LiveChange = 'nothing new';
    for (const candle of candles) {
      const next = this.#take(candle);
      if (next === 'nothing new') continue;
      change = next;
      if (next !== 'grown') {
        this.reset();
        this.#entered = candle.date;
      }
    }
    return change;
  }

  /**
   * The closed candles from `since` until the one before `openNow`, undefined unless all of them are here. The candle open now is
   * handed over too where it is known.
   */
  closed(
    since: TimestampMs,
    openNow: TimestampMs,
  ): { readonly closed: readonly Candle[]; readonly open?: Candle } | undefined {
    if ((this.#candles.at(-1)?.date ?? -Infinity) < openNow) return undefined;
    const closed = this.#run(since, openNow);
    if (closed === undefined || closed.length === 0) return undefined;
    const open = this.#candles.find(({ date }) => date === openNow);
    return open === undefined ? { closed } : { closed, open };
  }

  /** Whether it holds all from `since` to the newest that its stream told of, or that one is the last before: what follows can be waited for. */
  reaches(since: TimestampMs): boolean {
    const newest = this.#candles.at(-1)?.date;
    if (newest === undefined || since > nextCandleOpen(newest, this.#timeframe)) return false;
    return this.#run(since, newest) !== undefined;
  }

  /** Whether closed candles of another source, ascending, say otherwise of any that has closed here. */
  contradicts(candles: readonly Candle[]): boolean {
    const newest = this.#candles.at(-1)?.date ?? -Infinity;
    const byDate = new Map(this.#candles.map((candle) => [candle.date, candle]));
    return candles.some((candle) => {
      const own = candle.date < newest ? byDate.get(candle.date) : undefined;
      return own !== undefined && columns.some((name) => !Object.is(own[name], candle[name]));
    });
  }

  /** The newest candle of which the stream told; undefined before it told of any. */
  get newest(): TimestampMs | undefined {
    return this.#candles.at(-1)?.date ?? this.#entered;
  }

  /** The candles from `from` until `to`, undefined unless all that there are are here. Those since `until` of the base are the stream's. */
  #run(from: TimestampMs, to: TimestampMs): readonly Candle[] | undefined {
    const base = this.#base;
    const isBased = base !== undefined && from >= base.from && from < base.until;
    const head = isBased ? base.candles.filter(({ date }) => date >= from && date < to) : [];
    const start = isBased ? base.until : from;
    if (start >= to) return head;
    const tail = this.#candles.filter(({ date }) => date >= start && date < to);
    // Consecutive, so that the first one and a newer one than the last make all between certain.
    const isWhole = tail.length > 0 && tail[0].date === start && (this.#candles.at(-1)?.date ?? -Infinity) >= to;
    return isWhole ? [...head, ...tail] : undefined;
  }

  /** Whether a closed candle of the base has other figures now. Of the one that the stream was entered at it may lack trades. */
  #isRepainted(candle: Candle): boolean {
    if (candle.date === this.#entered) return false;
    const known = this.#base?.candles.find(({ date }) => date === candle.date);
    return known !== undefined && columns.some((name) => !Object.is(known[name], candle[name]));
  }

  #take(candle: Candle): LiveChange {
    this.#entered ??= candle.date;
    // Of a stream's first answers some are older than what it is entered at.
    if (candle.date <= this.#entered) return this.#isRepainted(candle) ? 'repainted' : 'nothing new';
    const newest = this.#candles.at(-1);
    const expected = nextCandleOpen(newest?.date ?? this.#entered, this.#timeframe);
    if (newest !== undefined && candle.date <= newest.date) return this.#update(candle, newest);
    if (candle.date !== expected) return candle.date > expected ? 'gap' : 'out of order';
    this.#candles.push(candle);
    if (this.#candles.length > this.#most) this.#candles.shift();
    return 'grown';
  }

  #update(candle: Candle, newest: Candle): LiveChange {
    const row = this.#candles.findIndex(({ date }) => date === candle.date);
    const known = this.#candles[row];
    if (known === undefined && candle.date >= this.#candles[0].date) return 'out of order';
    if (known === undefined) return this.#isRepainted(candle) ? 'repainted' : 'nothing new';
    if (columns.every((name) => Object.is(known[name], candle[name]))) return 'nothing new';
    if (known !== newest) return 'repainted';
    // An open candle only grows: an earlier state of it that comes late is not taken back to.
    if (candle.volume < known.volume) return 'nothing new';
    this.#candles[row] = candle;
    return 'grown';
  }
}

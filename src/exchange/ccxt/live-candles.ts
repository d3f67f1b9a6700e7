import { type Candle, type Timeframe, type TimestampMs, nextCandleOpen } from '../../market/index.ts';

/** What one batch of a stream meant. */
export type LiveChange = 'grown' | 'nothing new' | 'gap' | 'repainted' | 'out of order';

const columns = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * The newest candles of one pair as its stream tells them: a bounded run without a hole. What it holds may be believed:
 * the candle at which a stream was entered is not kept, since trades before may be missing in it; a candle has closed only once a
 * newer one was seen on the same connection; and a stream that skips candles or changes a closed one loses what it held.
 */
export class LiveCandles {
  readonly #timeframe: Timeframe;
  readonly #most: number;
  /** Consecutive, the last one open. */
  #candles: Candle[] = [];
  /** The candle at which the stream was entered. */
  #entered: TimestampMs | undefined;

  /** @param most how many candles are kept. */
  constructor(timeframe: Timeframe, most: number) {
    this.#timeframe = timeframe;
    this.#most = most;
  }

  /** To be called when the connection is lost: what follows is another stream. */
  reset(): void {
    this.#candles = [];
    this.#entered = undefined;
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
    const closed = this.#candles.filter(({ date }) => date >= since && date < openNow);
    const newest = this.#candles.at(-1);
    // Consecutive, so the first one and a newer one than the last make all between certain.
    if (closed.length === 0 || closed[0].date !== since || newest === undefined || newest.date < openNow)
      return undefined;
    const open = this.#candles.find(({ date }) => date === openNow);
    return open === undefined ? { closed } : { closed, open };
  }

  /** Whether it holds the candle that opened at `date`: what follows can be waited for. */
  isAt(date: TimestampMs): boolean {
    return this.#candles.some((candle) => candle.date === date);
  }

  #take(candle: Candle): LiveChange {
    this.#entered ??= candle.date;
    // Of a stream's first answers some are older than what it is entered at.
    if (candle.date <= this.#entered) return 'nothing new';
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
    if (known === undefined) return candle.date < this.#candles[0].date ? 'nothing new' : 'out of order';
    if (columns.every((name) => Object.is(known[name], candle[name]))) return 'nothing new';
    if (known !== newest) return 'repainted';
    // An open candle only grows: an earlier state of it that comes late is not taken back to.
    if (candle.volume < known.volume) return 'nothing new';
    this.#candles[row] = candle;
    return 'grown';
  }
}

import type { Pair } from '../../market/index.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import { isObject } from '../../util/is-object.ts';
import type { Random } from '../../util/random.ts';
import type { Ticker } from '../exchange.ts';
import { type CcxtInstance, supports } from './ccxt-instance.ts';
import type { StreamNotes } from './stream-notes.ts';
import { tickerOf } from './ticker-of.ts';

/** Pairs beyond these are asked for by REST. */
const MOST_PAIRS = 400;
/** A ticker that came longer ago is asked for by REST. */
const FRESH_MS = 5000;
/** A pair that nobody asked for during so long is left. */
const UNUSED_MS = 600_000;
/** So often is looked for those. */
const LOOK_MS = 30_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 120_000;
/** How the stream is called in the log. */
const STREAM = 'tickers';

export interface LiveTickersParts {
  readonly instance: Pick<CcxtInstance, 'has' | 'watchTickers' | 'unWatchTickers'>;
  /** The wall's. */
  readonly clock: Clock;
  /** The exchange's time, for tickers that have none. */
  readonly now: () => number;
  readonly random: Random;
  readonly notes: StreamNotes;
  /** Aborts when the exchange is closed. */
  readonly closed: AbortSignal;
}

/** The stream of tickers of all pairs that are asked for, each followed until nobody asks any more. */
export class LiveTickers {
  readonly #parts: LiveTickersParts;
  /** When each was last asked for. */
  readonly #pairs = new Map<Pair, number>();
  readonly #newest = new Map<Pair, { readonly ticker: Ticker; readonly at: number }>();
  #isRunning = false;
  #lookedAt = -Infinity;

  constructor(parts: LiveTickersParts) {
    this.#parts = parts;
  }

  /** Begins to stream these pairs, where that is not done yet and there is room. */
  follow(pairs: readonly Pair[]): void {
    const now = this.#parts.clock.now();
    for (const pair of pairs) if (this.#pairs.has(pair) || this.#pairs.size < MOST_PAIRS) this.#pairs.set(pair, now);
    if (this.#isRunning || this.#pairs.size === 0) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** The tickers of these pairs, undefined unless the stream has told all of them just now. */
  fresh(pairs: readonly Pair[]): readonly Ticker[] | undefined {
    const now = this.#parts.clock.now();
    const tickers: Ticker[] = [];
    for (const pair of pairs) if (this.#pairs.has(pair)) this.#pairs.set(pair, now);
    for (const pair of pairs) {
      const newest = this.#newest.get(pair);
      if (newest === undefined || now - newest.at > FRESH_MS) return undefined;
      tickers.push(newest.ticker);
    }
    this.#parts.notes.onAnswer(STREAM);
    return tickers;
  }

  async #run(): Promise<void> {
    const { instance, clock, random, notes, closed, now } = this.#parts;
    for (let failures = 0; !closed.aborted;) {
      this.#leaveUnused();
      if (this.#pairs.size === 0) break;
      try {
        const raw = await instance.watchTickers?.([...this.#pairs.keys()]);
        failures = 0;
        for (const each of isObject(raw) ? Object.values(raw) : []) {
          const ticker = tickerOf(each, now());
          if (ticker && this.#pairs.has(ticker.pair)) this.#newest.set(ticker.pair, { ticker, at: clock.now() });
        }
      } catch (error) {
        this.#newest.clear();
        if (closed.aborted) return;
        failures++;
        notes.onTrouble(STREAM, 'broke off', error);
        const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
        await sleep(clock, wait * (0.75 + random.next() / 2), closed);
      }
    }
    this.#isRunning = false;
  }

  /** One pair that is traded no more would end the stream of all. */
  #leaveUnused(): void {
    const { instance, clock, closed, notes } = this.#parts;
    const now = clock.now();
    // A wall clock that was set back is no reason to wait.
    if (Math.abs(now - this.#lookedAt) < LOOK_MS) return;
    this.#lookedAt = now;
    const left = [...this.#pairs].filter(([, askedAt]) => now - askedAt > UNUSED_MS).map(([pair]) => pair);
    for (const pair of left) {
      this.#pairs.delete(pair);
      this.#newest.delete(pair);
    }
    if (this.#pairs.size === 0) notes.forget(STREAM);
    if (left.length === 0 || closed.aborted || !supports(instance, 'unWatchTickers')) return;
    // Whether the exchange heard of it makes no difference: what still comes is not listened to.
    instance.unWatchTickers?.(left).catch(() => undefined);
  }
}

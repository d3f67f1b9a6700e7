import type { Pair } from '../../market/index.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import { isObject } from '../../util/is-object.ts';
import type { Random } from '../../util/random.ts';
import type { Ticker } from '../exchange.ts';
import type { CcxtInstance } from './ccxt-instance.ts';
import type { StreamNotes } from './stream-notes.ts';
import { tickerOf } from './ticker-of.ts';

/** Pairs beyond these are asked for by REST. */
const MOST_PAIRS = 400;
/** A ticker that came longer ago is asked for by REST. */
const FRESH_MS = 5000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 120_000;
/** How the stream is called in the log. */
const STREAM = 'tickers';

export interface LiveTickersParts {
  readonly instance: Pick<CcxtInstance, 'watchTickers'>;
  /** The wall's. */
  readonly clock: Clock;
  /** The exchange's time, for tickers that have none. */
  readonly now: () => number;
  readonly random: Random;
  readonly notes: StreamNotes;
  /** Aborts when the exchange is closed. */
  readonly closed: AbortSignal;
}

/** The stream of tickers of all pairs that were asked for. */
export class LiveTickers {
  readonly #parts: LiveTickersParts;
  readonly #pairs = new Set<Pair>();
  readonly #newest = new Map<Pair, { readonly ticker: Ticker; readonly at: number }>();
  #isRunning = false;

  constructor(parts: LiveTickersParts) {
    this.#parts = parts;
  }

  /** Begins to stream these pairs, where that is not done yet and there is room. */
  follow(pairs: readonly Pair[]): void {
    for (const pair of pairs) if (this.#pairs.size < MOST_PAIRS) this.#pairs.add(pair);
    if (this.#isRunning || this.#pairs.size === 0) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** The tickers of these pairs, undefined unless the stream has told all of them just now. */
  fresh(pairs: readonly Pair[]): readonly Ticker[] | undefined {
    const now = this.#parts.clock.now();
    const tickers: Ticker[] = [];
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
      try {
        const raw = await instance.watchTickers?.([...this.#pairs]);
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
  }
}

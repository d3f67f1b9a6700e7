import { KeptCalls, type WarmUp } from '../indicators/kept/index.ts';
import type { Candles } from '../market/index.ts';
import { KeptCandles } from './kept-candles.ts';

/**
 * What `analyze` keeps of one pair and timeframe, so that the next candle costs the work of a candle and not of the whole window.
 * The frames are the same to the bit as without it.
 *
 * Kept memory is shared with the strategy, whose types forbid writing to it. All of it is compared with a copy that the strategy
 * never sees: right after an analysis that had nothing to go on from, and otherwise when `check` is called, at the latest before
 * the next analysis. A strategy that wrote to it is analyzed without sharing from then on.
 */
export class KeptAnalysis {
  readonly #candles = new KeptCandles();
  readonly #calls = new KeptCalls();
  #state: 'empty' | 'unchecked' | 'intact' | 'written to' = 'empty';

  /** The indicator of the last analysis whose first value comes latest, and when; undefined where there was none. */
  get longestWarmUp(): WarmUp | undefined {
    return this.#calls.longestWarmUp;
  }

  /**
   * Whether nobody wrote to what is kept since it was made. False also in the analyses that came after: their frames are right,
   * but the last frame before may not be, and its pair should be analyzed again. For a moment when nobody waits.
   */
  check(): boolean {
    if (this.#state === 'unchecked') this.#compare();
    return this.#state !== 'written to';
  }

  /**
   * What `populate` makes of the strategy's copy of the candles, going on from the last time. Undefined where it must be called
   * without this, on a copy of its own. Throws what it throws, and has then forgotten everything.
   */
  run<T>(candles: Candles, populate: (own: Candles) => T): { readonly result: T } | undefined {
    if (!this.check()) return undefined;
    const isFirst = this.#state === 'empty';
    const result = this.#populate(candles, populate);
    return isFirst && !this.check() ? undefined : { result };
  }

  #populate<T>(candles: Candles, populate: (own: Candles) => T): T {
    const own = this.#candles.copyOf(candles);
    try {
      const result = this.#calls.keep(() => populate(own));
      this.#state = 'unchecked';
      return result;
    } catch (error) {
      this.#forget();
      this.#state = 'empty';
      throw error;
    }
  }

  #compare(): void {
    this.#state = this.#calls.isIntact && this.#candles.isIntact ? 'intact' : 'written to';
    if (this.#state === 'written to') this.#forget();
  }

  #forget(): void {
    this.#calls.forget();
    this.#candles.forget();
  }
}

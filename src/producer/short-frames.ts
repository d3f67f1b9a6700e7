import { type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';

/**
 * When a short frame is sent once more, unasked. A stock consumer that has just connected loses the requests that it makes
 * within half a second after its first ones, and would ask again only at the next candle.
 */
const REMINDER_MS = 2_000;

/**
 * Notices which frames of fewer than 100 rows a stock consumer cannot take. It joins them only to a copy that it has, or that
 * reaches up to them, and asks by name for the whole, again and again; see `firstCopyFrame` for what helps it.
 */
export class ShortFrames {
  readonly #clock: Clock;
  readonly #sendAgain: (keys: readonly PairKey[]) => void;
  /** Of which the whole was sent as an answer. */
  readonly #answered = new Map<string, PairKey>();
  /** Of which a first copy was sent, and no row since: who asks for them once more has another reason. */
  readonly #helped = new Set<string>();
  readonly #reminded = new Set<string>();
  #reminder: Timer | undefined;

  /** @param sendAgain called with the frames that are to be sent once more, each at most once. */
  constructor(clock: Clock, sendAgain: (keys: readonly PairKey[]) => void) {
    this.#clock = clock;
    this.#sendAgain = sendAgain;
  }

  /** Notes that rows of a frame are sent as news: if they could not be joined, a first copy helps again. */
  noteNews(key: PairKey): void {
    this.#helped.delete(pairKeyText(key));
  }

  /**
   * Notes an answer, and tells whether a first copy must go before it.
   *
   * @param answer.isShortWhole whether it is the whole of a short frame.
   * @param answer.byName whether it was asked for by the name of its pair, as consumers do who miss something.
   */
  needsFirstCopy(key: PairKey, answer: { readonly isShortWhole: boolean; readonly byName: boolean }): boolean {
    const keyText = pairKeyText(key);
    if (!answer.isShortWhole) return false;
    if (answer.byName && this.#answered.has(keyText) && !this.#helped.has(keyText)) {
      this.#helped.add(keyText);
      return true;
    }
    this.#answered.set(keyText, key);
    if (!this.#reminded.has(keyText)) this.#reminder ??= this.#clock.setTimer(() => this.#remind(), REMINDER_MS);
    return false;
  }

  /** Forgets a frame that is no more. */
  forget(key: PairKey): void {
    const keyText = pairKeyText(key);
    this.#answered.delete(keyText);
    this.#helped.delete(keyText);
    this.#reminded.delete(keyText);
  }

  close(): void {
    this.#reminder?.cancel();
    this.#reminder = undefined;
  }

  #remind(): void {
    this.#reminder = undefined;
    const due = [...this.#answered].filter(([keyText]) => !this.#reminded.has(keyText) && !this.#helped.has(keyText));
    for (const [keyText] of due) this.#reminded.add(keyText);
    this.#sendAgain(due.map(([, key]) => key));
  }
}

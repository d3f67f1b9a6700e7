import type { Logger } from '../util/logger.ts';

/** Rounds of one candle after which a bot that was behind keeps up again. */
const CALM_ROUNDS = 10;

/** Tells when a bot gets several candles of a pair at once, of which only the newest is decided on, and when that has passed. */
export class PaceNotes {
  readonly #logger: Logger;
  #isBehind = false;
  #calmRounds = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param candles the most that came at once of a pair. */
  onCandles(candles: number): void {
    if (candles === 0) return;
    this.#calmRounds = candles > 1 ? 0 : this.#calmRounds + 1;
    if (candles > 1 && !this.#isBehind) {
      this.#isBehind = true;
      const what = `the bot is behind: ${candles} candles at once`;
      this.#logger.warn(`${what}; signals on the skipped ones were not taken`);
    }
    if (this.#isBehind && this.#calmRounds >= CALM_ROUNDS) {
      this.#isBehind = false;
      this.#logger.info('the bot keeps up again');
    }
  }
}

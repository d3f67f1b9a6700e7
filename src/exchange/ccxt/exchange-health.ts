import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/logger.ts';
import type { Random } from '../../util/random.ts';
import { ExchangeError } from '../exchange-error.ts';

/** So long nothing is sent to an exchange that is asked too often and does not tell for how long: doubled each time, up to the longest. */
const FIRST_BLOCK_MS = 1000;
const LONGEST_BLOCK_MS = 60_000;

/**
 * How an exchange as a whole does: when it may be asked again, and one line in the log when it stops answering, or the reason
 * changes, and one when it answers again, however many pairs are asked for.
 */
export class ExchangeHealth {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #random: Random;
  #blockedUntil = -Infinity;
  /** How often in a row it refused without telling for how long. */
  #untimed = 0;
  #refusal: ExchangeError | undefined;
  #standing: { readonly code: string; readonly since: number } | undefined;

  /** @param clock the wall's. */
  constructor(name: string, clock: Clock, logger: Logger, random: Random) {
    this.#name = name;
    this.#clock = clock;
    this.#logger = logger;
    this.#random = random;
  }

  /** Throws ExchangeError while the exchange wants to be left alone; nothing is sent then. */
  checkMayAsk(): void {
    const left = this.#blockedUntil - this.#clock.now();
    if (this.#refusal === undefined || left <= 0) return;
    const { code, message } = this.#refusal;
    throw new ExchangeError(code, `${message}; nothing is sent until then`, { retryAfterMs: left });
  }

  /**
   * To be called when a request was refused: notes how long nothing may be sent. Where an exchange that is asked too often does
   * not tell for how long, all of its calls wait for a while that doubles until one succeeds.
   *
   * @returns the error, with the time where it had none.
   */
  onRefused(error: ExchangeError): ExchangeError {
    const refusal = error.code === 'EXCHANGE_RATE_LIMITED' ? this.#timed(error) : error;
    if (refusal.retryAfterMs === undefined) return refusal;
    const until = this.#clock.now() + refusal.retryAfterMs;
    if (until <= this.#blockedUntil) return refusal;
    this.#blockedUntil = until;
    this.#refusal = refusal;
    return refusal;
  }

  #timed(error: ExchangeError): ExchangeError {
    const { code, message, value, retryAfterMs } = error;
    if (retryAfterMs !== undefined) return error;
    const left = this.#blockedUntil - this.#clock.now();
    // Requests that were under way together are refused together: that counts once.
    if (left > 0) return new ExchangeError(code, message, { value, retryAfterMs: left });
    const most = Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** this.#untimed);
    this.#untimed++;
    return new ExchangeError(code, message, { value, retryAfterMs: most * (0.75 + this.#random.next() / 4) });
  }

  /** To be called when a call has failed for good. */
  onFailure(error: ExchangeError): void {
    if (error.kind !== 'outside' && error.kind !== 'account') return;
    if (this.#standing?.code === error.code) return this.#logger.debug(error.message, { code: error.code });
    this.#standing = { code: error.code, since: this.#standing?.since ?? this.#clock.now() };
    const { retryAfterMs } = error;
    const plan = retryAfterMs === undefined ? '' : `; it is asked again in ${seconds(retryAfterMs)}`;
    this.#logger[error.kind === 'account' ? 'error' : 'warn'](error.message + plan, { code: error.code });
  }

  /** To be called when a call has succeeded. */
  onSuccess(): void {
    // One that was sent before the refusal says nothing of what came after it.
    if (this.#clock.now() >= this.#blockedUntil) this.#untimed = 0;
    if (this.#standing === undefined) return;
    const lasted = this.#clock.now() - this.#standing.since;
    this.#standing = undefined;
    this.#logger.info(`${this.#name} answers again, after ${seconds(lasted)}`);
  }
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
}

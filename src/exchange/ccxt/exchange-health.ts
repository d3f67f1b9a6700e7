import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/logger.ts';
import { ExchangeError } from '../exchange-error.ts';

/**
 * How an exchange as a whole does: when it may be asked again, and one line in the log when it stops answering, or the reason
 * changes, and one when it answers again, however many pairs are asked for.
 */
export class ExchangeHealth {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #blockedUntil = -Infinity;
  #refusal: ExchangeError | undefined;
  #standing: { readonly code: string; readonly since: number } | undefined;

  /** @param clock the wall's. */
  constructor(name: string, clock: Clock, logger: Logger) {
    this.#name = name;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Throws ExchangeError while the exchange wants to be left alone; nothing is sent then. */
  checkMayAsk(): void {
    const left = this.#blockedUntil - this.#clock.now();
    if (this.#refusal === undefined || left <= 0) return;
    const { code, message } = this.#refusal;
    throw new ExchangeError(code, `${message}; nothing is sent until then`, { retryAfterMs: left });
  }

  /** To be called when a request was refused: notes how long nothing may be sent. */
  onRefused(error: ExchangeError): void {
    if (error.retryAfterMs === undefined) return;
    const until = this.#clock.now() + error.retryAfterMs;
    if (until <= this.#blockedUntil) return;
    this.#blockedUntil = until;
    this.#refusal = error;
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
    if (this.#standing === undefined) return;
    const lasted = this.#clock.now() - this.#standing.since;
    this.#standing = undefined;
    this.#logger.info(`${this.#name} answers again, after ${seconds(lasted)}`);
  }
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
}

import type { Clock } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import { closedError } from '../check-request.ts';
import { ExchangeError } from '../exchange-error.ts';
import { classifyError } from './classify-error.ts';
import { errorText } from './error-text.ts';
import type { ExchangeHealth } from './exchange-health.ts';
import type { HttpRequests } from './http-requests.ts';
import { type RetryPolicy, withRetries } from './retry.ts';

export interface CcxtCallsParts {
  readonly name: string;
  readonly requests: HttpRequests;
  readonly health: ExchangeHealth;
  readonly policy: RetryPolicy;
  /** The wall's. */
  readonly clock: Clock;
  readonly random: Random;
  /** What must not be seen in messages. */
  readonly secrets: readonly string[];
  /** Aborts when the exchange is closed. */
  readonly closed: AbortSignal;
  /** Called when the exchange refused a request for its time; another try follows. */
  readonly onClockRefused: () => Promise<void>;
}

/** Calls of ccxt, with bounded tries and errors that tell what to do. */
export class CcxtCalls {
  readonly #parts: CcxtCallsParts;

  constructor(parts: CcxtCallsParts) {
    this.#parts = parts;
  }

  /**
   * Resolves with what `call` does.
   *
   * @param what stands in messages: `candles of BTC/USDT, 5m`.
   * @throws ExchangeError; the signal's reason when it aborts.
   */
  async run<T>(what: string, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    const { name, closed, health, policy, clock, random } = this.#parts;
    const ended = signal === undefined ? closed : AbortSignal.any([signal, closed]);
    try {
      ended.throwIfAborted();
      const result = await withRetries(() => this.#once(what, ended, call), { policy, clock, random, signal: ended });
      health.onSuccess();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (closed.aborted) throw closedError(name);
      if (error instanceof ExchangeError) health.onFailure(error);
      throw error;
    }
  }

  async #once<T>(what: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const { requests, health, onClockRefused } = this.#parts;
    try {
      return await requests.run(signal, call);
    } catch (error) {
      if (signal.aborted || error instanceof ExchangeError) throw error;
      const told = health.onRefused(this.explain(what, error));
      if (told.code === 'EXCHANGE_CLOCK_DIFFERENCE') await onClockRefused();
      throw told;
    }
  }

  /** An error of ccxt as one of ours. The original is not kept as its cause: it may quote keys. */
  explain(what: string, error: unknown): ExchangeError {
    const { name, requests, clock, secrets } = this.#parts;
    const facts = requests.factsOf(error);
    const { code, retryAfterMs } = classifyError(error, facts, clock.now());
    const text = errorText(error, secrets).replace(new RegExp(`^${name} `), '');
    const status = facts.status !== undefined && facts.status >= 400 ? `HTTP ${facts.status}: ` : '';
    return new ExchangeError(code, `${name}: ${what}: ${status}${text}`, { value: what, retryAfterMs });
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../util/clock.ts';
import { isObject } from '../../util/is-object.ts';
import { type AnswerFacts, RequestTimedOut, UnreadableAnswer } from './classify-error.ts';
import type { CcxtInstance } from './ccxt-instance.ts';

const USUAL_TIMEOUT_MS = 10_000;

interface OpenRequest {
  /** Ends the request, its socket included. */
  readonly signal: AbortSignal;
  facts: AnswerFacts;
}

export interface HttpRequestsParts {
  /** Timeouts go by it: the wall's. */
  readonly clock: Clock;
  /** Called before each request; what it throws keeps the request from being sent. */
  readonly checkMayAsk: () => void;
  /** Called with the time that an answer carries in its head. */
  readonly onDate: (date: number) => void;
}

/**
 * Stands between a ccxt exchange and its HTTP requests. Each gets a time limit that covers the answer's body too, where ccxt's own
 * ends with the head; each ends, with its socket, when the caller no longer wants it; what is cut off or no JSON is an error
 * instead of characters taken for candles; and status and Retry-After of an answer are kept with the error that came of it.
 */
export class HttpRequests {
  readonly #parts: HttpRequestsParts;
  readonly #wanted = new AsyncLocalStorage<AbortSignal>();
  readonly #open = new AsyncLocalStorage<OpenRequest>();
  readonly #facts = new WeakMap<object, AnswerFacts>();

  constructor(instance: CcxtInstance, parts: HttpRequestsParts) {
    this.#parts = parts;
    this.#limitFetch(instance);
    this.#passSignal(instance);
    this.#checkAnswers(instance);
  }

  /** Calls ccxt; its requests end when the signal aborts. */
  run<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    return this.#wanted.run(signal, () => untilAborted(call(), signal));
  }

  /** What is known of the answer that an error came of. */
  factsOf(error: unknown): AnswerFacts {
    return (isObject(error) ? this.#facts.get(error) : undefined) ?? {};
  }

  #limitFetch(instance: CcxtInstance): void {
    const fetch = instance.fetch.bind(instance);
    instance.fetch = async (...request) => {
      const { clock, checkMayAsk } = this.#parts;
      const wanted = this.#wanted.getStore();
      wanted?.throwIfAborted();
      checkMayAsk();
      const ended = new AbortController();
      const limit = typeof instance.timeout === 'number' ? instance.timeout : USUAL_TIMEOUT_MS;
      const timer = clock.setTimer(() => ended.abort(new RequestTimedOut(`no answer within ${limit / 1000} s`)), limit);
      const end = () => ended.abort(wanted?.reason);
      wanted?.addEventListener('abort', end, { once: true });
      const open: OpenRequest = { signal: ended.signal, facts: {} };
      try {
        return await this.#open.run(open, () => untilAborted(fetch(...request), ended.signal));
      } catch (error) {
        if (isObject(error)) this.#facts.set(error, open.facts);
        throw error;
      } finally {
        timer.cancel();
        wanted?.removeEventListener('abort', end);
      }
    };
  }

  #passSignal(instance: CcxtInstance): void {
    const request = instance.undiciRequest.bind(instance);
    instance.undiciRequest = (url, params) => {
      const open = this.#open.getStore();
      if (open === undefined) return request(url, params);
      const signals = [params.signal, open.signal].filter((signal) => signal instanceof AbortSignal);
      return request(url, { ...params, signal: AbortSignal.any(signals) });
    };
  }

  #checkAnswers(instance: CcxtInstance): void {
    const handleErrors = instance.handleErrors.bind(instance);
    instance.handleErrors = (...answer) => {
      const [status, , , , head, body, parsed] = answer;
      const open = this.#open.getStore();
      const [retryAfter, date] = [header(head, 'retry-after'), header(head, 'date')];
      if (open !== undefined && typeof status === 'number') {
        open.facts = { status, ...(retryAfter === undefined ? {} : { retryAfter }) };
      }
      if (date !== undefined) this.#parts.onDate(Date.parse(date));
      const result = handleErrors(...answer);
      const isOk = typeof status === 'number' && status < 300;
      if (isOk && (parsed === undefined || parsed === null) && typeof body === 'string' && /^\s*[[{<]/.test(body)) {
        const kind = body.trimStart().startsWith('<') ? 'is a web page' : 'is cut off or damaged';
        throw new UnreadableAnswer(`the answer of ${body.length} characters ${kind}`);
      }
      return result;
    };
  }
}

/** A header by its name, whatever its case. */
function header(head: unknown, name: string): string | undefined {
  if (!isObject(head)) return undefined;
  const found = Object.entries(head).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}

/** As `promise`, but rejects with the signal's reason once it aborts. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

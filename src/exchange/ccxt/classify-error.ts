import type { ExchangeErrorCode } from '../exchange-error.ts';

/** What is known of the answer that an error came of. */
export interface AnswerFacts {
  readonly status?: number;
  /** The header of that name, as it came. */
  readonly retryAfter?: string;
}

/** What an error means for whoever asked. */
export interface Classified {
  readonly code: ExchangeErrorCode;
  /** Milliseconds that the exchange wants to be left alone for. */
  readonly retryAfterMs?: number;
}

/** Thrown by ourselves: a request took too long. */
export class RequestTimedOut extends Error {}

/** Thrown by ourselves: an answer is no JSON, though it is said to be one. */
export class UnreadableAnswer extends Error {}

/** ccxt's classes, the nearest ancestor of an error's class that stands here decides. */
const codeOfClass: Readonly<Record<string, ExchangeErrorCode>> = {
  AccountSuspended: 'EXCHANGE_BANNED',
  RestrictedLocation: 'EXCHANGE_BANNED',
  ManualInteractionNeeded: 'EXCHANGE_BAD_KEY',
  AuthenticationError: 'EXCHANGE_BAD_KEY',
  BadSymbol: 'EXCHANGE_UNKNOWN_PAIR',
  NotSupported: 'EXCHANGE_NOT_OFFERED',
  ExchangeClosedByUser: 'EXCHANGE_CLOSED',
  DDoSProtection: 'EXCHANGE_RATE_LIMITED',
  RateLimitExceeded: 'EXCHANGE_RATE_LIMITED',
  ExchangeNotAvailable: 'EXCHANGE_UNAVAILABLE',
  InvalidNonce: 'EXCHANGE_CLOCK_DIFFERENCE',
  RequestTimeout: 'EXCHANGE_TIMEOUT',
  NetworkError: 'EXCHANGE_UNREACHABLE',
  BadResponse: 'EXCHANGE_BAD_ANSWER',
  OperationFailed: 'EXCHANGE_UNAVAILABLE',
  ExchangeError: 'EXCHANGE_REJECTED',
  RequestTimedOut: 'EXCHANGE_TIMEOUT',
  UnreadableAnswer: 'EXCHANGE_BAD_ANSWER',
};

/** What Node and its HTTP client name the troubles of a connection. */
const networkCode =
  /^(E(CONN|HOST|NET|PIPE|AI_|TIMEDOUT|NOTFOUND|PROTO|ADDR)|UND_ERR_|ERR_(SSL|TLS)|CERT_|DEPTH_|SELF_|UNABLE_)/;

/** What exchanges and those who stand before them say to the wrong country. */
const refusedPlace = /restricted location|your country|not available in your (region|country)|eligib/i;

/** `418 … banned until 1659146400000`, as Binance says it. */
const bannedUntil = /until (\d{13})/;

/**
 * What an error of ccxt, or of the connection below it, means. Pure: `now` is the wall's time, by which a ban's end is told.
 *
 * The HTTP status goes before the class where it says more: 429 and 418 with a time are waited out, 418 without one, 451 and a
 * refused place are bans, and a server's own fault stays one whatever its body says. Everything unknown, such as the TypeError
 * that an answer of another shape ends in, is a bad answer.
 */
export function classifyError(error: unknown, facts: AnswerFacts, now: number): Classified {
  const { status = 0 } = facts;
  const text = error instanceof Error ? error.message : String(error);
  const byClass = classesOf(error)
    .map((name) => codeOfClass[name])
    .find((code) => code !== undefined);
  if (status === 418 || status === 429 || byClass === 'EXCHANGE_RATE_LIMITED') {
    const retryAfterMs = waitOf(facts.retryAfter, text, now);
    if (status === 418 && retryAfterMs === undefined) return { code: 'EXCHANGE_BANNED' };
    return { code: 'EXCHANGE_RATE_LIMITED', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status === 451 || (status >= 400 && refusedPlace.test(text))) return { code: 'EXCHANGE_BANNED' };
  if (status === 503 || (status >= 500 && isVague(byClass))) {
    const retryAfterMs = waitOf(facts.retryAfter, '', now);
    return { code: 'EXCHANGE_UNAVAILABLE', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (byClass !== undefined) return { code: byClass };
  return { code: isNetworkTrouble(error) ? 'EXCHANGE_UNREACHABLE' : 'EXCHANGE_BAD_ANSWER' };
}

/** Whether a class says no more than that something went wrong. */
function isVague(code: ExchangeErrorCode | undefined): boolean {
  return code === undefined || code === 'EXCHANGE_REJECTED' || code === 'EXCHANGE_BAD_ANSWER';
}

/** Names of an error's class and those that it extends, nearest first. */
export function classesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  let prototype: unknown = typeof error === 'object' && error !== null ? Object.getPrototypeOf(error) : null;
  while (typeof prototype === 'object' && prototype !== null) {
    if ('constructor' in prototype && typeof prototype.constructor === 'function')
      names.push(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}

/** Milliseconds to wait by a Retry-After header, in seconds or as a date, or by what the text says. */
function waitOf(header: string | undefined, text: string, now: number): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  if (header !== undefined && header.trim() !== '' && seconds >= 0 && Number.isFinite(seconds)) return seconds * 1000;
  const date = header === undefined ? Number.NaN : Date.parse(header);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const until = bannedUntil.exec(text)?.[1];
  return until === undefined ? undefined : Math.max(0, Number(until) - now);
}

function isNetworkTrouble(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string' && networkCode.test(cause.code)) return true;
    if (cause.name === 'AbortError' || cause.message === 'terminated' || cause.message === 'fetch failed') return true;
  }
  return false;
}

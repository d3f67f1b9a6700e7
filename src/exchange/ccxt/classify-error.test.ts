import { describe, expect, it } from 'vitest';
import { type ExchangeErrorCode, type ExchangeErrorKind, exchangeErrors } from '../exchange-error.ts';
import { type AnswerFacts, RequestTimedOut, UnreadableAnswer, classesOf, classifyError } from './classify-error.ts';
import { ccxtErrors } from '../../../tests/fixtures/ccxt/ccxt-errors.ts';

const NOW = Date.UTC(2026, 10, 20);
const errors = await ccxtErrors();
const classify = (name: string, facts: AnswerFacts = {}, message = 'x') =>
  classifyError(new errors[name](message), facts, NOW);

describe('classifyError', () => {
  const table: readonly [string, AnswerFacts, ExchangeErrorCode, ExchangeErrorKind][] = [
    ['AuthenticationError', {}, 'EXCHANGE_BAD_KEY', 'account'],
    ['PermissionDenied', {}, 'EXCHANGE_BAD_KEY', 'account'],
    ['AccountNotEnabled', {}, 'EXCHANGE_BAD_KEY', 'account'],
    ['AuthenticationError', { status: 401 }, 'EXCHANGE_BAD_KEY', 'account'],
    ['AccountSuspended', {}, 'EXCHANGE_BANNED', 'account'],
    ['RestrictedLocation', {}, 'EXCHANGE_BANNED', 'account'],
    ['ExchangeNotAvailable', { status: 451 }, 'EXCHANGE_BANNED', 'account'],
    ['DDoSProtection', { status: 418 }, 'EXCHANGE_BANNED', 'account'],
    ['DDoSProtection', { status: 418, retryAfter: '120' }, 'EXCHANGE_RATE_LIMITED', 'outside'],
    ['RateLimitExceeded', { status: 429 }, 'EXCHANGE_RATE_LIMITED', 'outside'],
    ['DDoSProtection', {}, 'EXCHANGE_RATE_LIMITED', 'outside'],
    ['ExchangeError', { status: 429 }, 'EXCHANGE_RATE_LIMITED', 'outside'],
    ['OnMaintenance', {}, 'EXCHANGE_UNAVAILABLE', 'outside'],
    ['ExchangeNotAvailable', { status: 502 }, 'EXCHANGE_UNAVAILABLE', 'outside'],
    ['ExchangeError', { status: 500 }, 'EXCHANGE_UNAVAILABLE', 'outside'],
    ['BadResponse', { status: 503 }, 'EXCHANGE_UNAVAILABLE', 'outside'],
    ['OperationFailed', {}, 'EXCHANGE_UNAVAILABLE', 'outside'],
    ['RequestTimeout', {}, 'EXCHANGE_TIMEOUT', 'outside'],
    ['NetworkError', {}, 'EXCHANGE_UNREACHABLE', 'outside'],
    ['InvalidNonce', { status: 400 }, 'EXCHANGE_CLOCK_DIFFERENCE', 'outside'],
    ['BadResponse', {}, 'EXCHANGE_BAD_ANSWER', 'outside'],
    ['NullResponse', {}, 'EXCHANGE_BAD_ANSWER', 'outside'],
    ['BadSymbol', { status: 400 }, 'EXCHANGE_UNKNOWN_PAIR', 'request'],
    ['NotSupported', {}, 'EXCHANGE_NOT_OFFERED', 'request'],
    ['BadRequest', { status: 400 }, 'EXCHANGE_REJECTED', 'request'],
    ['ArgumentsRequired', {}, 'EXCHANGE_REJECTED', 'request'],
    ['ExchangeError', {}, 'EXCHANGE_REJECTED', 'request'],
  ];
  it.each(table)('takes %s with %j for %s', (name, facts, code, kind) => {
    expect(classify(name, facts).code).toBe(code);
    expect(exchangeErrors[code].kind).toBe(kind);
  });

  it('has a meaning for each class of ccxt', () => {
    const names = Object.keys(errors).filter((name) => name !== 'BaseError' && name !== 'UnsubscribeError');
    expect(names.length).toBeGreaterThan(30);
    // Classes that tell something have to be met by themselves or an ancestor, not by the last resort.
    for (const name of names) {
      const { code } = classify(name);
      if (code === 'EXCHANGE_BAD_ANSWER') expect(classesOf(new errors[name]('x'))).toContain('BadResponse');
    }
  });

  it('tells how long to wait: seconds, a date, or what the text says', () => {
    const wait = (facts: AnswerFacts, message?: string) => classify('DDoSProtection', facts, message).retryAfterMs;
    expect(wait({ status: 429, retryAfter: '30' })).toBe(30_000);
    expect(wait({ status: 429, retryAfter: '0' })).toBe(0);
    expect(wait({ status: 418, retryAfter: new Date(NOW + 90_000).toUTCString() })).toBe(90_000);
    expect(wait({ status: 429, retryAfter: new Date(NOW - 90_000).toUTCString() })).toBe(0);
    expect(wait({ status: 418 }, `IP banned until ${NOW + 5000}.`)).toBe(5000);
    expect(wait({ status: 429, retryAfter: 'soon' })).toBeUndefined();
    expect(wait({ status: 429, retryAfter: '-5' })).not.toBeLessThan(0);
    expect(classify('ExchangeNotAvailable', { status: 503, retryAfter: '60' }).retryAfterMs).toBe(60_000);
  });

  it('takes the wrong country for a ban', () => {
    const text = 'Service unavailable from a restricted location according to our terms';
    expect(classify('ExchangeNotAvailable', { status: 403 }, text).code).toBe('EXCHANGE_BANNED');
    expect(classify('ExchangeNotAvailable', { status: 403 }).code).toBe('EXCHANGE_UNAVAILABLE');
  });

  it('knows its own errors, those of a connection, and takes the rest for an answer of another shape', () => {
    const codeOf = (error: unknown) => classifyError(error, {}, NOW).code;
    const socket = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    expect(codeOf(new RequestTimedOut('x'))).toBe('EXCHANGE_TIMEOUT');
    expect(codeOf(new UnreadableAnswer('x'))).toBe('EXCHANGE_BAD_ANSWER');
    expect(codeOf(socket)).toBe('EXCHANGE_UNREACHABLE');
    expect(codeOf(new TypeError('terminated', { cause: socket }))).toBe('EXCHANGE_UNREACHABLE');
    expect(codeOf(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }))).toBe('EXCHANGE_UNREACHABLE');
    expect(codeOf(new TypeError("Cannot read properties of undefined (reading 'length')"))).toBe('EXCHANGE_BAD_ANSWER');
    expect(codeOf('odd')).toBe('EXCHANGE_BAD_ANSWER');
    expect(codeOf(undefined)).toBe('EXCHANGE_BAD_ANSWER');
  });
});

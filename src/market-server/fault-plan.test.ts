import { describe, expect, it } from 'vitest';
import { decodeFaults, parseFaults } from './fault-plan.ts';
import { MarketServerError } from './market-server-error.ts';

describe('faults of the command line', () => {
  it('are names with a share, a time, a count and a path', () => {
    const texts = ['429:0.01', '5xx:x3:/klines', 'late:2s', 'missing:0.1:1.5m', 'skew:-1h', 'truncated', 'quiet:250ms'];
    expect(parseFaults(texts)).toEqual({
      '429': { rate: 0.01 },
      '5xx': { times: 3, path: '/klines' },
      late: { ms: 2000 },
      missing: { rate: 0.1, ms: 90_000 },
      skew: { ms: -3_600_000 },
      truncated: {},
      quiet: { ms: 250 },
    });
    expect(parseFaults([])).toEqual({});
  });

  it.each([
    ['mising:2s', 'did you mean "missing"'],
    ['nonsense', 'expected one of 429'],
    ['429:2', '"2" is not understood'],
    ['429:5s', '429, the time: expected not given'],
    ['late:-2s', 'late, the time: expected from 0'],
    ['late:x3', 'late, the count: expected not given'],
    ['late:/klines', 'late, the path: expected not given'],
    ['missing:', '"" is not understood'],
    ['skew:400d', 'skew, the time'],
  ])('%s is refused', (text, message) => {
    expect(() => parseFaults([text])).toThrow(MarketServerError);
    expect(() => parseFaults([text])).toThrow(message);
  });
});

describe('faults from outside', () => {
  it('are an object of settings', () => {
    expect(decodeFaults({ '429': { rate: 1, retryAfterS: 3, path: 'klines', times: 1 }, late: null })).toEqual({
      '429': { rate: 1, retryAfterS: 3, path: 'klines', times: 1 },
    });
  });

  it.each([
    [null, 'the plan: expected an object'],
    [[], 'the plan: expected an object'],
    [{ late: 5 }, 'late: expected an object'],
    [{ late: { ms: '5' } }, 'late.ms'],
    [{ late: { seconds: 5 } }, 'late.seconds'],
    [{ '429': { rate: Number.NaN } }, 'the share'],
    [{ '5xx': { retryAfterS: 5 } }, 'retryAfterS'],
    [{ timeout: { times: 0.5 } }, 'the count'],
    [{ nothing: {} }, '"nothing" is none'],
  ])('%j is refused', (plan, message) => {
    expect(() => decodeFaults(plan)).toThrow(MarketServerError);
    expect(() => decodeFaults(plan)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { bbands, crossedAbove, rsi, typicalPrice } from '../indicators/index.ts';
import {
  allowedValues,
  callSignature,
  defaultLookback,
  exampleSettings,
  inputArguments,
} from './describe-indicator.ts';

describe('the description of an indicator', () => {
  it.each([
    [rsi, 'series', 'rsi(series, timePeriod = 14)', '14', 14],
    [
      bbands,
      'series',
      'bbands(series, { timePeriod = 5, nbDevUp = 2, nbDevDn = 2',
      '{ timePeriod: 5, nbDevUp: 2, nbDevDn: 2',
      4,
    ],
    [typicalPrice, 'candles', 'typicalPrice(candles)', '', 0],
    [crossedAbove, 'a, b', 'crossedAbove(a, b)', '', 1],
  ] as const)('tells how %o is called', (indicator, input, call, settings, lookback) => {
    expect(inputArguments(indicator)).toBe(input);
    expect(callSignature(indicator).startsWith(call)).toBe(true);
    expect(exampleSettings(indicator).startsWith(settings)).toBe(true);
    expect(defaultLookback(indicator)).toBe(lookback);
  });

  it('quotes choices', () => {
    const parameters = { maType: { kind: 'choice', default: 'sma', choices: ['sma', 'ema'] } } as const;
    const indicator = Object.assign(() => {}, { ...bbands, parameters });
    expect(exampleSettings(indicator)).toBe("{ maType: 'sma' }");
    expect(callSignature(indicator)).toMatch(/\(series, \{ maType = 'sma' \}\)$/);
  });

  it.each([
    [{ kind: 'integer', default: 3, min: 1, max: 100_000 }, '1 to 100000'],
    [{ kind: 'real', default: 0.3, min: 0, max: 3e37 }, '0 or more'],
    [{ kind: 'real', default: 2, min: -3e37, max: 3e37 }, 'any number'],
    [{ kind: 'choice', default: 'a', choices: ['a', 'b'] }, 'a, b'],
  ] as const)('tells what %o may be', (parameter, expected) => {
    expect(allowedValues(parameter)).toBe(expected);
  });
});

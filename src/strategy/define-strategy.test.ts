/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { describe, expect, it } from 'vitest';
import { stubDataProvider } from '../../tests/fixtures/strategies/stub-data-provider.ts';
import { type Candles, candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { defineStrategy, isStrategy } from './define-strategy.ts';
import { StrategyError } from './strategy-error.ts';
import type { StrategyDefinition } from './strategy.ts';

const identity = {
  populateIndicators: (candles: Candles) => candles,
  populateEntryTrend: (frame: Candles) => frame,
};

/** The message for a definition that the type checker would refuse. */
function refusal(definition: unknown): string {
  try {
    defineStrategy(definition as StrategyDefinition<{}, {}, {}, {}>);
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    expect(error.code).toBe('STRATEGY_BAD_DEFINITION');
    expect(error.location?.file).toMatch(/define-strategy\.test\.ts$/);
    return error.message.replace(/^.*?: defineStrategy: /, '');
  }
  throw new Error('the definition was taken');
}

describe('defineStrategy', () => {
  it('fills in freqtrade’s defaults, and the name from the file', () => {
    const strategy = defineStrategy({ timeframe: '5m', ...identity });
    expect(strategy).toMatchObject({
      name: 'define-strategy.test',
      timeframe: '5m',
      startupCandleCount: 0,
      processOnlyNewCandles: true,
      canShort: false,
      broadcastInformative: false,
      informativeTimeframes: [],
    });
    expect(strategy.file).toMatch(/src\/strategy\/define-strategy\.test\.ts$/);
    expect(strategy.informativePairs(stubDataProvider())).toEqual([]);
    expect(isStrategy(strategy)).toBe(true);
    expect(isStrategy({ ...strategy })).toBe(false);
  });

  it('keeps what is given', () => {
    const settings = {
      name: 'Mine',
      timeframe: '1h',
      startupCandleCount: 30,
      processOnlyNewCandles: false,
      canShort: true,
      broadcastInformative: true,
      minimalRoi: { 0: 0.04, 30: 0 },
      stoploss: -1,
      trailingStop: true,
      trailingStopPositive: 0.01,
      trailingStopPositiveOffset: 0.02,
      trailingOnlyOffsetIsReached: true,
    };
    const strategy = defineStrategy({
      ...settings,
      ...identity,
      informativePairs: (dp) => dp.currentWhitelist().map((pair) => [pair, '1d', 'spot'] as const),
      informative: { '1h': (candles) => candles, '1d': (candles) => candles },
    });
    expect(strategy).toMatchObject(settings);
    expect(strategy.informativeTimeframes).toEqual(['1h', '1d']);
    const dp = stubDataProvider({ currentWhitelist: () => [parsePair('BTC/USDT')] });
    expect(strategy.informativePairs(dp)).toEqual([['BTC/USDT', '1d', 'spot']]);
  });

  it('lets functions call each other through this', () => {
    const definition = {
      timeframe: '5m',
      populateIndicators: (candles: Candles) => candles,
      populateEntryTrend(frame: Candles) {
        return this.populateIndicators(frame).with({ enter_long: frame.flag(() => true) });
      },
    };
    const strategy = defineStrategy(definition);
    const candles = candlesFrame([{ date: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }]);
    const timeframe = parseTimeframe('5m');
    const context = { pair: parsePair('BTC/USDT'), timeframe, dp: stubDataProvider(), informative: {} };
    const entries = strategy.populateEntryTrend(candles, context);
    expect(entries.last('enter_long')).toBe(1);
    expect(strategy.populateExitTrend(entries, context)).toBe(entries);
  });

  it('can not be changed afterwards', () => {
    expect(Object.isFrozen(defineStrategy({ timeframe: '5m', ...identity }))).toBe(true);
  });

  it.each([
    [{ timeframe: '5min' }, /^timeframe: "5min" is not a timeframe; expected a number and one of s, m, h/],
    [{ timeframe: 5 }, /^timeframe: expected a timeframe such as '5m', found 5$/],
    [{ timeframe: undefined }, /^timeframe is missing: a timeframe such as '5m'$/],
    [{ stoploss: 0.1 }, /^stoploss: expected a loss as a negative share, from -1 up to, not including, 0, found 0.1$/],
    [{ stoploss: -10 }, /^stoploss: .* found -10$/],
    [{ minimalRoi: { soon: 0.1 } }, /^minimalRoi: expected profits by whole minutes, .* found {"soon":0.1}$/],
    [{ minimalRoi: [0.1] }, /^minimalRoi: .* found \[0.1\]$/],
    [{ startupCandleCount: 1.5 }, /^startupCandleCount: expected a whole number of candles, 0 or more, found 1.5$/],
    [{ canShort: 'yes' }, /^canShort: expected true or false, found "yes"$/],
    [{ trailingStopPositive: 2 }, /^trailingStopPositive: expected a number from 0 to 1, found 2$/],
    [{ populateEntryTrend: undefined }, /^populateEntryTrend is missing: a function$/],
    [
      { populate_indicators: () => {} },
      /^there is no setting "populate_indicators"; did you mean "populateIndicators"\?$/,
    ],
    [{ stopLoss: -0.1 }, /^there is no setting "stopLoss"; did you mean "stoploss"\?$/],
    [{ informative: { '1h': 'rsi' } }, /^informative: expected functions by timeframe, .* found {"1h":"rsi"}$/],
    [{ informative: { hourly: () => {} } }, /^informative: "hourly" is not a timeframe/],
    [{ informative: { '1m': () => {} } }, /^informative: 1m is faster than the strategy's own 5m/],
    [{ canShort: 1, stoploss: 1 }, /^canShort: .* found 1; stoploss: .* found 1$/],
  ])('refuses %j', (wrong, message) => {
    expect(refusal({ timeframe: '5m', ...identity, ...wrong })).toMatch(message);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['5m', '"5m"'],
    [[], '[]'],
    [() => {}, 'a function'],
  ])('refuses %s in the place of settings', (definition, found) => {
    const expected = 'expected an object with timeframe, populateIndicators and populateEntryTrend';
    expect(refusal(definition)).toBe(`${expected}, found ${found}`);
  });
});

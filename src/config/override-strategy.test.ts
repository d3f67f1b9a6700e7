import { describe, expect, it } from 'vitest';
import { readOracle } from '../../tests/fixtures/config-oracle/read-oracle.ts';
import { parseTimeframe } from '../market/index.ts';
import { parseConfig } from './assemble-config.ts';
import { overrideStrategy, type StrategySettings } from './override-strategy.ts';

/** A strategy that sets as little as one can, which the oracle's does too. */
const silent: StrategySettings = {
  timeframe: parseTimeframe('5m'),
  stoploss: -0.1,
  startupCandleCount: 0,
  processOnlyNewCandles: true,
};

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function camelKeys(settings: object): object {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [camelCase(name), value]));
}

function asConfig(settings: object) {
  return parseConfig(JSON.stringify(settings), 'c.json');
}

describe('overrideStrategy', () => {
  it.each(readOracle().overrides)('is what freqtrade makes of %j', ({ config, strategy, result }) => {
    const { settings, origins } = overrideStrategy(asConfig(config), { ...silent, ...camelKeys(strategy) });
    // What is null in Python is absent here.
    const there = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
    expect(settings).toEqual(camelKeys(there));
    const fromConfig: readonly string[] = [...origins]
      .filter(([, origin]) => origin === 'config')
      .map(([name]) => name);
    expect(fromConfig.toSorted()).toEqual(Object.keys(config).map(camelCase).toSorted());
  });

  it('says who set what, and nothing of what nobody did', () => {
    const { settings, origins } = overrideStrategy(asConfig({ timeframe: '1h' }), { ...silent, trailingStop: true });
    expect(Object.fromEntries(origins)).toEqual({
      timeframe: 'config',
      startupCandleCount: 'strategy',
      processOnlyNewCandles: 'strategy',
      minimalRoi: 'default',
      stoploss: 'strategy',
      trailingStop: 'strategy',
      trailingStopPositiveOffset: 'default',
      trailingOnlyOffsetIsReached: 'default',
    });
    expect(settings).not.toHaveProperty('trailingStopPositive');
  });

  it('lets a config set false and 0', () => {
    const config = asConfig({ process_only_new_candles: false, startup_candle_count: 0, trailing_stop: false });
    const { settings } = overrideStrategy(config, { ...silent, startupCandleCount: 9, trailingStop: true });
    expect(settings).toMatchObject({ processOnlyNewCandles: false, startupCandleCount: 0, trailingStop: false });
  });
});

import { describe, expect, it } from 'vitest';
import { parseTimeframe } from '../market/index.ts';
import { BotError } from './bot-error.ts';
import { expectCanShort, expectTimeframes } from './check-start.ts';

describe('expectTimeframes', () => {
  const exchange = { name: 'simulated', timeframes: ['1m', '5m', '1h'].map(parseTimeframe) };

  it('passes what the exchange has', () => {
    expectTimeframes(exchange, ['5m', '1h'].map(parseTimeframe));
  });

  it('names the timeframe that it lacks, and those that it has', () => {
    const check = () => expectTimeframes(exchange, ['5m', '7m'].map(parseTimeframe));
    expect(check).toThrow(BotError);
    expect(check).toThrow('simulated has no 7m candles; it has 1m, 5m, 1h');
  });
});

describe('expectCanShort', () => {
  it('refuses a shorting strategy on spot alone', () => {
    expectCanShort({ name: 'Both', canShort: true }, 'futures');
    expectCanShort({ name: 'Long', canShort: false }, 'spot');
    expect(() => expectCanShort({ name: 'Both', canShort: true }, 'spot')).toThrow(
      'Both goes short (canShort), which trading_mode "spot" cannot; set it to "futures"',
    );
  });
});

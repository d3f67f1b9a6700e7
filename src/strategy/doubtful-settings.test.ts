import { describe, expect, it } from 'vitest';
import { isTimeframe, parseTimeframe, signalFlagColumns, signalTagColumns } from '../market/index.ts';
import { misspeltSignals, shortStartup, unusualTimeframe } from './doubtful-settings.ts';

const signals = [...signalFlagColumns, ...signalTagColumns];

describe('unusualTimeframe', () => {
  it('knows what the exchanges of ccxt offer', { timeout: 60_000 }, async () => {
    const { default: ccxt } = await import('ccxt');
    const classes: ReadonlyMap<string, unknown> = new Map(Object.entries(ccxt));
    const offered = new Set<string>();
    for (const id of ccxt.exchanges) {
      const Exchange = classes.get(id);
      if (typeof Exchange !== 'function') continue;
      const exchange: { readonly timeframes?: object } = Reflect.construct(Exchange, []);
      for (const timeframe of Object.keys(exchange.timeframes ?? {})) offered.add(timeframe);
    }
    const timeframes = [...offered].filter(isTimeframe);
    expect(timeframes.length).toBeGreaterThan(15);
    expect(timeframes.map(unusualTimeframe).filter((warning) => warning !== undefined)).toEqual([]);
  });

  it.each(['7m', '90m', '2y', '60m'])('warns of %s, and names the usual ones', (timeframe) => {
    expect(unusualTimeframe(parseTimeframe(timeframe))).toMatch(
      new RegExp(`^timeframe: no exchange is known to offer candles of ${timeframe}; usual are 1m, .*5m, .*1d, .*1M$`),
    );
  });
});

describe('shortStartup', () => {
  const timeframe = parseTimeframe('5m');

  it('warns of fewer candles than the longest indicator needs', () => {
    expect(shortStartup(5, timeframe, { indicator: 'rsi', row: 50 })).toBe(
      'startupCandleCount is 5, but rsi on 5m candles has its first value after 50; set it to 50 or more',
    );
    expect(shortStartup(50, timeframe, { indicator: 'rsi', row: 50 })).toBeUndefined();
    expect(shortStartup(0, timeframe, undefined)).toBeUndefined();
  });
});

describe('misspeltSignals', () => {
  it.each([
    ['enter_lnog', 'enter_long'],
    ['enter_longs', 'enter_long'],
    ['enter_Long', 'enter_long'],
    ['enter_shrot', 'enter_short'],
    ['exit_lon', 'exit_long'],
    ['exit_tga', 'exit_tag'],
  ])('takes %s for %s', (column, meant) => {
    expect(misspeltSignals(['close', column])).toEqual([
      `column "${column}" is no signal and has no effect; did you mean "${meant}"?`,
    ]);
  });

  it('leaves signals, merged ones and other columns alone', () => {
    const merged = signals.flatMap((signal) => [`${signal}_1h`, `${signal}_default`]);
    const others = ['enter_level', 'enter_zone', 'exit_price', 'exit_signal_ma', 'enter', 'rsi', 'long', 'entry_lnog'];
    expect(misspeltSignals([...signals, ...merged, ...others])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import type { Numbers } from '../frame/index.ts';
import { sma } from '../indicators/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { defineStrategy } from '../strategy/index.ts';
import { analyzePair } from './analysis.ts';
import { BotDataProvider } from './bot-data-provider.ts';
import { KeptAnalyses } from './kept-analyses.ts';

const [btc, eth] = ['BTC/USDT', 'ETH/USDT'].map(parsePair);
const timeframe = parseTimeframe('5m');
const keyOf = (pair = btc) => ({ pair, timeframe, candleType: 'spot' }) as const;

const candlesOf = (rows: number) =>
  candlesFrame(
    Array.from({ length: rows }, (_, i) => ({ date: i * 300_000, open: i, high: i, low: i, close: i, volume: 1 })),
  );

function setup(populate: (average: Numbers, rows: number) => void = () => {}, startupCandleCount = 0) {
  const strategy = defineStrategy({
    name: 'Sample',
    timeframe: '5m',
    startupCandleCount,
    populateIndicators(candles) {
      const average = sma(candles.columns.close, 5);
      populate(average, candles.length);
      return candles.with({ average });
    },
    populateEntryTrend: (frame) => frame,
  });
  const logger = recordingLogger();
  const kept = new KeptAnalyses({ strategy, logger });
  const analyze = (rows: number, pair = btc) => {
    const dp = new BotDataProvider({
      timeframe,
      candleType: 'spot',
      candles: () => candlesOf(rows),
      analyzed: () => undefined,
      whitelist: () => [btc, eth],
      consumer: undefined,
      sendMsg() {},
    });
    const options = { key: keyOf(pair), candles: () => candlesOf(rows), dp, now: () => 0 };
    const outcome = analyzePair(strategy, { ...options, kept: (key) => kept.of(key) });
    if (outcome.status === 'failed') throw outcome.error;
    kept.noteWarmUp(keyOf(pair));
    return outcome.main.frame.numbers('average');
  };
  return { kept, analyze, logger };
}

describe('KeptAnalyses', () => {
  it('keeps each pair by itself', () => {
    const { kept, analyze, logger } = setup(undefined, 4);
    for (const rows of [20, 21, 22]) {
      for (const pair of [btc, eth]) expect(analyze(rows, pair)[rows - 1]).toBe(rows - 3);
    }
    expect(kept.of(keyOf())).toBe(kept.of(keyOf()));
    expect(kept.of(keyOf())).not.toBe(kept.of(keyOf(eth)));
    expect(kept.check()).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('lets go of pairs that are not worked on any more', () => {
    const { kept, analyze } = setup(undefined, 4);
    for (const pair of [btc, eth]) analyze(20, pair);
    const before = kept.of(keyOf());
    kept.keepOnly(new Set([eth]));
    expect(kept.of(keyOf())).not.toBe(before);
  });

  it('names the pairs whose strategy wrote to what it shares, says so once, and stops sharing', () => {
    const { kept, analyze, logger } = setup((average, rows) => {
      if (rows === 21) Reflect.set(average, 7, 1);
    }, 4);
    analyze(20);
    analyze(20, eth);
    expect(kept.check()).toEqual([]);
    analyze(21);
    expect(kept.check()).toEqual([btc]);
    expect(kept.of(keyOf())).toBeUndefined();
    expect(kept.check()).toEqual([]);
    analyze(22);
    expect(logger.messages('warn')).toEqual([
      expect.stringContaining('Sample writes into candles or into an indicator'),
    ]);
  });

  it('says once which indicator needs more candles than the strategy allows for', () => {
    const { analyze, logger } = setup(undefined, 3);
    analyze(20);
    analyze(21, eth);
    expect(logger.messages('warn')).toEqual([
      'Sample: startupCandleCount is 3, but sma on 5m candles has its first value after 4; the oldest rows of its frames lack ' +
        'it. Set startupCandleCount to 4 or more',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { scriptedProducer } from '../../tests/fixtures/bot/scripted-producer.ts';
import type { Consumer } from '../consumer/index.ts';
import { type AnalyzedFrame, candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { BotDataProvider } from './bot-data-provider.ts';

const FIVE_MINUTES = 300_000;
const btc = parsePair('BTC/USDT');
const key = { pair: btc, timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;
const candles = candlesFrame(
  [0, 1, 2].map((n) => ({ date: n * FIVE_MINUTES, open: 1, high: 1, low: 1, close: n, volume: 1 })),
);

function providerOf(consumer: Consumer | undefined, analyzed?: AnalyzedFrame): BotDataProvider {
  return new BotDataProvider({
    timeframe: key.timeframe,
    candleType: 'spot',
    candles: (asked) => (asked.timeframe === key.timeframe ? candles : candles.slice(0, 1)),
    analyzed: () => analyzed,
    whitelist: () => [btc],
    consumer,
    sendMsg() {},
  });
}

function setup() {
  const clock = manualClock(3 * FIVE_MINUTES);
  const producer = scriptedProducer({ clock: manualClock(), marketClock: clock });
  return { clock, producer, dp: providerOf(producer.consumer) };
}

const reasonOf = (dp: BotDataProvider, ...asked: Parameters<BotDataProvider['getProducerDf']>) => {
  const frame = dp.getProducerDf(...asked);
  return frame.status === 'missing' ? frame.reason : `it is ${frame.status}`;
};

describe('BotDataProvider', () => {
  it('says why a producer frame is missing', () => {
    const { producer, dp } = setup();
    expect(reasonOf(providerOf(undefined), 'BTC/USDT')).toBe('external_message_consumer is not enabled in the config');
    expect(reasonOf(dp, 'BTC/USDT', { producerName: 'other' })).toBe(
      'no producer is named "other"; the config has "default"',
    );
    expect(reasonOf(dp, 'BTC/USDT')).toMatch('not been reached');
    producer.connect();
    producer.sendWhitelist([btc]);
    expect(reasonOf(dp, 'ETH/USDT')).toBe("ETH/USDT is not on the producer's whitelist: BTC/USDT");
    producer.sendFrame(key, candles, 5);
    expect(reasonOf(dp, 'BTC/USDT', { timeframe: '1h' })).toBe(
      'the producer sends BTC/USDT at 5m (spot), not at 1h (spot)',
    );
    expect(reasonOf(dp, 'BTC/USDT', { columns: ['close', 'rsi', 'tema'] })).toBe(
      "the producer's frame lacks rsi, tema; it has date, open, high, low, close, volume",
    );
  });

  it('gives a frame that is there, live or stale', () => {
    const { producer, dp, clock } = setup();
    producer.connect();
    producer.sendWhitelist([btc]);
    producer.sendFrame(key, candles, 5);
    const live = dp.getProducerDf('BTC/USDT', { columns: ['close'] });
    expect(live).toMatchObject({ status: 'live', lastAnalyzed: 5, ageMs: 0 });
    expect(live).not.toHaveProperty('reason');
    expect(live.frame.numbers('close')).toEqual(candles.columns.close);
    clock.advance(10 * FIVE_MINUTES);
    expect(dp.getProducerDf('BTC/USDT')).toMatchObject({
      status: 'stale',
      reason: expect.stringMatching('should have come'),
    });
    expect(dp.getProducerPairs()).toEqual([btc]);
    expect(dp.getProducerPairs('other')).toEqual([]);
  });

  it('records what is read while it is asked to, each thing once', () => {
    const { dp } = setup();
    dp.getProducerDf('ADA/USDT');
    const { result, reads } = dp.recordingReads(() => {
      dp.getProducerDf('BTC/USDT');
      dp.getProducerDf('BTC/USDT');
      dp.getProducerDf('BTC/USDT', { timeframe: '1h', columns: ['rsi'] });
      return 'done';
    });
    dp.getProducerDf('XRP/USDT');
    expect(result).toBe('done');
    expect(reads).toEqual([
      { producer: 'default', key, columns: [] },
      { producer: 'default', key: { ...key, timeframe: '1h' }, columns: ['rsi'] },
    ]);
    expect(dp.recordingReads(() => 1).reads).toEqual([]);
  });

  it('hands out frames that can be written to without an effect on what comes next', () => {
    const { producer } = setup();
    producer.connect();
    producer.sendWhitelist([btc]);
    producer.sendFrame(key, candles, 5);
    const dp = providerOf(producer.consumer, { key, frame: candles, lastAnalyzed: 9 });
    const closes = Float64Array.of(0, 1, 2);
    for (const read of [
      () => dp.getPairDataframe('BTC/USDT').numbers('close'),
      () => dp.getAnalyzedDataframe('BTC/USDT').frame.numbers('close'),
      () => dp.getProducerDf('BTC/USDT').frame.numbers('close'),
    ]) {
      const values = read();
      expect(values).toEqual(closes);
      // A strategy in JavaScript is not held back by the type.
      if (values instanceof Float64Array) values.fill(-1);
      expect(values[0]).toBe(-1);
      expect(read()).toEqual(closes);
    }
  });

  it('reads own candles and frames at its own timeframe unless told otherwise', () => {
    const dp = providerOf(undefined, { key, frame: candles, lastAnalyzed: 9 });
    expect(dp.getPairDataframe('BTC/USDT')).toHaveLength(3);
    expect(dp.getPairDataframe('BTC/USDT', '1h')).toHaveLength(1);
    expect(dp.getAnalyzedDataframe('BTC/USDT').lastAnalyzed).toBe(9);
    expect(providerOf(undefined).getAnalyzedDataframe('BTC/USDT')).toMatchObject({ lastAnalyzed: 0 });
    expect(dp.currentWhitelist()).toEqual([btc]);
    expect(() => dp.getPairDataframe('BTCUSDT')).toThrow(expect.objectContaining({ code: 'MARKET_BAD_PAIR' }));
    expect(() => dp.getPairDataframe('BTC/USDT', '5 minutes')).toThrow(
      expect.objectContaining({ code: 'MARKET_BAD_TIMEFRAME' }),
    );
  });
});

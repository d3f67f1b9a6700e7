import { describe, expect, it } from 'vitest';
import { Frame } from '../frame/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { defineStrategy } from '../strategy/index.ts';
import { analyzePair, frameState, lastRow, PairQueue } from './analysis.ts';
import { BotDataProvider } from './bot-data-provider.ts';

const HOUR = 3_600_000;
const [btc, eth, ada] = ['BTC/USDT', 'ETH/USDT', 'ADA/USDT'].map(parsePair);
const key = { pair: btc, timeframe: parseTimeframe('1h'), candleType: 'spot' } as const;
const candles = candlesFrame([1, 2, 3].map((n) => ({ date: n * HOUR, open: n, high: n, low: n, close: n, volume: 1 })));
const dp = new BotDataProvider({
  timeframe: key.timeframe,
  candleType: 'spot',
  candles: () => candles,
  analyzed: () => undefined,
  whitelist: () => [btc],
  consumer: undefined,
  sendMsg() {},
});
const run = (strategy: Parameters<typeof analyzePair>[0]) =>
  analyzePair(strategy, { key, candles: () => candles, dp, now: () => 42, kept: () => undefined });

describe('analyzePair', () => {
  it('analyzes informative timeframes first and hands them on', () => {
    const strategy = defineStrategy({
      timeframe: '1h',
      informative: {
        '4h': (slow) => slow.with({ twice: Float64Array.from(slow.columns.close, (close) => 2 * close) }),
      },
      populateIndicators: (frame, { informative }) => frame.with({ copied: informative['4h'].columns.twice }),
      populateEntryTrend: (frame) => frame.with({ enter_long: frame.flag((i) => i === 2) }),
    });
    const outcome = run(strategy);
    expect(outcome).toMatchObject({ status: 'analyzed', reads: [], main: { key, lastAnalyzed: 42 } });
    if (outcome.status !== 'analyzed') return;
    expect(outcome.informative.map(({ key: { timeframe } }) => timeframe)).toEqual(['4h']);
    expect(outcome.main.frame.numbers('copied')).toEqual(Float64Array.of(2, 4, 6));
  });

  it('reports a strategy that throws, with what it had read by then', () => {
    const strategy = defineStrategy({
      timeframe: '1h',
      populateIndicators(frame, { dp: provider }) {
        provider.getProducerDf('ETH/USDT', { producerName: 'other' });
        if (frame.length > 0) throw new Error('no luck');
        return frame;
      },
      populateEntryTrend: (frame) => frame,
    });
    const outcome = run(strategy);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STRATEGY_THREW' } });
    expect(outcome.reads).toEqual([{ producer: 'other', key: { ...key, pair: eth }, columns: [] }]);
  });

  it('reports a fault in an informative function alike', () => {
    const strategy = defineStrategy({
      timeframe: '1h',
      informative: {
        '4h': (slow) => {
          if (slow.length > 0) throw new Error('slow trouble');
          return slow;
        },
      },
      populateIndicators: (frame) => frame,
      populateEntryTrend: (frame) => frame,
    });
    expect(run(strategy)).toMatchObject({ status: 'failed', error: { code: 'STRATEGY_THREW' } });
  });
});

describe('frameState', () => {
  it('tells rows, last date and, where asked, a digest that differs with one cell', () => {
    const state = frameState({ key, frame: candles, lastAnalyzed: 7 }, { digest: true });
    expect(state).toMatchObject({ ...key, rows: 3, date: 3 * HOUR, lastAnalyzed: 7 });
    const changed = candles.with({ volume: Float64Array.of(1, 1, 1 + Number.EPSILON) });
    expect(frameState({ key, frame: changed, lastAnalyzed: 7 }, { digest: true }).digest).not.toBe(state.digest);
    expect(frameState({ key, frame: candles, lastAnalyzed: 7 }, { digest: false })).not.toHaveProperty('digest');
  });

  it('has date 0 for a frame without rows', () => {
    expect(frameState({ key, frame: candles.slice(0, 0), lastAnalyzed: 0 }, { digest: false })).toMatchObject({
      date: 0,
    });
  });
});

describe('lastRow', () => {
  it('is plain data: null for what JSON lacks, text for large integers', () => {
    const frame = Frame.of({
      nan: Float64Array.of(1, Number.NaN),
      infinite: Float64Array.of(1, -Infinity),
      good: Float64Array.of(1, 2.5),
      tag: ['a', null],
      flag: [false, true],
      large: BigInt64Array.of(1n, 2n ** 60n),
    });
    expect(lastRow(frame)).toEqual({
      nan: null,
      infinite: null,
      good: 2.5,
      tag: null,
      flag: true,
      large: String(2n ** 60n),
    });
    expect(lastRow(frame.slice(0, 0))).toEqual({});
  });
});

describe('PairQueue', () => {
  it('hands out each pair once, in the order in which it became due', () => {
    const queue = new PairQueue();
    queue.add(btc, { newCandle: false });
    queue.add(eth, { newCandle: true });
    queue.add(btc, { newCandle: true });
    queue.add(ada, { newCandle: false });
    queue.add(eth, { newCandle: false });
    expect(queue.take()).toEqual({ pair: btc, newCandle: true });
    queue.add(btc, { newCandle: false });
    expect(queue.take()).toEqual({ pair: eth, newCandle: true });
    expect(queue.take()).toEqual({ pair: ada, newCandle: false });
    expect(queue.take()).toEqual({ pair: btc, newCandle: false });
    expect(queue.take()).toBeUndefined();
  });
});

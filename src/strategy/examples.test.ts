import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stubDataProvider } from '../../tests/fixtures/strategies/stub-data-provider.ts';
import type { AnyFrame } from '../frame/index.ts';
import { type Candle, type Candles, candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { seededRandom } from '../util/random.ts';
import { analyze, analyzeInformative } from './analyze.ts';
import type { DataProvider, PresentProducerFrame } from './data-provider.ts';
import { loadStrategy } from './load-strategy.ts';
import type { AnyStrategy } from './strategy.ts';

const searchPaths = [fileURLToPath(new URL('../../examples', import.meta.url))];
const pair = parsePair('BTC/USDT');
const FIVE_MINUTES = 300_000;
const FALLING_CANDLES = 40;

const at = (place: number, close: number, volume = 1): Candle => ({
  date: place * FIVE_MINUTES,
  open: close,
  high: close,
  low: close,
  close,
  volume,
});

/** Falls by a half for 40 candles, then rises by 1 for 20. */
const valley = candlesFrame(
  Array.from({ length: 60 }, (_, i) => at(i, i < FALLING_CANDLES ? 100 - i / 2 : 80.5 + (i - FALLING_CANDLES + 1))),
);

/** A random walk, the same in each run; each fiftieth candle without volume. */
const walk = randomWalk(3000);

function randomWalk(rows: number): Candles {
  const random = seededRandom('examples');
  let close = 100;
  return candlesFrame(
    Array.from({ length: rows }, (_, i) => {
      close *= Math.exp(0.004 * random.normal());
      return at(i, close, i % 50 === 0 ? 0 : 1 + random.next());
    }),
  );
}

function analyzed(strategy: AnyStrategy, candles: Candles, dp: DataProvider = stubDataProvider()): AnyFrame {
  const context = { pair, timeframe: strategy.timeframe, dp, informative: {} };
  const outcome = analyze(strategy, { candles, context });
  if (outcome.status === 'failed') throw outcome.error;
  return outcome.frame;
}

/** A data provider with this frame of a producer's. */
function receiving(frame: AnyFrame, pairs = [pair]): DataProvider {
  const producer: PresentProducerFrame = { status: 'live', frame, lastAnalyzed: 1, receivedAt: 1, ageMs: 0 };
  return stubDataProvider({ producer, getProducerPairs: () => pairs });
}

function rowsWith(frame: AnyFrame, column: string): number[] {
  return Array.from(frame.numbers(column)).flatMap((flag, row) => (flag === 1 ? [row] : []));
}

describe('the examples', () => {
  let producer: AnyStrategy;
  let consumer: AnyStrategy;
  let ownLogic: AnyStrategy;
  let informative: AnyStrategy;

  beforeAll(async () => {
    const names = ['ProducerStrategy', 'ConsumerStrategy', 'OwnLogicConsumerStrategy', 'InformativeStrategy'];
    [producer, consumer, ownLogic, informative] = await Promise.all(
      names.map((name) => loadStrategy(name, { searchPaths })),
    );
  });

  it('are named after their files', () => {
    const names = [producer, consumer, ownLogic, informative].map(({ name }) => name);
    expect(names).toEqual([
      'producer-strategy',
      'consumer-strategy',
      'own-logic-consumer-strategy',
      'informative-strategy',
    ]);
    expect([producer, consumer, ownLogic].map((strategy) => strategy.processOnlyNewCandles)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('enter at the third candle of a rise, and not again', () => {
    // With q = (13/14)^n after n rises of 1, RSI = 100 (1 - q) / (1 - q/2): 26 at 2 rises, 33 at 3. By then TEMA has turned and is
    // far below the middle band, which is the mean of 17 falling closes and 3 rising ones.
    const frame = analyzed(producer, valley);
    const [second, third] = [2, 3].map((n) => (13 / 14) ** n).map((q) => (100 * (1 - q)) / (1 - q / 2));
    expect(frame.numbers('rsi')[FALLING_CANDLES + 1]).toBeCloseTo(second, 9);
    expect(frame.numbers('rsi')[FALLING_CANDLES + 2]).toBeCloseTo(third, 9);
    expect(rowsWith(frame, 'enter_long')).toEqual([FALLING_CANDLES + 2]);
    expect(rowsWith(analyzed(consumer, valley, receiving(frame)), 'enter_long')).toEqual([FALLING_CANDLES + 2]);
  });

  it('decide alike at producer and consumer', () => {
    const produced = analyzed(producer, walk);
    const consumed = analyzed(consumer, walk, receiving(produced));
    const entries = rowsWith(produced, 'enter_long');
    expect(entries.length).toBeGreaterThan(10);
    expect(rowsWith(consumed, 'enter_long')).toEqual(entries);
    const renamed = produced.names.map((name) => `${name}_default`);
    expect(consumed.names).toEqual([...walk.names, ...renamed, 'enter_long']);
  });

  it('decide alike wherever both have the data', () => {
    const produced = analyzed(producer, walk);
    const consumed = analyzed(consumer, walk, receiving(produced.slice(1000, 2500)));
    const entries = rowsWith(produced, 'enter_long').filter((row) => row > 1000 && row < 2500);
    expect(entries.length).toBeGreaterThan(5);
    expect(rowsWith(consumed, 'enter_long')).toEqual(entries);
  });

  it('enter nothing without a producer’s frame, or for a pair that it left', () => {
    const produced = analyzed(producer, walk);
    for (const dp of [stubDataProvider({ getProducerPairs: () => [pair] }), receiving(produced, [])]) {
      for (const strategy of [consumer, ownLogic]) {
        const frame = analyzed(strategy, walk, dp);
        expect(Array.from(frame.numbers('rsi_default')).every(Number.isNaN)).toBe(true);
        expect(rowsWith(frame, 'enter_long')).toEqual([]);
      }
    }
  });

  it('asks for the columns that it reads', () => {
    const asked: unknown[] = [];
    const dp = {
      ...stubDataProvider({ getProducerPairs: () => [pair] }),
      getProducerDf: ((name: string, options: unknown) => {
        asked.push([name, options]);
        return stubDataProvider().getProducerDf(name);
      }) as DataProvider['getProducerDf'],
    };
    analyzed(consumer, valley, dp);
    analyzed(ownLogic, valley, dp);
    expect(asked).toEqual([
      [pair, { columns: ['rsi', 'tema', 'bb_middleband'] }],
      [pair, { columns: ['rsi', 'bb_lowerband', 'bb_upperband', 'enter_long'] }],
    ]);
  });

  it('follow the producer’s entries with logic of their own', () => {
    const produced = analyzed(producer, walk);
    const frame = analyzed(ownLogic, walk, receiving(produced));
    const tagged = (column: string, tag: string) =>
      frame.strings(column).flatMap((found, row) => (found === tag ? [row] : []));
    expect(tagged('enter_tag', 'producer_entry')).toEqual(rowsWith(produced, 'enter_long'));

    const [close, volume] = [frame.numbers('close'), frame.numbers('volume')];
    const [rsi, lower, upper] = ['rsi', 'bb_lowerband', 'bb_upperband'].map((name) => produced.numbers(name));
    const rows = Array.from({ length: frame.length }, (_, row) => row);
    const dips = rows.filter((row) => volume[row] > 0 && rsi[row] < 25 && close[row] < lower[row]);
    expect(dips.length).toBeGreaterThan(0);
    expect(tagged('enter_tag', 'dip')).toEqual(dips);
    const overbought = rows.filter((row) => rsi[row] > 70);
    expect(overbought.length).toBeGreaterThan(0);
    expect(tagged('exit_tag', 'overbought')).toEqual(overbought);
    const stretched = rows.filter((row) => !(rsi[row] > 70) && close[row] > upper[row]);
    expect(tagged('exit_tag', 'upper_band')).toEqual(stretched);
    expect(rowsWith(frame, 'exit_long')).toEqual([...overbought, ...stretched].sort((a, b) => a - b));
  });

  it('make no decision at a candle that the producer has not sent', () => {
    const produced = analyzed(producer, walk);
    const [last] = rowsWith(produced, 'enter_long').slice(-1);
    const behind = analyzed(ownLogic, walk, receiving(produced.slice(0, last)));
    expect(behind.at(last, 'enter_long_default')).toBeNaN();
    expect(rowsWith(behind, 'enter_long').every((row) => row < last)).toBe(true);
    expect(rowsWith(behind, 'exit_long').every((row) => row < last)).toBe(true);
  });

  it('show an hourly candle from the 5m candle that closes with it', () => {
    const hours = hourly(walk);
    const timeframe = parseTimeframe('1h');
    expect(informative).toMatchObject({ informativeTimeframes: [timeframe], broadcastInformative: true });
    const outcome = analyzeInformative(informative, {
      candles: hours,
      context: { pair, timeframe, dp: stubDataProvider() },
    });
    if (outcome.status === 'failed') throw outcome.error;
    const context = { pair, timeframe: informative.timeframe, dp: stubDataProvider() };
    const result = analyze(informative, {
      candles: walk,
      context: { ...context, informative: { '1h': outcome.frame } },
    });
    if (result.status === 'failed') throw result.error;
    const frame = result.frame;
    for (const row of [11, 12, 22, 23, 24, 2999]) {
      const hour = Math.floor((row + 1) / 12) - 1;
      expect(frame.at(row, 'close_1h')).toBe(hours.at(hour, 'close'));
      expect(frame.at(row, 'rsi_1h')).toEqual(outcome.frame.at(hour, 'rsi'));
    }
    expect(frame.at(10, 'close_1h')).toBeNaN();
    expect(rowsWith(frame, 'enter_long').length).toBeGreaterThan(0);
    const [closes, temas] = [frame.numbers('close_1h'), frame.numbers('tema_1h')];
    expect(rowsWith(frame, 'enter_long').every((row) => closes[row] > temas[row])).toBe(true);
  });
});

function hourly(candles: Candles): Candles {
  const close = Array.from(candles.columns.close).filter((_, i) => i % 12 === 11);
  return candlesFrame(close.map((close, hour) => at(hour * 12, close)));
}

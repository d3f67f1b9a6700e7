import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { framesEqual } from '../../frame/index.ts';
import { type CandleType, type PairKey, nextCandleOpen, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import { openDataFolder } from './data-folder.ts';
import { fileOf } from './file-of.ts';
import { playbackRange } from './playback-range.ts';
import { recordedExchange } from './recorded-exchange.ts';

const datadir = fileURLToPath(new URL('../../../tests/fixtures/candles/datadir', import.meta.url));
const realCandles = fileURLToPath(new URL('../../../../shared/data/candles', import.meta.url));
const START = Date.UTC(2023, 10, 15);
const END = START + 12 * 3_600_000;

function keyOf(pair: string, timeframe: string, candleType: CandleType = 'spot'): PairKey {
  return { pair: parsePair(pair), timeframe: parseTimeframe(timeframe), candleType };
}

async function open(nowMs: number, path = datadir, endsAt = END) {
  const [clock, folder] = [manualClock(nowMs), await openDataFolder(path)];
  return { clock, folder, exchange: recordedExchange({ folder, clock, endsAt }) };
}

describe('recordedExchange', () => {
  it('plays every candle of its files once and in order, holes and all', async () => {
    const { clock, folder, exchange } = await open(START);
    const key = keyOf('AAA/USDT', '1m');
    const all = await folder.load(fileOf(folder, key));
    let played = await exchange.fetchCandles(key, { limit: 10 });
    expect(played.length).toBe(0);
    while (clock.now() < END) {
      clock.advance(170_000);
      const since = (played.last('date') ?? 0) + 1;
      played = played.append(await exchange.fetchCandles(key, { limit: 10, since }));
    }
    expect(framesEqual(played, all)).toBe(true);
    expect(played.length).toBeLessThan((END - START) / 60_000);
    expect(exchange.endsAt).toBe(END);
    clock.advance(1e9);
    expect((await exchange.fetchCandles(key, { limit: 100_000, includeOpen: true })).length).toBe(all.length);
  });

  it('makes the open candle of the shortest candles that have closed in it', async () => {
    const { clock, exchange } = await open(START + 2 * 3_600_000 + 17 * 60_000 + 30_000);
    const hours = await exchange.fetchCandles(keyOf('AAA/USDT', '1h'), { limit: 1, includeOpen: true });
    const since = START + 2 * 3_600_000;
    const minutes = await exchange.fetchCandles(keyOf('AAA/USDT', '1m'), { limit: 60, since });
    const { open: opens, high, low, close, volume } = minutes.columns;
    const rows = Array.from({ length: minutes.length }, (_, i) => i);
    expect(hours.row(1)).toEqual({
      date: since,
      open: opens[0],
      high: Math.max(...rows.map((i) => high[i])),
      low: Math.min(...rows.map((i) => low[i])),
      close: close[rows.length - 1],
      volume: rows.reduce((sum, i) => sum + volume[i], 0),
    });
    expect((await exchange.fetchCandles(keyOf('AAA/USDT', '1m'), { limit: 1, includeOpen: true })).length).toBe(1);
    clock.set(START + 3 * 3_600_000);
    expect((await exchange.fetchCandles(keyOf('AAA/USDT', '1h'), { limit: 9, includeOpen: true })).length).toBe(3);
  });

  it('plays futures, mark prices and funding rates whose dates are off the hour', async () => {
    const { exchange } = await open(START + 24 * 3_600_000 + 5000);
    const of = async (timeframe: string, type: CandleType) =>
      exchange.fetchCandles(keyOf('AAA/USDT:USDT', timeframe, type), { limit: 99 });
    expect((await of('1h', 'futures')).length).toBe(24);
    expect((await of('1h', 'mark')).last('volume')).toBeNaN();
    const rates = await of('8h', 'funding_rate');
    expect(rates.length).toBe(3);
    expect(rates.columns.date[1] % 60_000).toBe(7);
  });

  it('tells its markets and timeframes', async () => {
    const { exchange } = await open(START);
    expect(exchange.timeframes).toEqual(['1m', '5m', '1h', '8h', '1M']);
    expect((await exchange.fetchMarkets()).map(({ pair, candleTypes }) => [pair, candleTypes])).toEqual([
      ['AAA/USDT', ['spot']],
      ['AAA/USDT:USDT', ['funding_rate', 'futures', 'mark']],
      ['BBB/USDT', ['spot']],
      ['LONG/USDT', ['spot']],
    ]);
  });

  it('honours a signal that aborts while a file is read', async () => {
    const { exchange } = await open(END);
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const asked = exchange.fetchCandles(keyOf('LONG/USDT', '1m'), { limit: 5, signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    expect((await exchange.fetchCandles(keyOf('LONG/USDT', '1m'), { limit: 5 })).length).toBe(5);
  });
});

describe.skipIf(!existsSync(realCandles))('real candles (skipped where ../shared/data/candles is absent)', () => {
  it('are played from the start that playbackRange tells to the end', async () => {
    const folder = await openDataFolder(realCandles);
    const keys = folder.files.filter((file) => file.key.pair.endsWith('/BTC')).map((file) => file.key);
    expect(keys.length).toBeGreaterThan(5);
    const { startsAt, endsAt } = await playbackRange(folder, keys, 300);
    const clock = manualClock(startsAt);
    const exchange = recordedExchange({ folder, clock, endsAt });
    for (const key of keys) expect((await exchange.fetchCandles(key, { limit: 300 })).length).toBe(300);
    clock.set(endsAt);
    for (const key of keys) {
      const file = await folder.load(fileOf(folder, key));
      expect(nextCandleOpen(file.last('date') ?? Infinity, key.timeframe)).toBeLessThanOrEqual(endsAt);
      expect(framesEqual(await exchange.fetchCandles(key, { limit: 100_000, includeOpen: true }), file)).toBe(true);
    }
  });

  it('of minutes make the open five minutes, which end as the recorded ones where no minute is missing', async () => {
    const folder = await openDataFolder(realCandles);
    const [minutes, fives] = ['1m', '5m'].map((timeframe) => keyOf('XRP/ETH', timeframe));
    const { columns } = await folder.load(fileOf(folder, fives));
    let compared = 0;
    for (let row = 0; row < columns.date.length; row++) {
      const close = columns.date[row] + 300_000;
      const exchange = recordedExchange({ folder, clock: manualClock(close - 1), endsAt: close });
      const { length } = await exchange.fetchCandles(minutes, { limit: 5, since: columns.date[row] });
      if (length < 4) continue;
      const candles = await exchange.fetchCandles(fives, { limit: 1, includeOpen: true });
      expect(candles.last('date')).toBe(columns.date[row]);
      expect(candles.last('open')).toBe(columns.open[row]);
      expect(candles.last('high')).toBeLessThanOrEqual(columns.high[row]);
      expect(candles.last('low')).toBeGreaterThanOrEqual(columns.low[row]);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});

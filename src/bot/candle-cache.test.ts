import { describe, expect, it } from 'vitest';
import { stubExchange } from '../../tests/fixtures/bot/stub-exchange.ts';
import { parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { CandleCache } from './candle-cache.ts';

const MINUTE = 60_000;
const key = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('1m'), candleType: 'spot' } as const;

function setup(rows: number, startMinutes: number, isHole?: (date: number) => boolean) {
  const clock = manualClock(startMinutes * MINUTE);
  const exchange = stubExchange(clock, isHole === undefined ? {} : { isHole });
  return { clock, exchange, cache: new CandleCache(exchange, rows) };
}

describe('CandleCache', () => {
  it('has no candles before it was refreshed, and then as many as are wanted', async () => {
    const { cache, clock } = setup(20, 100);
    expect(cache.get(key)).toHaveLength(0);
    expect(await cache.refresh(key, clock.now())).toBe(20);
    expect(cache.get(key).columns.date[0]).toBe(80 * MINUTE);
    expect(cache.get(key).last('date')).toBe(99 * MINUTE);
  });

  it('asks for nothing before a candle is due, and then for what is new', async () => {
    const { cache, clock, exchange } = setup(20, 100);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE - 1);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(exchange.calls).toHaveLength(1);

    clock.advance(1);
    expect(await cache.refresh(key, clock.now())).toBe(1);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(exchange.calls).toHaveLength(2);
    expect(exchange.calls[1].options.since).toBe(100 * MINUTE);
    expect(cache.get(key).last('date')).toBe(100 * MINUTE);
  });

  it('asks once for a candle that never came, and goes on after the hole', async () => {
    const { cache, clock, exchange } = setup(20, 100, (date) => date === 100 * MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(exchange.calls).toHaveLength(2);
    clock.advance(MINUTE);
    expect(await cache.refresh(key, clock.now())).toBe(1);
    expect(cache.get(key).tail(2).columns.date).toEqual(Float64Array.of(99 * MINUTE, 101 * MINUTE));
  });

  it('leaves what closes after the moment that it is asked for to the next time', async () => {
    const { cache, clock } = setup(20, 100);
    const now = clock.now();
    clock.advance(2 * MINUTE);
    await cache.refresh(key, now);
    expect(cache.get(key).last('date')).toBe(99 * MINUTE);
    expect([cache.isUpTo(key, now), cache.isUpTo(key, clock.now())]).toEqual([true, false]);
    expect(await cache.refresh(key, clock.now())).toBe(2);
    expect(cache.get(key).last('date')).toBe(101 * MINUTE);
    expect(cache.isUpTo(key, clock.now())).toBe(true);
  });

  it('stays as it was where a request fails, and asks again', async () => {
    const { cache, clock, exchange } = setup(20, 100);
    await cache.refresh(key, clock.now());
    const before = cache.get(key);
    clock.advance(3 * MINUTE);
    exchange.failure = new Error('the network is down');
    await expect(cache.refresh(key, clock.now())).rejects.toThrow('the network is down');
    expect(cache.get(key)).toBe(before);
    exchange.failure = undefined;
    expect(await cache.refresh(key, clock.now())).toBe(3);
    expect(cache.get(key).last('date')).toBe(102 * MINUTE);
  });

  it('keeps its first row for 500 candles, then drops many at once', async () => {
    const { cache, clock } = setup(20, 100);
    await cache.refresh(key, clock.now());
    const firstRows = new Set<number>();
    for (let candle = 0; candle < 500; candle++) {
      clock.advance(MINUTE);
      await cache.refresh(key, clock.now());
      firstRows.add(cache.get(key).columns.date[0]);
    }
    expect([...firstRows]).toEqual([80 * MINUTE]);
    expect(cache.get(key)).toHaveLength(520);
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    expect(cache.get(key)).toHaveLength(20);
    expect(cache.get(key).last('date')).toBe(600 * MINUTE);
  });

  it('keeps pairs and timeframes apart', async () => {
    const { cache, clock } = setup(20, 100);
    const hourly = { ...key, timeframe: parseTimeframe('1h') };
    await cache.refresh(hourly, clock.now());
    expect(cache.get(hourly)).toHaveLength(1);
    expect(cache.get(key)).toHaveLength(0);
  });
});

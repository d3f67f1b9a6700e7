import { describe, expect, it } from 'vitest';
import { stubExchange } from '../../tests/fixtures/bot/stub-exchange.ts';
import { pairKeyText, parsePair, parseTimeframe } from '../market/index.ts';
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

  it('asks once for a candle that never came, and fills the hole when a later one is there', async () => {
    const { cache, clock, exchange } = setup(20, 100, (date) => date === 100 * MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(await cache.refresh(key, clock.now())).toBe(0);
    expect(exchange.calls).toHaveLength(2);
    clock.advance(MINUTE);
    expect(await cache.refresh(key, clock.now())).toBe(2);
    const { date, open, close, volume } = cache.get(key).tail(3).columns;
    expect(date).toEqual(Float64Array.of(99 * MINUTE, 100 * MINUTE, 101 * MINUTE));
    expect([open[1], close[1], volume[1]]).toEqual([close[0], close[0], 0]);
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

  it('wants more when told so', async () => {
    const { cache, clock } = setup(20, 100);
    await cache.refresh(key, clock.now());
    cache.want(10);
    expect(cache.get(key)).toHaveLength(20);
    cache.want(30);
    expect(await cache.refresh(key, clock.now())).toBe(30);
  });

  it('lets go of what is not wanted any more', async () => {
    const { cache, clock } = setup(20, 100);
    const eth = { ...key, pair: parsePair('ETH/USDT') };
    await Promise.all([cache.refresh(key, clock.now()), cache.refresh(eth, clock.now())]);
    cache.keepOnly(new Set([pairKeyText(eth)]));
    expect([cache.get(key).length, cache.get(eth).length]).toEqual([0, 20]);
  });
});

describe('CandleCache of an exchange that revises its candles', () => {
  function revised(isHole: (date: number) => boolean = () => false) {
    const clock = manualClock(100 * MINUTE);
    const exchange = Object.assign(stubExchange(clock, { isHole }), { isRevised: true });
    return { clock, exchange, cache: new CandleCache(exchange, 20) };
  }

  it('asks again for a candle that is late, first soon and then seldom, until it comes', async () => {
    let isLate = true;
    const HOUR = 60 * MINUTE;
    const hourly = { ...key, timeframe: parseTimeframe('1h') };
    const { cache, clock, exchange } = revised((date) => isLate && date >= HOUR);
    await cache.refresh(hourly, clock.now());
    expect(cache.nextLook).toBe(Infinity);
    clock.advance(2 * HOUR - clock.now());
    await cache.refresh(hourly, clock.now());
    const looks: number[] = [];
    while (looks.length < 7) {
      const { nextLook } = cache;
      looks.push(nextLook - clock.now());
      clock.advance(nextLook - clock.now() - 1);
      expect(await cache.refresh(hourly, clock.now())).toBe(0);
      clock.advance(1);
      if (looks.length === 7) isLate = false;
      expect(await cache.refresh(hourly, clock.now())).toBe(isLate ? 0 : 1);
    }
    expect(looks.map((ms) => ms / 1000)).toEqual([1, 2, 5, 10, 20, 60, 60]);
    expect(exchange.calls.length).toBe(1 + 1 + looks.length);
    expect(cache.nextLook).toBe(Infinity);
  });

  it('does not look again at once where a look fails', async () => {
    const { cache, clock, exchange } = revised((date) => date >= 100 * MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(1000);
    exchange.failure = new Error('down');
    await expect(cache.refresh(key, clock.now())).rejects.toThrow('down');
    expect(cache.nextLook).toBeGreaterThan(clock.now());
    expect(await cache.refresh(key, clock.now())).toBe(0);
  });

  it('leaves it to who asks when a candle that is due could not be fetched, though an earlier one is late', async () => {
    const { cache, clock, exchange } = revised((date) => date >= 100 * MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    expect(cache.nextLook).toBeLessThan(Infinity);
    clock.advance(MINUTE);
    exchange.failure = new Error('down');
    await expect(cache.refresh(key, clock.now())).rejects.toThrow('down');
    expect(cache.nextLook).toBe(Infinity);
    exchange.failure = undefined;
    await cache.refresh(key, clock.now());
    expect(cache.nextLook).toBeGreaterThan(clock.now());
  });

  it('fills a hole anew where the candle before it was corrected', async () => {
    const { cache, clock, exchange } = revised((date) => date === 98 * MINUTE);
    await cache.refresh(key, clock.now());
    const fetchCandles = exchange.fetchCandles.bind(exchange);
    exchange.fetchCandles = async (asked, options) => {
      const candles = await fetchCandles(asked, options);
      const { date, close } = candles.columns;
      return candles.with({ close: Float64Array.from(close, (value, i) => (date[i] === 97 * MINUTE ? 500 : value)) });
    };
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    const { date, close } = cache.get(key).tail(4).columns;
    expect([date[0], close[0], close[1]]).toEqual([97 * MINUTE, 500, 500]);
  });

  it('is not changed by a look that finds nothing new, holes or not', async () => {
    const { cache, clock } = revised((date) => date === 98 * MINUTE || date >= 100 * MINUTE);
    await cache.refresh(key, clock.now());
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    const before = cache.get(key);
    clock.advance(1000);
    await cache.refresh(key, clock.now());
    expect(cache.get(key)).toBe(before);
  });

  it('drops an answer that was under way when more was wanted', async () => {
    const { cache, clock } = revised();
    const refreshed = cache.refresh(key, clock.now());
    cache.want(40);
    expect(await refreshed).toBe(0);
    expect(await cache.refresh(key, clock.now())).toBe(40);
  });

  it('takes a closed candle that was corrected, and one that came into a hole later', async () => {
    const hidden = new Set([98 * MINUTE]);
    const { cache, clock, exchange } = revised((date) => hidden.has(date));
    await cache.refresh(key, clock.now());
    expect(cache.get(key).columns.volume[cache.get(key).length - 2]).toBe(0);
    hidden.clear();
    clock.advance(MINUTE);
    await cache.refresh(key, clock.now());
    const { date, volume } = cache.get(key).tail(3).columns;
    expect([date[0], volume[0]]).toEqual([98 * MINUTE, 1]);
    // In the request for the new candle, not in one of its own.
    expect(exchange.calls).toHaveLength(2);
  });
});

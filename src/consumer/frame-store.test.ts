import { describe, expect, it } from 'vitest';
import { parsePair } from '../market/index.ts';
import { sampleFrame, sampleKey } from '../testing/index.ts';
import type { Copy } from './apply-frame.ts';
import { candlePatienceMs } from './candle-patience.ts';
import { FrameStore } from './frame-store.ts';

const key = sampleKey();
const pair = key.pair;
const eth = parsePair('ETH/USDT');
const frame = sampleFrame({ rows: 10 });
const copy: Copy = { frame, lastAnalyzed: 77, undetermined: new Set() };
/** The last candle closed just now. */
const now = Number(frame.last('date')) + 300_000;
const time = { now, market: now };

function connected(): FrameStore {
  const store = new FrameStore();
  store.setOnline();
  store.setPairs([pair, eth]);
  return store;
}

function holding(): FrameStore {
  const store = connected();
  store.put(key, copy, now - 500);
  return store;
}

describe('a copy', () => {
  it('is live when it came over a connection that stands', () => {
    expect(holding().view(key, time)).toEqual({
      status: 'live',
      frame,
      lastAnalyzed: 77,
      receivedAt: now - 500,
      ageMs: 500,
      reason: undefined,
    });
  });

  it('is stale while the producer is away, and readable', () => {
    const store = holding();
    store.setOffline('the cable is cut');
    expect(store.view(key, time)).toMatchObject({ status: 'stale', frame, reason: 'the cable is cut' });
  });

  it('is stale after a reconnect until it comes again', () => {
    const store = holding();
    store.setOffline('the cable is cut');
    store.setOnline();
    const reason = 'it has not come again since the connection was lost';
    expect(store.view(key, time)).toMatchObject({ status: 'stale', reason });
    store.put(key, copy, now);
    expect(store.view(key, time).status).toBe('live');
  });

  it('is stale once its pair has left the whitelist, and live again when it is back', () => {
    const store = holding();
    store.setPairs([eth]);
    store.setPairs([]);
    expect(store.view(key, time)).toMatchObject({
      status: 'stale',
      reason: "BTC/USDT is no longer on the producer's whitelist",
    });
    store.setPairs([pair]);
    expect(store.view(key, time).status).toBe('live');
  });

  it('of a pair that was never on the whitelist is live: it informs others', () => {
    const store = connected();
    const informative = sampleKey('DXY/USD', '1h');
    store.put(informative, copy, now);
    store.setPairs([pair]);
    // Its newest candle is of an hour.
    const hourly = { now, market: Number(frame.last('date')) + 3_600_000 };
    expect(store.view(informative, hourly).status).toBe('live');
  });

  it('of a pair that left is no less stale for an answer to what was asked before, but for a row that is sent', () => {
    const store = holding();
    store.setPairs([eth]);
    store.put(key, copy, now, { isAnswer: true });
    expect(store.view(key, time)).toMatchObject({ status: 'stale', reason: expect.stringContaining('no longer on') });
    store.put(key, copy, now);
    expect(store.view(key, time).status).toBe('live');
  });

  it('is stale and takes no rows while it is in doubt', () => {
    const store = holding();
    store.spoil(key, 'its rows were rewritten', { doubt: true });
    expect(store.confirmedCopy(key)).toBeUndefined();
    store.spoil(key, 'its history has not arrived yet');
    expect(store.view(key, time)).toMatchObject({ status: 'stale', reason: 'its rows were rewritten', frame });
    store.put(key, copy, now);
    expect(store.confirmedCopy(key)).toBe(copy);
    expect(store.view(key, time).status).toBe('live');
  });

  it('is stale when it is marked so, with the reason', () => {
    const store = holding();
    store.spoil(key, '3 candles missing');
    expect(store.view(key, time)).toMatchObject({ status: 'stale', reason: '3 candles missing', frame });
  });

  it('is stale once the candle after its last is closed and late, by the clock of the market', () => {
    const store = holding();
    const late = Number(frame.last('date')) + 2 * 300_000 + candlePatienceMs(key.timeframe);
    expect(store.view(key, { now: 0, market: late - 1 }).status).toBe('live');
    const has = 'its last candle is of 2026-01-05T00:45:00.000Z';
    expect(store.view(key, { now: 0, market: late })).toMatchObject({
      status: 'stale',
      reason: `${has}; that of 2026-01-05T00:50:00.000Z should have come`,
    });
    expect(store.view(key, { now: 0, market: late + 2 * 300_000 })).toMatchObject({
      reason: `${has}; that of 2026-01-05T01:00:00.000Z should have come`,
    });
  });

  it('is stale where its last candle closes in the future: the clocks differ', () => {
    const store = holding();
    const early = now - candlePatienceMs(key.timeframe);
    expect(store.view(key, { now: 0, market: early }).status).toBe('live');
    expect(store.view(key, { now: 0, market: early - 1 })).toMatchObject({
      status: 'stale',
      frame,
      reason:
        "its last candle is of 2026-01-05T00:45:00.000Z and closes after this bot's clock, 2026-01-05T00:48:59.999Z: " +
        "the producer's candles are ahead of it; set both clocks",
    });
  });
});

describe('what is missing', () => {
  const reasonOf = (store: FrameStore, of = key) => {
    const view = store.view(of, time);
    expect(view).toMatchObject({ status: 'missing', lastAnalyzed: 0, frame: { length: 0 } });
    return view.reason;
  };

  it('says that the producer was never reached', () => {
    expect(reasonOf(new FrameStore())).toBe('the producer has not been reached yet');
  });

  it('says that nothing has come', () => {
    expect(reasonOf(connected())).toBe('no frame of BTC/USDT has arrived yet');
  });

  it('names the timeframes that are there', () => {
    const store = connected();
    store.put(sampleKey('BTC/USDT', '1h'), copy, now);
    store.put(sampleKey('BTC/USDT', '5m', 'mark'), copy, now);
    store.spoil(sampleKey('BTC/USDT', '4h'), 'nothing yet', { drop: true });
    expect(reasonOf(store)).toBe('the producer sends BTC/USDT at 1h (spot), 5m (mark), not at 5m (spot)');
  });

  it('names the whitelist that the pair is not on, cut short', () => {
    const store = connected();
    const xrp = sampleKey('XRP/USDT');
    expect(reasonOf(store, xrp)).toBe("XRP/USDT is not on the producer's whitelist: BTC/USDT, ETH/USDT");
    store.setPairs(Array.from({ length: 15 }, (_, i) => parsePair(`C${i}/USDT`)));
    expect(reasonOf(store, xrp)).toMatch(/C11\/USDT and 3 more$/);
    store.setPairs([]);
    expect(reasonOf(store, xrp)).toMatch(/whitelist: it is empty$/);
  });

  it('says why it was dropped, and that the producer is away where it is', () => {
    const store = holding();
    store.spoil(key, 'columns changed', { drop: true });
    expect(reasonOf(store)).toBe('columns changed');
    store.setOffline('away');
    expect(reasonOf(store)).toBe('away');
  });
});

describe('limits', () => {
  const keyOf = (i: number) => sampleKey(`C${i}/USDT`);

  it('has room for so many frames and no more', () => {
    const store = new FrameStore(3);
    for (let i = 0; i < 3; i++) {
      expect(store.hasRoomFor(keyOf(i))).toBe(true);
      store.put(keyOf(i), copy, now);
    }
    expect(store.hasRoomFor(keyOf(3))).toBe(false);
    expect(store.hasRoomFor(keyOf(2))).toBe(true);
  });

  it('keeps the newest hundred frames of pairs that left', () => {
    const store = new FrameStore();
    for (let i = 0; i < 250; i++) {
      store.setPairs([keyOf(i).pair]);
      store.put(keyOf(i), copy, i);
    }
    expect(store.keys).toEqual(Array.from({ length: 101 }, (_, i) => keyOf(149 + i)));
  });
});

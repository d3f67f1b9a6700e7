import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { type StubAnswer, type StubBinance, stubBinance } from '../../../tests/fixtures/ccxt/stub-binance.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import type { Exchange } from '../exchange.ts';
import { ExchangeError } from '../exchange-error.ts';
import { ccxtExchange } from './ccxt-exchange.ts';
import type { CcxtExchangeOptions } from './ccxt-exchange-options.ts';

const STEP = 300_000;
const START = Date.UTC(2026, 10, 20, 9, 3, 20);
const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' };
const quick = { tries: 3, baseMs: 5, mostMs: 50 };

let stub: StubBinance;
let clock: ReturnType<typeof manualClock>;
let log: ReturnType<typeof recordingLogger>;
const opened: Exchange[] = [];

beforeEach(async () => {
  clock = manualClock(START);
  stub = await stubBinance(() => clock.now());
  log = recordingLogger();
});

afterEach(async () => {
  for (const exchange of opened.splice(0)) await exchange.close();
  await stub.close();
});

async function open(options: Partial<CcxtExchangeOptions> = {}): Promise<Exchange> {
  const exchange = await ccxtExchange({
    name: 'binance',
    tradingMode: 'spot',
    logger: log,
    clock,
    urls: stub.urls,
    retryPolicy: quick,
    webSockets: false,
    ...options,
    ccxtConfig: { enableRateLimit: false, timeout: 800, ...options.ccxtConfig },
  });
  opened.push(exchange);
  return exchange;
}

const failureOf = async (call: Promise<unknown>): Promise<ExchangeError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ExchangeError) return error;
  throw new Error(`expected an ExchangeError, found ${String(error)}`, { cause: error });
};
const isKlines = (url: URL) => url.pathname.endsWith('/klines');
const loud = () => [...log.messages('warn'), ...log.messages('error')];

describe('faults that pass', () => {
  const faults: readonly [string, string, StubAnswer][] = [
    ['a hanging connection', 'EXCHANGE_TIMEOUT', 'hang'],
    ['a body that never ends', 'EXCHANGE_TIMEOUT', 'hang in body'],
    ['a connection that breaks off', 'EXCHANGE_UNREACHABLE', 'break off'],
    ['JSON that is cut off', 'EXCHANGE_BAD_ANSWER', { body: '[[1700000000000,"100","1' }],
    ['a web page', 'EXCHANGE_BAD_ANSWER', { body: '<html><body>Welcome to the hotel</body></html>' }],
    ['something else than candles', 'EXCHANGE_BAD_ANSWER', { body: '[["a","b"],{}]' }],
    ['a server error', 'EXCHANGE_UNAVAILABLE', { status: 500, body: '{"code":-1000,"msg":"An unknown error"}' }],
    ['a gateway error', 'EXCHANGE_UNAVAILABLE', { status: 502, body: '<html>502 Bad Gateway</html>' }],
    ['too many requests', 'EXCHANGE_RATE_LIMITED', { status: 429, headers: { 'retry-after': '0' }, body: '{}' }],
  ];

  describe.each(faults)('%s', (_, code, fault) => {
    it('is tried again within the call', async () => {
      const exchange = await open();
      let left = 2;
      stub.fault = (url) => (isKlines(url) && left-- > 0 ? fault : undefined);
      expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
      expect(loud()).toEqual([]);
    });

    it('ends in an error of kind outside after bounded tries, one line, and one line when it is over', async () => {
      const exchange = await open();
      stub.fault = (url) => (isKlines(url) ? fault : undefined);
      const before = stub.asked.length;
      const failures = await Promise.all(
        Array.from({ length: 5 }, () => failureOf(exchange.fetchCandles(key, { limit: 10 }))),
      );
      for (const failure of failures) expect([failure.code, failure.kind]).toEqual([code, 'outside']);
      expect(stub.asked.length - before).toBeLessThanOrEqual(5 * quick.tries);
      expect(loud().length).toBe(1);
      expect(loud()[0]).toContain('binance: candles of BTC/USDT, 5m, spot');
      stub.fault = undefined;
      await expect
        .poll(
          () =>
            exchange.fetchCandles(key, { limit: 10 }).then(
              (candles) => candles.length,
              () => 0,
            ),
          { timeout: 5000 },
        )
        .toBe(10);
      expect(log.messages('info')).toEqual([expect.stringMatching(/^binance answers again, after \d+ s$/)]);
    });
  });

  it('keeps no socket of a request that took too long', async () => {
    const exchange = await open();
    stub.fault = (url) => (isKlines(url) ? 'hang in body' : undefined);
    await failureOf(exchange.fetchCandles(key, { limit: 10 }));
    // One may wait for the next request.
    await expect.poll(() => stub.openSockets()).toBeLessThanOrEqual(1);
    await exchange.close();
    await expect.poll(() => stub.openSockets()).toBe(0);
  });

  it('ends at once when it is no longer wanted, its socket too', async () => {
    const exchange = await open({ ccxtConfig: { timeout: 60_000 } });
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    stub.fault = (url) => (isKlines(url) ? 'hang' : undefined);
    const asked = exchange.fetchCandles(key, { limit: 10, signal: controller.signal });
    await expect.poll(() => stub.asked.at(-1)).toContain('klines');
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    const closing = exchange.fetchCandles(key, { limit: 10 });
    const code = failureOf(closing).then((error) => error.code);
    await exchange.close();
    expect(await code).toBe('EXCHANGE_CLOSED');
    await expect.poll(() => stub.openSockets()).toBe(0);
    expect(loud()).toEqual([]);
  });
});

describe('an address that is shut out', () => {
  it('for a time sends nothing until it is over, and tells how long', async () => {
    const wallClock = manualClock(START);
    const exchange = await open({ wallClock });
    const ban = { status: 418, headers: { 'retry-after': '120' }, body: '{"code":-1003,"msg":"banned"}' };
    stub.fault = (url) => (isKlines(url) ? ban : undefined);
    const failure = await failureOf(exchange.fetchCandles(key, { limit: 10 }));
    expect(failure).toMatchObject({ code: 'EXCHANGE_RATE_LIMITED', kind: 'outside', retryAfterMs: 120_000 });
    const before = stub.asked.length;
    stub.fault = undefined;
    wallClock.advance(30_000);
    expect((await failureOf(exchange.fetchCandles(key, { limit: 10 }))).retryAfterMs).toBe(90_000);
    expect((await failureOf(exchange.fetchTickers())).code).toBe('EXCHANGE_RATE_LIMITED');
    expect(stub.asked.length).toBe(before);
    expect(loud().length).toBe(1);
    expect(loud()[0]).toMatch(/HTTP 418.*asked again in 120 s|HTTP 418.*asked again in 2 min/);
    wallClock.advance(90_001);
    expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
    expect(log.messages('info')).toEqual(
      ['binance answers again, after 121 s'].map(() => expect.stringContaining('answers again')),
    );
  });

  it('without a time told is left alone by all calls, for longer each time', async () => {
    const wallClock = manualClock(START);
    const exchange = await open({ wallClock });
    stub.fault = (url) =>
      isKlines(url) ? { status: 429, body: '{"code":-1003,"msg":"Too many requests"}' } : undefined;
    const before = stub.asked.length;
    const ask = () =>
      Promise.all(Array.from({ length: 60 }, () => failureOf(exchange.fetchCandles(key, { limit: 10 }))));
    const all = await ask();
    // Those that were under way together were sent; none was sent again.
    expect(stub.asked.length - before).toBeLessThanOrEqual(60);
    for (const { code } of all) expect(code).toBe('EXCHANGE_RATE_LIMITED');
    const sent = stub.asked.length;
    wallClock.advance(700);
    for (const { retryAfterMs } of await ask()) expect(retryAfterMs).toBeLessThanOrEqual(300);
    expect(stub.asked.length).toBe(sent);
    wallClock.advance(300);
    const [next] = await ask();
    expect(next.retryAfterMs).toBeGreaterThan(1000);
    stub.fault = undefined;
    wallClock.advance(2000);
    expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
  });

  it('for good stops: no time told, or a place that is refused', async () => {
    for (const status of [418, 451]) {
      const exchange = await open();
      stub.fault = (url) => (isKlines(url) ? { status, body: '{"code":0,"msg":"Service unavailable"}' } : undefined);
      const before = stub.asked.length;
      const failure = await failureOf(exchange.fetchCandles(key, { limit: 10 }));
      expect([failure.code, failure.kind]).toEqual(['EXCHANGE_BANNED', 'account']);
      expect(stub.asked.length).toBe(before + 1);
      stub.fault = undefined;
    }
  });
});

describe('keys', () => {
  const credentials = { apiKey: 'the-api-key-0123456789', secret: 'the-secret-9876543210' };
  const refused = { status: 401, body: '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}' };

  it('that are wrong end the opening with a clear message, and are not in it', async () => {
    stub.fault = (url) => (url.pathname.startsWith('/sapi') || url.pathname.endsWith('/account') ? refused : undefined);
    const failure = await failureOf(open({ credentials }));
    expect([failure.code, failure.kind]).toEqual(['EXCHANGE_BAD_KEY', 'account']);
    expect(failure.message).toContain('Invalid API-key');
    const seen = JSON.stringify([log.lines, failure.message, failure.stack, failure.value, failure.cause]);
    for (const secret of Object.values(credentials)) expect(seen).not.toContain(secret);
    expect(seen).not.toContain('signature=');
    await expect.poll(() => stub.openSockets()).toBe(0);
  });

  it('stay out of errors that quote addresses', async () => {
    stub.fault = (url) =>
      url.pathname.endsWith('/account') ? 'break off' : url.pathname.startsWith('/sapi') ? { body: '[]' } : undefined;
    const failure = await failureOf(open({ credentials }));
    expect(failure.kind).toBe('outside');
    const seen = JSON.stringify([log.lines, failure.message, failure.stack, failure.cause]);
    for (const secret of [...Object.values(credentials), 'signature']) expect(seen).not.toContain(secret);
  });
});

describe('candles', () => {
  it("are never older than before: yesterday's are refused until newer ones come", async () => {
    const exchange = await open();
    const first = await exchange.fetchCandles(key, { limit: 10 });
    const since = (first.last('date') ?? 0) + STEP;
    clock.advance(STEP);
    stub.now = () => clock.now() - 86_400_000;
    for (let i = 0; i < 3; i++) {
      const failure = await failureOf(exchange.fetchCandles(key, { limit: 10, since }));
      expect([failure.code, failure.kind]).toEqual(['EXCHANGE_STALE_CANDLES', 'outside']);
      expect((await failureOf(exchange.fetchCandles(key, { limit: 10 }))).code).toBe('EXCHANGE_STALE_CANDLES');
    }
    clock.advance(11 * STEP);
    stub.now = () => clock.now();
    const later = await exchange.fetchCandles(key, { limit: 500, since });
    expect(later.length).toBe(12);
    expect(later.columns.date[0]).toBe(since);
  });

  it('that lag behind are given as they come, with one line', async () => {
    stub.now = () => clock.now() - 86_400_000;
    const lagging = () => ({ body: JSON.stringify({ serverTime: clock.now() }) });
    stub.fault = (url) => (url.pathname.endsWith('/time') ? lagging() : undefined);
    const exchange = await open();
    for (let i = 0; i < 3; i++) {
      expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
      clock.advance(STEP);
    }
    expect(loud()).toEqual([expect.stringMatching(/newest candle of BTC\/USDT, 5m, spot is of 2026-11-19/)]);
    stub.now = () => clock.now();
    expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
    expect(log.messages('info')).toEqual(['binance: candles of BTC/USDT, 5m, spot are up to date again']);
  });

  it('that changed after they had closed are told of, and given as they are now', async () => {
    const exchange = await open();
    const usual = stub.priceOf;
    const first = await exchange.fetchCandles(key, { limit: 10 });
    const last = first.last('date') ?? 0;
    stub.priceOf = (date) => (date === last ? 7 : usual(date));
    clock.advance(STEP);
    for (let i = 0; i < 2; i++) await exchange.fetchCandles(key, { limit: 10, since: last + STEP });
    expect(loud()).toEqual([expect.stringContaining('closed candle of BTC/USDT, 5m, spot was changed')]);
    const anew = await exchange.fetchCandles(key, { limit: 3, since: last });
    expect(anew.columns.close[0]).toBe(7);
  });

  it('that have only just closed and may change are asked for once, when they are settled', async () => {
    const open5 = START - (START % STEP) + STEP;
    clock.set(open5 + 10);
    const exchange = await open();
    const askedAt: number[] = [];
    stub.fault = (url) => {
      if (isKlines(url)) askedAt.push(clock.now());
      return undefined;
    };
    const candles = exchange.fetchCandles(key, { limit: 10 });
    clock.set(open5 + 999);
    expect(askedAt).toEqual([]);
    clock.set(open5 + 1000);
    expect((await candles).last('date')).toBe(open5 - STEP);
    expect(askedAt).toEqual([open5 + 1000]);
  });

  it('need as many requests as pages', async () => {
    const exchange = await open();
    const before = stub.asked.length;
    const candles = await exchange.fetchCandles(key, { limit: 2500 });
    expect([candles.length, stub.asked.length - before]).toEqual([2500, 3]);
  });
});

describe('clocks', () => {
  it("that differ by an hour are told of once, and candles go by the exchange's", async () => {
    for (const skew of [3_600_000, -3_600_000]) {
      log = recordingLogger();
      stub.now = () => clock.now() + skew;
      const exchange = await open();
      expect(exchange.clock.now()).toBe(clock.now() + skew);
      const candles = await exchange.fetchCandles(key, { limit: 10 });
      const open5 = Math.floor(stub.now() / STEP) * STEP;
      expect(candles.last('date')).toBe(open5 - STEP);
      expect(loud()).toEqual([expect.stringMatching(/clock of binance is 3600\.0 s (ahead of|behind) this machine/)]);
    }
  });

  it("do not keep requests from being signed with the exchange's time", async () => {
    stub.now = () => clock.now() + 3_600_000;
    const signedAt: number[] = [];
    stub.fault = (url) => {
      if (url.pathname.startsWith('/sapi')) return { body: '[]' };
      if (url.pathname.endsWith('/account')) signedAt.push(Number(url.searchParams.get('timestamp')));
      return undefined;
    };
    await open({ credentials: { apiKey: 'the-api-key-0123456789', secret: 'the-secret-9876543210' } });
    expect(signedAt).toEqual([clock.now() + 3_600_000]);
  });

  it('are compared again when one of them was set', async () => {
    const wallClock = manualClock(START);
    let skew = 0;
    stub.now = () => clock.now() + skew;
    stub.fault = (url) => {
      const head = { headers: { date: new Date(stub.now()).toUTCString() } };
      return isKlines(url) || url.pathname.endsWith('/time') ? head : undefined;
    };
    const exchange = await open({ wallClock });
    await exchange.fetchCandles(key, { limit: 10 });
    skew = 3_600_000;
    for (let i = 0; i < 3; i++) {
      wallClock.advance(40_000);
      await exchange.fetchCandles(key, { limit: 10 });
    }
    await expect.poll(() => exchange.clock.now() - clock.now()).toBe(skew);
    const last = (await exchange.fetchCandles(key, { limit: 1 })).last('date') ?? 0;
    expect(last).toBe(Math.floor(stub.now() / STEP) * STEP - STEP);
  });

  it('are compared by the head of answers where the exchange has no time to ask for', async () => {
    stub.fault = (url) => {
      const headers = { date: new Date(clock.now() + 7_200_000).toUTCString() };
      return url.pathname.endsWith('/time') ? { status: 404, body: '{}', headers } : { headers };
    };
    const exchange = await open();
    expect(Math.abs(exchange.clock.now() - clock.now() - 7_200_000)).toBeLessThan(1001);
  });

  it('are compared again when the exchange refuses a request for its time', async () => {
    const exchange = await open();
    let refusals = 1;
    stub.now = () => clock.now() + 60_000;
    const refusal = {
      status: 400,
      body: '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
    };
    stub.fault = (url) => (isKlines(url) && refusals-- > 0 ? refusal : undefined);
    expect((await exchange.fetchCandles(key, { limit: 10 })).length).toBe(10);
    expect(exchange.clock.now()).toBe(clock.now() + 60_000);
  });
});

describe('opening', () => {
  it('says what is wrong with a name', async () => {
    await expect(open({ name: 'binanse' })).rejects.toThrow('did you mean "binance"?');
    expect((await failureOf(open({ name: '../binance' }))).code).toBe('EXCHANGE_UNKNOWN_EXCHANGE');
    expect((await failureOf(open({ name: 'bitstamp', tradingMode: 'futures' }))).code).toBe('EXCHANGE_NOT_OFFERED');
  });

  it('looks markets up anew after an hour, and ends that at once when it is no longer wanted', async () => {
    const wallClock = manualClock(START);
    const exchange = await open({ wallClock, ccxtConfig: { timeout: 60_000 } });
    const reason = new Error('no longer wanted');
    await expect(exchange.fetchMarkets({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    wallClock.advance(3_600_001);
    stub.fault = () => 'hang';
    const controller = new AbortController();
    const before = stub.asked.length;
    const asked = exchange.fetchMarkets({ signal: controller.signal });
    await expect.poll(() => stub.asked.length).toBeGreaterThan(before);
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    stub.fault = undefined;
    expect((await exchange.fetchMarkets()).length).toBe(2);
    expect(loud()).toEqual([]);
  });

  it('tells precision, limits and fees', async () => {
    const [market] = await (await open()).fetchMarkets();
    expect(market).toMatchObject({
      pair: 'BTC/USDT',
      isActive: true,
      pricePrecision: 0.01,
      amountPrecision: 0.001,
      limits: { amount: { min: 0.001, max: 9000 }, price: { min: 0.01, max: 1_000_000 }, cost: { min: 5 } },
      fees: { maker: 0.001, taker: 0.001 },
    });
  });

  it('ends with the signal, and leaves nothing open where it fails', async () => {
    stub.fault = () => 'hang';
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const opening = open({ signal: controller.signal, ccxtConfig: { timeout: 60_000 } });
    await expect.poll(() => stub.asked.length).toBeGreaterThan(0);
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await expect.poll(() => stub.openSockets()).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { fixtureExchange, fixtureMarket, pairlistCases } from '../../tests/fixtures/pairlist/fixture-exchange.ts';
import { ExchangeError } from '../exchange/index.ts';
import { type Pair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { silentLogger } from '../util/logger.ts';
import { seededRandom } from '../util/random.ts';
import { createPairlist, type PairlistOptions } from './create-pairlist.ts';
import type { PairlistConfig } from './pairlist-config.ts';

const HOUR = 3_600_000;
const stepsOf = pairlistCases.flatMap(({ steps }) => steps);

/** A list over the made-up market, its clock, and what can be made to go wrong. */
function scene(options: Partial<PairlistOptions> = {}) {
  const clock = manualClock(fixtureMarket.start);
  const exchange = fixtureExchange(clock);
  const pairlist = createPairlist({
    configs: [staticList],
    whitelist: ['.*/USDT'],
    blacklist: [],
    stakeCurrency: 'USDT',
    exchange,
    candleType: 'spot',
    timeframe: parseTimeframe('5m'),
    producerPairs: () => [],
    clock,
    random: seededRandom('pairs'),
    logger: silentLogger,
    ...options,
  });
  return { clock, exchange, pairlist };
}

const staticList: PairlistConfig = { method: 'StaticPairList', allow_inactive: false };
const volumeList = (more: Partial<Extract<PairlistConfig, { method: 'VolumePairList' }>> = {}): PairlistConfig => ({
  method: 'VolumePairList',
  number_assets: 5,
  sort_key: 'quoteVolume',
  min_value: 0,
  refresh_period: 1800,
  lookback_timeframe: '1d',
  ...more,
});
const ageFilter: PairlistConfig = { method: 'AgeFilter', min_days_listed: 10 };
const spreadFilter: PairlistConfig = { method: 'SpreadFilter', max_spread_ratio: 0.002 };

describe("freqtrade's choice", () => {
  it.each(pairlistCases)('$name', async ({ tradingMode, pairlists, steps, ...lists }) => {
    const sent = new Map<string, readonly Pair[]>();
    const { clock, exchange, pairlist } = scene({
      ...lists,
      configs: pairlists,
      candleType: tradingMode,
      producerPairs: (name) => sent.get(name) ?? [],
    });
    for (const { at, tickers, producers, pairs } of steps) {
      clock.set(fixtureMarket.start + at * 1000);
      exchange.tickerSet = tickers;
      for (const [name, list] of Object.entries(producers)) sent.set(name, list);
      const result = await pairlist.refresh();
      expect(result).toMatchObject({ status: 'fresh', pairs });
      const named = new Set(result.leftOut.map(({ entry }) => entry));
      for (const pair of result.pairs) expect(named).not.toContain(pair);
    }
  });

  it('was asked in every way', () => {
    const methods = new Set(pairlistCases.flatMap(({ pairlists }) => pairlists.map(({ method }) => method)));
    expect(methods.size).toBe(8);
    expect(stepsOf.length).toBeGreaterThan(pairlistCases.length);
  });
});

describe('what was left out', () => {
  it('is told with the reason and the handler, in the order of the chain', async () => {
    const { pairlist } = scene({
      whitelist: ['BTC/USDT', 'BTC/USTD', 'HALT/USDT', 'NEWA/USDT', 'WIDE/USDT', 'ETH/USDT'],
      blacklist: ['ETH/.*'],
      configs: [staticList, ageFilter, { ...spreadFilter, max_spread_ratio: 0.01 }],
    });
    expect(await pairlist.refresh()).toEqual({
      status: 'fresh',
      pairs: ['BTC/USDT'],
      leftOut: [
        {
          entry: 'BTC/USTD',
          reason: 'the exchange has no spot market of it; did you mean BTC/USDT?',
          handler: 'StaticPairList',
        },
        { entry: 'HALT/USDT', reason: 'the exchange has suspended it', handler: 'StaticPairList' },
        { entry: 'NEWA/USDT', reason: 'it is listed for 3 days, and min_days_listed is 10', handler: 'AgeFilter' },
        { entry: 'WIDE/USDT', reason: expect.stringMatching(/^its spread is 0\.0\d+, and/), handler: 'SpreadFilter' },
        { entry: 'ETH/USDT', reason: 'blacklisted by "ETH/.*"', handler: 'pair_blacklist' },
      ],
    });
  });

  it('is told again where a choice is kept for its period', async () => {
    const { clock, pairlist } = scene({ configs: [volumeList()], blacklist: ['USDC/.*'] });
    const first = await pairlist.refresh();
    clock.advance(1000);
    expect(first.leftOut).toContainEqual({
      entry: 'USDC/USDT',
      reason: 'blacklisted by "USDC/.*"',
      handler: 'VolumePairList',
    });
    expect(await pairlist.refresh()).toEqual(first);
  });
});

describe('requests', () => {
  it('are made once in their period, however often the list is asked for', async () => {
    const { clock, exchange, pairlist } = scene({ configs: [volumeList(), ageFilter, spreadFilter] });
    const { pairs } = await pairlist.refresh();
    const first = [...exchange.asked];
    expect(first.slice(0, 2)).toEqual(['markets', 'tickers']);
    expect(first.slice(2).every((each) => each.endsWith(', 1d, spot'))).toBe(true);
    expect(first).toHaveLength(7);
    for (let i = 0; i < 100; i++) {
      clock.advance(5000);
      expect((await pairlist.refresh()).pairs).toEqual(pairs);
    }
    expect(exchange.asked).toEqual(first);
    clock.advance(1_800_000 - 500_000);
    await pairlist.refresh();
    expect(exchange.asked.slice(first.length)).toEqual(['markets', 'tickers']);
    clock.advance(600_000);
    await pairlist.refresh();
    expect(exchange.asked.slice(first.length + 2)).toEqual(['markets']);
  });

  it('for candles are shared by handlers that look back equally far, and made once a candle', async () => {
    const lookback = { lookback_timeframe: '1h', lookback_period: 6 };
    const volatility = { ...lookback, method: 'VolatilityFilter', min_volatility: 0, refresh_period: 0 } as const;
    const { clock, exchange, pairlist } = scene({
      configs: [staticList, volumeList({ ...lookback, refresh_period: 3600 }), volatility],
    });
    await pairlist.refresh();
    const each = exchange.asked.length;
    await pairlist.refresh();
    expect(exchange.asked).toHaveLength(each);
    clock.advance(HOUR);
    await pairlist.refresh();
    expect(exchange.asked.filter((request) => request === 'BTC/USDT, 1h, spot')).toHaveLength(2);
  });

  it('are shared by calls at the same time', async () => {
    const { exchange, pairlist } = scene({ configs: [volumeList()] });
    const [first, second] = await Promise.all([pairlist.refresh(), pairlist.refresh()]);
    expect(second).toBe(first);
    expect(exchange.asked).toEqual(['markets', 'tickers']);
  });

  it('for tickers are not made where nobody needs them', async () => {
    const { exchange, pairlist } = scene();
    await pairlist.refresh();
    expect(exchange.asked).toEqual(['markets']);
  });
});

describe('when the exchange fails', () => {
  const unreachable = new ExchangeError('EXCHANGE_UNREACHABLE', 'no route');

  it('keeps the last list, says so once, and goes on when it is back', async () => {
    const logger = recordingLogger();
    const { clock, exchange, pairlist } = scene({ configs: [volumeList({ number_assets: 3 })], logger });
    const { pairs, leftOut } = await pairlist.refresh();
    exchange.failure = () => unreachable;
    clock.advance(HOUR);
    for (let i = 0; i < 3; i++) {
      expect(await pairlist.refresh()).toEqual({ status: 'kept', pairs, leftOut, failure: 'no route' });
    }
    exchange.failure = () => undefined;
    exchange.tickerSet = 2;
    expect(await pairlist.refresh()).toMatchObject({ status: 'fresh' });
    expect(logger.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warn: the list of pairs stays as it was: no route',
      'info: the list of pairs can be made again',
    ]);
  });

  it('takes no empty answer for an empty market', async () => {
    const { clock, exchange, pairlist } = scene({ configs: [volumeList()] });
    const { pairs } = await pairlist.refresh();
    clock.advance(HOUR);
    exchange.tickers = [];
    expect(await pairlist.refresh()).toMatchObject({ status: 'kept', pairs, failure: 'fixture gave no tickers' });
    exchange.markets = [];
    clock.advance(HOUR);
    expect(await pairlist.refresh()).toMatchObject({ status: 'kept', pairs, failure: 'fixture gave no markets' });
  });

  it('throws where there is no list yet', async () => {
    const { exchange, pairlist } = scene();
    exchange.failure = () => unreachable;
    await expect(pairlist.refresh()).rejects.toBe(unreachable);
    exchange.failure = () => undefined;
    expect((await pairlist.refresh()).pairs).not.toEqual([]);
  });

  it('throws where the exchange refuses key or address, list or not', async () => {
    const banned = new ExchangeError('EXCHANGE_BANNED', 'not from here');
    const { clock, exchange, pairlist } = scene({ configs: [staticList, ageFilter] });
    exchange.failure = (request) => (request.startsWith('SOL/') ? banned : undefined);
    await expect(pairlist.refresh()).rejects.toBe(banned);
    exchange.failure = () => undefined;
    await pairlist.refresh();
    exchange.failure = () => banned;
    clock.advance(24 * HOUR);
    await expect(pairlist.refresh()).rejects.toBe(banned);
  });

  it('rejects with the reason of the signal', async () => {
    const { pairlist } = scene({ configs: [volumeList()] });
    await pairlist.refresh();
    await expect(pairlist.refresh(AbortSignal.abort('enough'))).rejects.toBe('enough');
  });

  it('leaves out a pair whose candles fail, and asks for them again', async () => {
    const { exchange, pairlist } = scene({ configs: [staticList, ageFilter] });
    exchange.failure = (request) => (request.startsWith('SOL/') ? unreachable : undefined);
    const { pairs, leftOut } = await pairlist.refresh();
    expect(pairs).toContain('BTC/USDT');
    expect(leftOut).toContainEqual({
      entry: 'SOL/USDT',
      reason: 'its age is not known: no route',
      handler: 'AgeFilter',
    });
    const asked = exchange.asked.length;
    expect(await pairlist.refresh()).toEqual({ status: 'fresh', pairs, leftOut });
    expect(exchange.asked.slice(asked)).toEqual(['SOL/USDT, 1d, spot']);
    exchange.failure = () => undefined;
    expect((await pairlist.refresh()).pairs).toContain('SOL/USDT');
  });

  it.each([
    volumeList({ lookback_timeframe: '1h', lookback_period: 4, refresh_period: 3600, number_assets: 50 }),
    {
      method: 'VolatilityFilter',
      lookback_timeframe: '1h',
      lookback_period: 4,
      min_volatility: 0,
      refresh_period: 0,
    } as const,
  ])('lets older candles stand in for a pair: $method', async (config) => {
    const logger = recordingLogger();
    const { clock, exchange, pairlist } = scene({ configs: [staticList, config], logger });
    const before = await pairlist.refresh();
    expect(before.pairs).toContain('SOL/USDT');
    clock.advance(HOUR);
    exchange.failure = (request) => (request.startsWith('SOL/') ? unreachable : undefined);
    for (let i = 0; i < 3; i++) expect((await pairlist.refresh()).pairs).toContain('SOL/USDT');
    expect(exchange.asked.filter((request) => request === 'SOL/USDT, 1h, spot')).toHaveLength(4);
    exchange.failure = (request) => (request.includes('/') ? unreachable : undefined);
    clock.advance(HOUR);
    const last = await pairlist.refresh();
    expect(last.status).toBe('fresh');
    expect(new Set(last.pairs)).toEqual(new Set(before.pairs));
    expect(logger.messages('warn')).toEqual([
      expect.stringMatching(/^no 1h candles for the list of pairs, of 1 of \d+ pairs, among them SOL\/USDT: no route$/),
    ]);
  });

  it.each([
    volumeList({ lookback_days: 3, refresh_period: 86_400 }),
    { method: 'VolatilityFilter', lookback_timeframe: '1d', min_volatility: 0, refresh_period: 0 } as const,
    ageFilter,
  ])('makes no empty list of failed candles: $method', async (config) => {
    const { exchange, pairlist } = scene({ configs: [staticList, config] });
    exchange.failure = (request) => (request.includes('/') ? unreachable : undefined);
    await expect(pairlist.refresh()).rejects.toBe(unreachable);
  });

  it.each([
    { kind: 'request', error: new ExchangeError('EXCHANGE_REJECTED', 'no such contract'), requests: 1 },
    { kind: 'outside', error: unreachable, requests: 3 },
  ])('lets one lasting failure of kind $kind stop nothing', async ({ error, requests }) => {
    const { exchange, pairlist } = scene({
      whitelist: ['BTC/USDT', 'SOL/USDT'],
      configs: [
        staticList,
        { method: 'VolatilityFilter', lookback_timeframe: '1d', min_volatility: 0, refresh_period: 1440 },
        ageFilter,
      ],
    });
    exchange.failure = (request) => (request.startsWith('SOL/') ? error : undefined);
    for (let i = 0; i < 3; i++) {
      expect(await pairlist.refresh()).toEqual({
        status: 'fresh',
        pairs: ['BTC/USDT'],
        leftOut: [{ entry: 'SOL/USDT', reason: `no candles: ${error.message}`, handler: 'VolatilityFilter' }],
      });
    }
    expect(exchange.asked.filter((request) => request.startsWith('SOL/'))).toHaveLength(requests);
  });
});

describe('what cannot be meant', () => {
  const refusal = (configs: readonly PairlistConfig[], more: Partial<PairlistOptions> = {}) =>
    expect(() => scene({ configs, ...more }));
  const setting = (problem: string) =>
    expect.objectContaining({ code: 'PAIRLIST_BAD_SETTING', message: expect.stringContaining(problem) });
  const volatility = { method: 'VolatilityFilter', min_volatility: 0, refresh_period: 1440 } as const;

  it('is a filter in the first place, or nothing there', () => {
    const code = 'PAIRLIST_NO_GENERATOR';
    const remedy = 'begin with StaticPairList, VolumePairList or ProducerPairList';
    const message = `pairlists begins with AgeFilter, which only filters; ${remedy}`;
    refusal([ageFilter, staticList]).toThrow(expect.objectContaining({ code, message, value: 'AgeFilter' }));
    refusal([]).toThrow(expect.objectContaining({ code, message: `pairlists is empty; ${remedy}` }));
  });

  it('is two lookbacks, or one without its period', () => {
    refusal([volumeList({ lookback_days: 3, lookback_period: 3 })]).toThrow(setting('are both set'));
    refusal([volumeList({ lookback_days: 3, lookback_timeframe: '1h' })]).toThrow(setting('lookback_timeframe is 1h'));
    refusal([staticList, { ...volatility, lookback_timeframe: '1h' }]).toThrow(setting('lookback_period must be set'));
  });

  it('is a period shorter than a candle, or too many candles', () => {
    const hours = { lookback_timeframe: '1h', lookback_period: 24 };
    refusal([volumeList(hours)]).toThrow(
      setting('refresh_period is 1800 s, shorter than a candle of 1h; set it to 3600'),
    );
    refusal([volumeList({ lookback_period: 100_000, refresh_period: 86_400 })]).toThrow(setting('at most 99999'));
    refusal([staticList, { ...ageFilter, min_days_listed: 100_000 }]).toThrow(setting('more than can be asked for'));
  });

  it('is candles that the exchange has not', () => {
    const minutes = { lookback_timeframe: '3m', lookback_period: 24 };
    refusal([volumeList(minutes)]).toThrow(setting('it reads 3m candles, and fixture has 5m, 1h, 1d'));
  });

  it('is an age that no pair has', () => {
    const message = 'max_days_listed, 10, must be above min_days_listed, 10';
    refusal([staticList, { ...ageFilter, max_days_listed: 10 }]).toThrow(setting(message));
  });

  it('is a producer for a bot without any', () => {
    const configs = [{ method: 'ProducerPairList', number_assets: 0, producer_name: 'default' }] as const;
    const error = expect.objectContaining({ code: 'PAIRLIST_NO_CONSUMER', value: 'default' });
    refusal(configs, { producerPairs: undefined }).toThrow(error);
  });

  it('is an entry that is no pattern', () => {
    const error = expect.objectContaining({ code: 'PAIRLIST_BAD_PATTERN', value: '*/USDT' });
    refusal([staticList], { whitelist: ['*/USDT'] }).toThrow(error);
    refusal([staticList], { blacklist: ['*/USDT'] }).toThrow(error);
  });
});

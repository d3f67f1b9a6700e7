import { afterEach, describe, expect, it, vi } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { type ScriptedProducer, scriptedProducer } from '../../tests/fixtures/bot/scripted-producer.ts';
import { stubExchange } from '../../tests/fixtures/bot/stub-exchange.ts';
import { type Exchange, ExchangeError } from '../exchange/index.ts';
import { sma } from '../indicators/index.ts';
import { type AnalyzedFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { Producer } from '../producer/index.ts';
import { type AnyStrategy, defineStrategy } from '../strategy/index.ts';
import { type ManualClock, manualClock } from '../testing/index.ts';
import type { BotEvent } from './bot-event.ts';
import { TradeLoop, type TradeLoopParts } from './trade-loop.ts';

const MINUTE = 60_000;
const FIVE = 5 * MINUTE;
const HOUR = 60 * MINUTE;
const START = 1000 * FIVE;
const timeframe = parseTimeframe('5m');
const [btc, eth] = ['BTC/USDT', 'ETH/USDT'].map(parsePair);
const keyOf = (pair = btc, frame = timeframe) => ({ pair, timeframe: frame, candleType: 'spot' }) as const;

/** Enters on every candle, so that each analysis has something to decide. */
const always = defineStrategy({
  timeframe: '5m',
  startupCandleCount: 3,
  populateIndicators: (candles) =>
    candles.with({ twice: Float64Array.from(candles.columns.close, (close) => 2 * close) }),
  populateEntryTrend: (frame) => frame.with({ enter_long: frame.flag(() => true) }),
});

/** Copies a producer's closes; enters where the newest candle's has come. */
const follower = defineStrategy({
  timeframe: '5m',
  processOnlyNewCandles: false,
  populateIndicators(candles, { pair, dp }) {
    const producer = dp.getProducerDf(pair);
    const last = producer.status === 'missing' ? undefined : producer.frame.numbers('date')[producer.frame.length - 1];
    return candles.with({ theirs: new Float64Array(candles.length).fill(last ?? Number.NaN) });
  },
  populateEntryTrend: (frame) =>
    frame.with({ enter_long: frame.flag((i) => frame.columns.theirs[i] === frame.columns.date[i]) }),
});

/** Notes the newest own candle and the newest hour of each analysis. */
function watchedHours() {
  const seen: { readonly own: number | undefined; readonly hour: number | undefined }[] = [];
  const strategy = defineStrategy({
    timeframe: '5m',
    informative: { '1h': (candles) => candles },
    populateIndicators(candles, { informative }) {
      seen.push({ own: candles.last('date'), hour: informative['1h'].last('date') });
      return candles;
    },
    populateEntryTrend: (frame) => frame,
  });
  return { seen, strategy };
}

class RecordingProducer extends Producer {
  readonly published: { readonly analyzed: AnalyzedFrame; readonly newCandle: boolean }[] = [];
  readonly announced: { readonly type: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];

  override publish(...[analyzed, options]: Parameters<Producer['publish']>): number {
    this.published.push({ analyzed, ...options });
    return super.publish(analyzed, options);
  }

  override announce(...[type, fields]: Parameters<Producer['announce']>): void {
    this.announced.push({ type, fields });
    super.announce(type, fields);
  }
}

interface Setup {
  readonly loop: TradeLoop;
  readonly market: ManualClock;
  readonly wall: ManualClock;
  readonly events: BotEvent[];
  readonly log: ReturnType<typeof recordingLogger>;
  readonly ended: Promise<string>;
  /** Moves both clocks, and waits until what that set off has happened. */
  readonly until: (condition: () => void) => Promise<void>;
  readonly of: <T extends BotEvent['type']>(type: T) => Extract<BotEvent, { readonly type: T }>[];
}

const running: TradeLoop[] = [];
afterEach(() => {
  for (const loop of running.splice(0)) loop.stop('the test is over');
});

function setup(
  strategy: AnyStrategy,
  parts: Partial<TradeLoopParts> & { readonly market?: ManualClock; readonly wall?: ManualClock } = {},
): Setup {
  const { market = manualClock(START), wall = manualClock(START), ...rest } = parts;
  const events: BotEvent[] = [];
  const log = recordingLogger();
  const loop = new TradeLoop({
    strategy,
    exchange: stubExchange(market),
    whitelist: [btc],
    timeframe,
    candleType: 'spot',
    maxCandles: 50,
    retryMs: 5_000,
    producer: undefined,
    consumer: undefined,
    wallClock: wall,
    logger: log,
    digests: false,
    emit: (event) => events.push(event),
    ...rest,
  });
  running.push(loop);
  const ended = loop.run();
  const of: Setup['of'] = (type) =>
    events.filter((event): event is Extract<BotEvent, { readonly type: typeof type }> => event.type === type);
  return { loop, market, wall, events, log, ended, of, until: (condition) => vi.waitFor(condition, { interval: 1 }) };
}

function followedProducer(
  strategy: AnyStrategy = follower,
  parts: Parameters<typeof setup>[1] = {},
): Setup & { readonly script: ScriptedProducer; readonly send: (candle: number, pair?: typeof btc) => Promise<void> } {
  const { market = manualClock(START), wall = manualClock(START) } = parts;
  const source: { loop?: TradeLoop } = {};
  const script = scriptedProducer({
    clock: wall,
    marketClock: market,
    onEvent(event) {
      if (event.type === 'update') source.loop?.onProducerUpdate(event);
      if (event.type === 'disconnected') source.loop?.onProducerGone();
    },
  });
  script.connect();
  script.sendWhitelist([btc, eth]);
  const bot = setup(strategy, { ...parts, market, wall, consumer: script.consumer });
  source.loop = bot.loop;
  const theirs = stubExchange(market);
  const send = async (candle: number, pair = btc) => {
    const candles = await theirs.fetchCandles(keyOf(pair), { limit: 50 });
    const upTo = Array.from(candles.columns.date).indexOf(START + (candle - 1) * FIVE) + 1;
    script.sendFrame(keyOf(pair), candles.slice(0, upTo), wall.now());
  };
  return { ...bot, script, send };
}

describe('TradeLoop', () => {
  it('analyzes a pair once a candle, and keeps the rows that count', async () => {
    const { market, of, until } = setup(always);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(of('analyzed')[0]).toMatchObject({ newCandle: true, rows: 50, date: START - FIVE, sent: 0 });
    market.advance(FIVE - 1);
    market.advance(1);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(of('analyzed')[1]).toMatchObject({ newCandle: true, rows: 50, date: START });
  });

  it('decides once a candle', async () => {
    const producer = new RecordingProducer({ timeframe, candleType: 'spot' });
    const { market, of, until } = setup(always, { producer });
    await until(() => expect(of('decision')).toHaveLength(1));
    market.advance(FIVE);
    await until(() => expect(of('decision')).toHaveLength(2));
    expect(of('decision').map(({ date }) => date)).toEqual([START - FIVE, START]);
    expect(producer.announced.map(({ type }) => type)).toEqual(['entry', 'entry']);
    expect(producer.announced[0].fields).toMatchObject({
      pair: 'BTC/USDT',
      base_currency: 'BTC',
      quote_currency: 'USDT',
      direction: 'Long',
      dry_run: true,
      open_date: new Date(START - FIVE).toISOString(),
    });
  });

  it('goes on from the analysis before, and publishes again what a strategy spoilt by writing into it', async () => {
    let analyses = 0;
    const spoiling = defineStrategy({
      timeframe: '5m',
      startupCandleCount: 3,
      populateIndicators(candles) {
        const average = sma(candles.columns.close, 3);
        if (++analyses === 3) Reflect.set(average, 10, -1);
        return candles.with({ average });
      },
      populateEntryTrend: (frame) => frame,
    });
    const producer = new RecordingProducer({ timeframe, candleType: 'spot' });
    const { market, log, of, until } = setup(spoiling, { producer });
    // The third is followed at once by another, without a new candle.
    for (const analyzed of [1, 2, 4]) {
      await until(() => expect(of('analyzed')).toHaveLength(analyzed));
      market.advance(FIVE);
    }
    await until(() => expect(of('analyzed')).toHaveLength(5));
    expect(of('analyzed').map(({ newCandle }) => newCandle)).toEqual([true, true, true, false, true]);
    expect(log.messages('warn')).toEqual([expect.stringContaining('for reading only')]);
    const spoilt = producer.published.map(({ analyzed }) => Array.from(analyzed.frame.numbers('average')).includes(-1));
    expect(spoilt.slice(2)).toEqual([true, false, false]);
  });

  it('takes up pairs that join its whitelist at once, and lets go of those that leave', async () => {
    const { loop, market, of, until } = setup(always);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    loop.setWhitelist([eth]);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    loop.setWhitelist([eth, btc]);
    await until(() => expect(of('analyzed')).toHaveLength(4));
    expect(of('analyzed').map(({ pair }) => pair)).toEqual([btc, eth, eth, btc]);
  });

  it('goes on with another strategy: every pair is analyzed anew, and no candle decides twice', async () => {
    const { loop, market, of, until } = setup(always);
    await until(() => expect(of('decision')).toHaveLength(1));
    const thrice = defineStrategy({
      timeframe: '5m',
      startupCandleCount: 30,
      populateIndicators: (candles) =>
        candles.with({ thrice: Float64Array.from(candles.columns.close, (close) => 3 * close) }),
      populateEntryTrend: (frame) => frame.with({ enter_long: frame.flag(() => true) }),
    });
    loop.apply({ strategy: thrice });
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(of('analyzed')[1].newCandle).toBe(false);
    expect(of('analyzed')[1].last).toHaveProperty('thrice');
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('decision').map(({ date }) => date)).toEqual([START - FIVE, START]);
  });

  it('holds up nobody for one pair whose candles do not come', async () => {
    const market = manualClock(START);
    const wall = manualClock(START);
    const exchange = stubExchange(market);
    const fetchCandles = exchange.fetchCandles.bind(exchange);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    exchange.fetchCandles = async (key, options) => {
      if (key.pair === eth) await released;
      return fetchCandles(key, options);
    };
    const { of, until } = setup(always, { market, wall, exchange, whitelist: [btc, eth] });
    await until(() => {
      wall.advance(1000);
      expect(of('analyzed')).toHaveLength(1);
    });
    expect(of('analyzed')[0].pair).toBe(btc);
    release();
    await until(() => expect(of('analyzed').map(({ pair }) => pair)).toEqual([btc, eth]));
  });

  it('redoes an analysis when an informative candle comes late', async () => {
    const market = manualClock(START);
    const wall = manualClock(START);
    const { seen, strategy } = watchedHours();
    const hidden = new Set<number>();
    const isHole = (date: number) => hidden.has(date);
    const exchange = Object.assign(stubExchange(market), { isRevised: true });
    const plain = exchange.fetchCandles.bind(exchange);
    exchange.fetchCandles = async (key, options) => {
      const candles = await plain(key, options);
      if (key.timeframe === timeframe) return candles;
      const rows = Array.from(candles.columns.date).findIndex(isHole);
      return rows === -1 ? candles : candles.head(rows);
    };
    const start = START - (START % HOUR) + HOUR;
    market.advance(start - START);
    const { until } = setup(strategy, { market, wall, exchange });
    await until(() => expect(seen.length).toBe(1));
    hidden.add(start);
    for (let step = 0; step < 12; step++) market.advance(FIVE);
    await until(() => expect(exchange.calls.length).toBeGreaterThan(3));
    hidden.clear();
    await until(() => {
      market.advance(1000);
      expect(seen.at(-1)).toEqual({ own: start + HOUR - FIVE, hour: start });
    });
  });

  it('analyzes a pair again when the exchange has corrected a candle', async () => {
    const market = manualClock(START);
    const hidden = new Set([START - 2 * FIVE]);
    const exchange = { ...stubExchange(market, { isHole: (date) => hidden.has(date) }), isRevised: true };
    const { of, until } = setup(always, { market, exchange });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    hidden.add(START);
    market.advance(FIVE);
    await until(() => expect(exchange.calls).toHaveLength(2));
    hidden.clear();
    hidden.add(START);
    market.advance(1000);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(of('analyzed')[1]).toMatchObject({ newCandle: false, date: START - FIVE });
  });

  it('does not take a signal on a candle that opened three candles ago', async () => {
    const market = manualClock(START);
    const exchange = stubExchange(market, { isHole: (date) => date >= START - 2 * FIVE });
    const late = setup(always, { market, exchange });
    await late.until(() => expect(late.of('analyzed')).toHaveLength(1));
    expect(late.of('decision')).toEqual([]);
    expect(late.log.messages('debug')).toContain('signal on an outdated candle, not taken');

    const inTime = stubExchange(manualClock(START), { isHole: (date) => date >= START - FIVE });
    const taken = setup(always, { exchange: inTime });
    await taken.until(() => expect(taken.of('decision')).toHaveLength(1));
  });

  it('publishes main frames, and informative ones where the strategy asks for it', async () => {
    const withHours = (broadcastInformative: boolean) =>
      defineStrategy({
        timeframe: '5m',
        broadcastInformative,
        informative: { '1h': (candles) => candles },
        populateIndicators: (candles) => candles,
        populateEntryTrend: (frame) => frame,
      });
    for (const isBroadcast of [true, false]) {
      const producer = new RecordingProducer({ timeframe, candleType: 'spot' });
      producer.setWhitelist([btc]);
      const { of, until } = setup(withHours(isBroadcast), { producer });
      await until(() => expect(of('analyzed')).toHaveLength(1));
      const published = producer.published.map(({ analyzed: { key }, newCandle }) => [key.timeframe, newCandle]);
      expect(published).toEqual(
        isBroadcast
          ? [
              ['1h', false],
              ['5m', true],
            ]
          : [['5m', true]],
      );
    }
  });

  it('goes on with other pairs where a strategy fails for one, says so once, and when it works again', async () => {
    let isBroken = true;
    const fragile = defineStrategy({
      timeframe: '5m',
      populateIndicators(candles, { pair }) {
        if (isBroken && pair === btc) throw new Error('not with BTC');
        return candles;
      },
      populateEntryTrend: (frame) => frame,
    });
    const { market, of, log, until } = setup(fragile, { whitelist: [btc, eth] });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(of('analyzed')[0].pair).toBe(eth);
    expect(of('strategy_failed')).toEqual([
      expect.objectContaining({ pair: btc, code: 'STRATEGY_THREW', message: expect.stringMatching('not with BTC') }),
    ]);
    market.advance(FIVE);
    await until(() => expect(of('strategy_failed')).toHaveLength(2));
    expect(log.messages('error')).toHaveLength(1);
    isBroken = false;
    market.advance(FIVE);
    await until(() => expect(of('analyzed').some(({ pair }) => pair === btc)).toBe(true));
    expect(log.messages('info').filter((line) => line.endsWith('works again'))).toHaveLength(1);
  });

  it('tries again where candles could not be fetched, and says it once', async () => {
    const market = manualClock(START);
    const exchange = stubExchange(market);
    exchange.failure = new Error('HTTP 502');
    const { wall, of, log, until } = setup(always, { market, exchange });
    await until(() => expect(of('fetch_failed')).toHaveLength(1));
    expect(of('fetch_failed')[0]).toMatchObject({ pair: btc, timeframe: '5m', message: 'HTTP 502' });
    await until(() => expect(wall.pendingTimers).toBeGreaterThan(1));
    wall.advance(5_000);
    await until(() => expect(of('fetch_failed')).toHaveLength(2));
    expect(log.messages('warn')).toEqual(['no candles: HTTP 502']);
    exchange.failure = undefined;
    wall.advance(5_000);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(log.messages('info')).toContain('candles come again');
  });

  it('goes on where informativePairs throws or names what is no pair', async () => {
    let pairs: readonly (readonly [string, string])[] | undefined;
    const strategy = defineStrategy({
      timeframe: '5m',
      informativePairs() {
        if (pairs === undefined) throw new Error('no list yet');
        return pairs;
      },
      populateIndicators: (candles) => candles,
      populateEntryTrend: (frame) => frame,
    });
    const exchange = stubExchange(manualClock(START));
    const { wall, of, log, until } = setup(strategy, { exchange });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(log.messages('error')).toEqual([expect.stringMatching('informativePairs threw no list yet')]);
    pairs = [['BTCUSDT', '1h']];
    wall.advance(5_000);
    await until(() => expect(log.messages('error').at(-1)).toMatch('"BTCUSDT" is not a pair'));
    pairs = [['ETH/USDT', '1h']];
    wall.advance(5_000);
    await until(() => expect(exchange.calls.at(-1)?.key).toEqual(keyOf(eth, parseTimeframe('1h'))));
  });

  it('analyzes no candle without those of other timeframes that closed with it', async () => {
    const market = manualClock(84 * HOUR - 1);
    const exchange = stubExchange(market);
    // The hour ends between the fetches of one round.
    const slow: Exchange = {
      ...exchange,
      async fetchCandles(key, request) {
        if (key.timeframe === timeframe && exchange.calls.length < 2) {
          await vi.waitFor(() => expect(exchange.calls).toHaveLength(1), { interval: 1 });
          market.advance(1);
        }
        return exchange.fetchCandles(key, request);
      },
    };
    const { seen, strategy } = watchedHours();
    const { until } = setup(strategy, { market, exchange: slow });
    await until(() => expect(seen.at(-1)).toEqual({ own: 84 * HOUR - FIVE, hour: 83 * HOUR }));
    expect(seen).toEqual([
      { own: 84 * HOUR - 2 * FIVE, hour: 82 * HOUR },
      { own: 84 * HOUR - FIVE, hour: 83 * HOUR },
    ]);
  });

  it.each([
    ['until they come', 5_000],
    ['a minute at most, and analyzes again when they come', 60_000],
  ])('waits for candles of other timeframes that can not be fetched, %s', async (_, outageMs) => {
    const [market, wall] = [manualClock(84 * HOUR - FIVE), manualClock(START)];
    const exchange = stubExchange(market);
    let isDown = false;
    const failing: Exchange = {
      ...exchange,
      fetchCandles: (key, request) =>
        isDown && key.timeframe !== timeframe
          ? Promise.reject(new Error('no hours now'))
          : exchange.fetchCandles(key, request),
    };
    const { seen, strategy } = watchedHours();
    const { of, until } = setup(strategy, { market, wall, exchange: failing });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    isDown = true;
    const before = market.pendingTimers;
    market.advance(FIVE);
    await until(() => expect(market.pendingTimers).toBeGreaterThan(before));
    market.advance(outageMs - 1);
    expect(of('analyzed')).toHaveLength(1);
    if (outageMs === MINUTE) {
      market.advance(1);
      await until(() => expect(of('analyzed')).toHaveLength(2));
      expect(of('analyzed')[1]).toMatchObject({ newCandle: true, date: 84 * HOUR - FIVE });
      await until(() => expect(market.pendingTimers).toBe(1));
    }
    isDown = false;
    wall.advance(5_000);
    const lacking = outageMs === MINUTE ? [{ own: 84 * HOUR - FIVE, hour: 82 * HOUR }] : [];
    await until(() => expect(of('analyzed')).toHaveLength(2 + lacking.length));
    expect(seen.slice(1)).toEqual([...lacking, { own: 84 * HOUR - FIVE, hour: 83 * HOUR }]);
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: outageMs < MINUTE });
  });

  it('does not wait for what the exchange does not have', async () => {
    const market = manualClock(84 * HOUR - FIVE);
    const exchange = stubExchange(market);
    const withoutHours: Exchange = {
      ...exchange,
      fetchCandles: (key, request) =>
        key.timeframe === timeframe
          ? exchange.fetchCandles(key, request)
          : Promise.reject(new ExchangeError('EXCHANGE_UNKNOWN_TIMEFRAME', 'no hours here')),
    };
    const { of, until } = setup(watchedHours().strategy, { market, exchange: withoutHours });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(2));
  });

  it('analyzes a pair of its own that its strategy asks for, too', async () => {
    const greedy = defineStrategy({
      timeframe: '5m',
      informativePairs: () => [['BTC/USDT', '5m']],
      populateIndicators: (candles) => candles,
      populateEntryTrend: (frame) => frame,
    });
    const { market, of, until } = setup(greedy);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(2));
  });

  it('warns where several candles come at once', async () => {
    const { market, of, log, until } = setup(always);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(log.messages('warn')).toEqual([]);
    market.advance(3 * FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(log.messages('warn')).toEqual([
      'the bot is behind: 3 candles at once; signals on the skipped ones were not taken',
    ]);
  });

  it("analyzes a recording's last candle where the end passes while it is at work", async () => {
    const market = manualClock(START);
    const laborious = defineStrategy({
      timeframe: '5m',
      populateIndicators(candles) {
        if (market.now() < START + FIVE) market.advance(FIVE);
        return candles;
      },
      populateEntryTrend: (frame) => frame,
    });
    const { of, ended } = setup(laborious, { market, exchange: { ...stubExchange(market), endsAt: START + FIVE } });
    await expect(ended).resolves.toBe('the recording has ended');
    expect(of('analyzed').map(({ date }) => date)).toEqual([START - FIVE, START]);
  });

  it('ends with a recording, and with the reason that it is stopped for', async () => {
    const market = manualClock(START);
    const exchange: Exchange = { ...stubExchange(market), endsAt: START + 2 * FIVE };
    const recorded = setup(always, { market, exchange });
    await recorded.until(() => expect(recorded.of('analyzed')).toHaveLength(1));
    market.advance(FIVE);
    await recorded.until(() => expect(recorded.of('analyzed')).toHaveLength(2));
    market.advance(FIVE);
    await expect(recorded.ended).resolves.toBe('the recording has ended');
    expect(recorded.of('analyzed').at(-1)).toMatchObject({ date: START + FIVE });
    expect(recorded.of('market_ended')).toEqual([{ type: 'market_ended', date: START + 2 * FIVE }]);
    expect(market.pendingTimers + recorded.wall.pendingTimers).toBe(0);

    const stopped = setup(always);
    await stopped.until(() => expect(stopped.of('analyzed')).toHaveLength(1));
    stopped.loop.stop('SIGTERM');
    stopped.loop.stop('again');
    await expect(stopped.ended).resolves.toBe('SIGTERM');
    expect(stopped.market.pendingTimers + stopped.wall.pendingTimers).toBe(0);
  });
});

describe('TradeLoop of a consumer', () => {
  it('analyzes again when a frame that it read has changed, and decides the candle only once', async () => {
    const { of, until, send } = followedProducer();
    await until(() => expect(of('analyzed')).toHaveLength(1));
    expect(of('decision')).toEqual([]);
    await send(0);
    await until(() => expect(of('decision')).toHaveLength(1));
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: false });
    await send(0);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('decision')).toHaveLength(1);
  });

  it("holds a new candle back until the producer's has come", async () => {
    const { market, of, until, send } = followedProducer();
    await until(() => expect(of('analyzed')).toHaveLength(1));
    await send(0);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    const before = market.pendingTimers;
    market.advance(FIVE);
    await until(() => expect(market.pendingTimers).toBeGreaterThan(before));
    expect(of('analyzed')).toHaveLength(2);
    await send(1);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: true, date: START });
    expect(of('decision').at(-1)).toMatchObject({ date: START });
  });

  it('waits no longer than a minute, and acts on the frame when it comes after all', async () => {
    const { market, wall, of, log, until, send } = followedProducer();
    await until(() => expect(of('analyzed')).toHaveLength(1));
    await send(0);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    const before = market.pendingTimers;
    market.advance(FIVE);
    await until(() => expect(market.pendingTimers).toBeGreaterThan(before));
    market.advance(MINUTE - 1);
    expect(of('analyzed')).toHaveLength(2);
    market.advance(1);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: true, date: START });
    wall.advance(2_000);
    expect(log.messages('info')).toContainEqual(
      expect.stringMatching(/^analysing without the newest candle of .* 60 s$/),
    );
    expect(of('decision')).toHaveLength(1);
    await send(1);
    await until(() => expect(of('decision')).toHaveLength(2));
  });

  it('does not wait for a producer that is away', async () => {
    const { market, of, until, send, script } = followedProducer();
    await until(() => expect(of('analyzed')).toHaveLength(1));
    await send(0);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    script.disconnect('it fell over');
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: true, date: START });
  });

  it('stops to wait for a producer that goes away', async () => {
    const { market, of, log, wall, until, send, script } = followedProducer();
    await until(() => expect(of('analyzed')).toHaveLength(1));
    await send(0);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    const before = market.pendingTimers;
    market.advance(FIVE);
    await until(() => expect(market.pendingTimers).toBeGreaterThan(before));
    script.disconnect('it fell over');
    await until(() => expect(of('analyzed')).toHaveLength(3));
    expect(of('analyzed').at(-1)).toMatchObject({ newCandle: true, date: START });
    wall.advance(2_000);
    expect(log.messages('info').join()).not.toContain('analysing without');
  });

  it("waits for the candle of another timeframe of the producer's that closed with its own", async () => {
    const hour = parseTimeframe('1h');
    const seen: unknown[] = [];
    const ofHours = defineStrategy({
      timeframe: '5m',
      populateIndicators(candles, { pair, dp }) {
        const { frame } = dp.getProducerDf(pair, { timeframe: '1h' });
        seen.push(frame.length === 0 ? undefined : frame.last('date'));
        return candles;
      },
      populateEntryTrend: (frame) => frame,
    });
    const market = manualClock(84 * HOUR - FIVE);
    const { of, until, script } = followedProducer(ofHours, { market });
    const hours = await stubExchange(manualClock(84 * HOUR)).fetchCandles(keyOf(btc, hour), { limit: 50 });
    script.sendFrame(keyOf(btc, hour), hours.slice(0, -1), 1);
    await until(() => expect(of('analyzed')).toHaveLength(1));
    const before = market.pendingTimers;
    market.advance(FIVE);
    await until(() => expect(market.pendingTimers).toBeGreaterThan(before));
    expect(of('analyzed')).toHaveLength(1);
    script.sendFrame(keyOf(btc, hour), hours, 2);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(seen).toEqual([82 * HOUR, 83 * HOUR]);
    // Within the hour there is nothing to wait for.
    market.advance(FIVE);
    await until(() => expect(of('analyzed')).toHaveLength(3));
  });

  it('looks only at new candles where it is told to', async () => {
    const { market, of, until, send } = followedProducer({ ...follower, processOnlyNewCandles: true });
    await until(() => expect(of('analyzed')).toHaveLength(1));
    await send(0);
    market.advance(FIVE);
    await send(1);
    await until(() => expect(of('analyzed')).toHaveLength(2));
    expect(of('analyzed').map(({ newCandle }) => newCandle)).toEqual([true, true]);
  });

  it('finishes the last candle of a recording before it ends', async () => {
    const market = manualClock(START);
    const wall = manualClock(START);
    const script = scriptedProducer({ clock: wall, marketClock: market });
    script.connect();
    script.sendWhitelist([btc]);
    const exchange: Exchange = { ...stubExchange(market), endsAt: START + FIVE };
    script.sendFrame(keyOf(), await exchange.fetchCandles(keyOf(), { limit: 50 }), 1);
    const bot = setup(follower, { market, wall, exchange, consumer: script.consumer });
    await bot.until(() => expect(bot.of('analyzed')).toHaveLength(1));
    market.advance(FIVE);
    await bot.until(() => expect(market.pendingTimers).toBe(2));
    expect(bot.of('market_ended')).toEqual([]);
    market.advance(MINUTE);
    await expect(bot.ended).resolves.toBe('the recording has ended');
    expect(bot.of('analyzed').at(-1)).toMatchObject({ date: START });
  });

  it("tells once that a producer's frames are of another timeframe, for all pairs, and when they are there", async () => {
    const { wall, of, log, until, script } = followedProducer(follower, { whitelist: [btc, eth] });
    await until(() => expect(of('analyzed')).toHaveLength(2));
    const hourly = await stubExchange(manualClock(START)).fetchCandles(keyOf(btc, parseTimeframe('1h')), { limit: 5 });
    for (const pair of [btc, eth]) script.sendFrame(keyOf(pair, parseTimeframe('1h')), hourly, 1);
    wall.advance(2_000);
    expect(of('producer_frames')).toEqual([]);
    wall.advance(2_000);
    const reason = 'the producer sends BTC/USDT at 1h (spot), not at 5m (spot)';
    expect(of('producer_frames')).toEqual([
      { type: 'producer_frames', producer: 'default', timeframe: '5m', status: 'missing', pairs: [btc, eth], reason },
    ]);
    const what = 'the 5m frame of 2 pairs (BTC/USDT, ETH/USDT) from producer "default"';
    expect(log.messages('warn')).toEqual([`strategies go without ${what}: ${reason}`]);
    wall.advance(60_000);
    expect(log.messages('warn')).toHaveLength(1);

    const candles = await stubExchange(manualClock(START)).fetchCandles(keyOf(), { limit: 50 });
    for (const pair of [btc, eth]) script.sendFrame(keyOf(pair), candles, 1);
    wall.advance(2_000);
    expect(of('producer_frames').at(-1)).toMatchObject({ status: 'live', pairs: [btc, eth] });
    expect(log.messages('info')).toContain(`up to date again: ${what}`);
  });
});

import { afterEach, expect } from 'vitest';
import { Bot, type BotEvent } from '../../src/bot/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { type Exchange, simulatedExchange } from '../../src/exchange/index.ts';
import { type MarketServer, type MarketServerOptions, createMarketServer } from '../../src/market-server/index.ts';
import { firstDifference } from '../../src/frame/index.ts';
import { type Candles, nextCandleOpen, noCandles, type Pair, type Timeframe } from '../../src/market/index.ts';
import { type AnyStrategy, defineStrategy } from '../../src/strategy/index.ts';
import { type Clock, compressedClock, systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/logger.ts';
import { type RecordingLogger, recordingLogger } from '../fixtures/bot/recording-logger.ts';
import { waitFor } from './candlecast-process.ts';

export const FIVE_MINUTES = 300_000;
export const KEY = 'paper-key-that-nobody-may-see-01234';
export const SECRET = 'paper-secret-that-nobody-may-see-01';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Has this done after the test, what came later first. */
export function afterTest(cleanUp: () => Promise<unknown>): void {
  cleanUps.push(cleanUp);
}

/** A simulated market behind a market server, and what a bot's config says of it. */
export interface ServedMarket {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly server: MarketServer;
  readonly port: number;
  /** `exchange` of a bot that goes there, without limit on its requests. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `candlecast.market_time` of such a bot; undefined where the market's time is the wall's. */
  readonly marketTime: MarketTimeSettings | undefined;
}

export interface MarketTimeSettings {
  readonly speed: number;
  readonly anchor_ms: number;
  readonly anchor_wall_ms: number;
}

/** Serves a market whose time is the wall's, or where `time` is given begins there and runs so many times as fast. */
export async function servedMarket(
  options: Omit<Partial<MarketServerOptions>, 'pairs' | 'exchange'> & {
    readonly pairs: number | readonly Pair[];
    readonly time?: { readonly start: number; readonly speed: number };
    readonly ticksPerMinute?: number;
    /** Milliseconds after which ccxt gives up on a request. */
    readonly timeoutMs?: number;
  },
): Promise<ServedMarket> {
  const { pairs, time, ticksPerMinute = 60, timeoutMs = 2000, ...serverOptions } = options;
  const marketTime =
    time === undefined ? undefined : { speed: time.speed, anchor_ms: time.start, anchor_wall_ms: systemClock.now() };
  const clock =
    marketTime === undefined
      ? systemClock
      : compressedClock({
          speed: marketTime.speed,
          anchorMs: marketTime.anchor_ms,
          anchorWallMs: marketTime.anchor_wall_ms,
        });
  const openView = (at: Clock) => simulatedExchange({ seed: 'served', pairs, clock: at, ticksPerMinute });
  const exchange = openView(clock);
  const server = await createMarketServer({
    exchange,
    openView,
    account: { apiKey: KEY, secret: SECRET, balances: { USDT: '1000' }, signingClock: systemClock },
    logger: silentLogger,
    streamIntervalMs: 100,
    ...serverOptions,
  });
  const { port, ccxtUrls } = await server.listen();
  cleanUps.push(() => server.close());
  const ccxtConfig = { urls: ccxtUrls, enableRateLimit: false, timeout: timeoutMs };
  return { exchange, clock, server, port, settings: { name: 'binance', ccxt_config: ccxtConfig }, marketTime };
}

/** A bot in this process, and all that it said. */
export interface RunningBot {
  readonly bot: Bot;
  readonly logger: RecordingLogger;
  readonly events: readonly BotEvent[];
  of<Type extends BotEvent['type']>(type: Type): readonly Extract<BotEvent, { readonly type: Type }>[];
  /** Waits until a condition holds; fails with the last log lines where the bot ends before. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Settles when `run` does; never unhandled. */
  readonly ended: Promise<{ readonly reason?: string; readonly error?: unknown }>;
  /** The candles that its strategy was handed last, by pair. */
  readonly held: Held;
  /** What it logged from `level` on, in the order of the lines. */
  loud(): readonly string[];
}

/** A strategy of 5m that computes nothing. */
const plainStrategy: AnyStrategy = defineStrategy({
  name: 'Plain',
  timeframe: '5m',
  populateIndicators: (candles) => candles,
  populateEntryTrend: (frame) => frame,
});

/** The candles that a strategy was handed last, by pair. */
type Held = ReadonlyMap<string, Candles>;

/** As the strategy, but notes the candles that it is handed. */
function noting(strategy: AnyStrategy, held: Map<string, Candles>): AnyStrategy {
  return {
    ...strategy,
    populateIndicators(candles, metadata) {
      held.set(metadata.pair, candles);
      return strategy.populateIndicators(candles, metadata);
    },
  };
}

/** Runs a bot until it is stopped, after the test at the latest. */
export function runBot(config: object, strategy: AnyStrategy = plainStrategy): RunningBot {
  const logger = recordingLogger();
  const events: BotEvent[] = [];
  const parsed = parseConfig(JSON.stringify(config), 'bot.json');
  const held = new Map<string, Candles>();
  const bot = new Bot({
    config: parsed,
    strategy: noting(strategy, held),
    logger,
    emit: (event) => void events.push(event),
  });
  let end: { readonly reason?: string; readonly error?: unknown } | undefined;
  const ended = bot.run().then(
    (reason) => (end = { reason }),
    (error: unknown) => (end = { error }),
  );
  cleanUps.push(() => {
    bot.stop('the test is over');
    return ended;
  });
  const tail = () => logger.lines.slice(-15).map(({ level, message }) => `${level} ${message}`);
  return {
    bot,
    logger,
    events,
    ended,
    held,
    of: <Type extends BotEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<BotEvent, { readonly type: Type }> => event.type === type),
    async until(condition, what) {
      await waitFor(
        () => condition() || end !== undefined,
        () => [what, ...tail()].join('\n'),
      );
      if (!condition()) throw new Error([`it ended before ${what}`, String(end?.error), ...tail()].join('\n'));
    },
    loud: () => logger.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message),
  };
}

/** A config's section for the market's time and rows; a bot's own keys go into `more`. */
export function botConfig({ settings, marketTime }: ServedMarket, more: BotSettings = {}): object {
  const { exchange = {}, maxCandles = 200, ...rest } = more;
  return {
    internals: { process_throttle_secs: 0.2, heartbeat_interval: 0 },
    ...rest,
    exchange: { ...settings, enable_ws: false, pair_whitelist: ['.*'], ...exchange },
    candlecast: { max_candles: maxCandles, ...(marketTime === undefined ? {} : { market_time: marketTime }) },
  };
}

interface BotSettings extends Readonly<Record<string, unknown>> {
  /** Laid over the market's settings. */
  readonly exchange?: Readonly<Record<string, unknown>>;
  readonly maxCandles?: number;
}

/** The candles that a bot holds of each pair are the market's own, to the bit: none is missing, doubled or altered. */
export async function expectMarketsOwn(bot: RunningBot, market: ServedMarket, timeframe: Timeframe): Promise<void> {
  for (const pair of market.server.pairs) {
    const held = bot.held.get(pair) ?? noCandles;
    const last = held.last('date') ?? 0;
    const request = { limit: held.length, until: nextCandleOpen(last, timeframe) };
    const own = await market.exchange.fetchCandles({ pair, timeframe, candleType: 'spot' }, request);
    expect(held.length).toBeGreaterThan(0);
    expect({ pair, difference: firstDifference(held, own) }).toEqual({ pair, difference: undefined });
  }
}

import { resolve } from 'node:path';
import { type Config, ccxtOptionsOf } from '../config/index.ts';
import {
  type CandleFile,
  ccxtExchange,
  type CcxtExchangeOptions,
  type DataFolder,
  type Exchange,
  ExchangeError,
  longestPlaybackRange,
  openDataFolder,
  recordedExchange,
  simulatedExchange,
} from '../exchange/index.ts';
import {
  candleOpen,
  type CandleType,
  isPair,
  type Pair,
  parseTimeframe,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import { type Clock, compressedClock, systemClock } from '../util/clock.ts';
import { allPairs, type Choice, staticWhitelist } from '../pairlist/index.ts';
import type { Logger } from '../util/logger.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { BotError } from './bot-error.ts';

/** What an exchange has to have ready for a bot. */
export interface CandleNeeds {
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  /** Closed candles that should be there when the bot starts. */
  readonly startRows: number;
  /** Closed candles without which it cannot start. */
  readonly leastRows: number;
  /** Whether no account is needed. */
  readonly isDryRun: boolean;
  readonly logger: Logger;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

/** An exchange, and what its pairs are chosen from. */
export interface ReadyExchange {
  readonly exchange: Exchange;
  /** `exchange.pair_whitelist`, or what stands for it where the exchange has few pairs and none are named. */
  readonly whitelist: readonly string[];
  /** Pairs that the exchange cannot play, and why. */
  readonly leftOut: Choice['leftOut'];
  /** Undefined where the market's time is the wall's. */
  readonly marketTime: MarketTime | undefined;
}

/** The market's time where it isn't the wall's: bots that share the three share the time. */
export interface MarketTime {
  /** What the market's clock shows when the wall's shows `anchorWallMs`. */
  readonly anchorMs: TimestampMs;
  readonly anchorWallMs: TimestampMs;
  readonly speed: number;
}

/** Those that are no one's in ccxt. */
const ownExchanges = ['simulated', 'recorded'];

type ExchangeConfig = NonNullable<Config['exchange']>;

/**
 * The exchange that a config names.
 *
 * @throws BotError BOT_NO_EXCHANGE, BOT_NO_CANDLES; PairlistError PAIRLIST_NO_PAIRS, PAIRLIST_BAD_PATTERN; ExchangeError.
 */
export async function createExchange(config: Config, needs: CandleNeeds): Promise<ReadyExchange> {
  const { exchange } = config;
  if (exchange === undefined) {
    const hint = 'add "exchange": {"name": "simulated"}, or "recorded" with {"recorded": {"datadir": …}}';
    throw new BotError('BOT_NO_EXCHANGE', `the config has no section "exchange"; ${hint}`);
  }
  if (exchange.name === 'simulated') return simulated(exchange);
  if (exchange.name === 'recorded' && exchange.recorded) return recorded(exchange.recorded, exchange, needs);
  return throughCcxt(exchange, needs, timeThroughCcxt(config));
}

async function throughCcxt(config: ExchangeConfig, needs: CandleNeeds, time: TimeOfMarket): Promise<ReadyExchange> {
  try {
    const exchange = await openCcxt(config, needs, time);
    return { exchange, whitelist: config.pair_whitelist, leftOut: [], marketTime: time.marketTime };
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.code !== 'EXCHANGE_UNKNOWN_EXCHANGE') throw error;
    const hint = didYouMean(config.name, ownExchanges);
    throw hint === ''
      ? error
      : new ExchangeError(error.code, `${error.message}${hint}`, { value: config.name, cause: error });
  }
}

function openCcxt(config: ExchangeConfig, needs: CandleNeeds, time: TimeOfMarket): Promise<Exchange> {
  const { logger, signal } = needs;
  return ccxtExchange({
    name: config.name,
    tradingMode: needs.candleType === 'futures' ? 'futures' : 'spot',
    logger,
    clock: time.clock,
    hasDates: time.marketTime === undefined,
    // They are checked when it is opened, and a dry run needs none.
    ...(needs.isDryRun ? {} : { credentials: credentialsOf(config) }),
    ccxtConfig: ccxtOptionsOf(config),
    webSockets: config.enable_ws,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The time of an exchange that is reached through ccxt: the wall's, unless it is a market server of another. */
export function timeThroughCcxt({ candlecast: { market_time: time } }: Pick<Config, 'candlecast'>): TimeOfMarket {
  if (time === undefined) return { clock: systemClock, marketTime: undefined };
  const { anchor_ms: anchorMs, anchor_wall_ms: anchorWallMs, speed } = time;
  return timeOfMarket({ anchorMs, anchorWallMs, speed });
}

function credentialsOf(config: ExchangeConfig): NonNullable<CcxtExchangeOptions['credentials']> {
  const { key: apiKey, secret, password, uid } = config;
  const given = { apiKey, secret, password, uid };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

function simulated(config: ExchangeConfig): ReadyExchange {
  const { simulated: settings } = config;
  const { volatility } = settings;
  const time = simulatedTime(settings);
  const exchange = simulatedExchange({
    seed: settings.seed,
    pairs: exactPairs(config.pair_whitelist) ?? settings.pairs,
    clock: time.clock,
    ticksPerMinute: settings.ticks_per_minute,
    ...(volatility === undefined ? {} : { volatility }),
  });
  const { pair_whitelist: whitelist } = config;
  return {
    exchange,
    whitelist: whitelist.length === 0 ? allPairs : whitelist,
    leftOut: [],
    marketTime: time.marketTime,
  };
}

const day = parseTimeframe('1d');

/** Compressed time without anchors begins with the UTC day, so that bots which start one after the other share it. */
function simulatedTime(settings: ExchangeConfig['simulated']): TimeOfMarket {
  const { speed, start, anchor_wall_ms: anchorWallMs } = settings;
  const anchorMs = settings.anchor_ms ?? (start === undefined ? undefined : momentMs(start));
  const isFree = anchorMs === undefined && anchorWallMs === undefined;
  if (!isFree || speed === 1) return timeOfMarket({ anchorMs, anchorWallMs, speed });
  return timeOfMarket({ anchorMs: undefined, anchorWallMs: candleOpen(systemClock.now(), day), speed });
}

/** The simulated market has whatever pairs are asked for by name; patterns choose among its own. */
function exactPairs(whitelist: readonly string[]): readonly Pair[] | undefined {
  const pairs = whitelist.filter(isPair).filter((pair) => /^[A-Z0-9/:]+$/.test(pair));
  return whitelist.length > 0 && pairs.length === whitelist.length ? pairs : undefined;
}

async function recorded(
  settings: NonNullable<ExchangeConfig['recorded']>,
  config: ExchangeConfig,
  needs: CandleNeeds,
): Promise<ReadyExchange> {
  const folder = await openDataFolder(resolve(settings.datadir), { format: settings.format });
  const { pairs, leftOut } = await playedPairs(folder, config, needs);
  const { timeframe, candleType } = needs;
  const keys = pairs.map((pair) => ({ pair, timeframe, candleType }));
  // With as much history as is wanted, or where there is less, as much as is needed.
  const range = await longestPlaybackRange(folder, keys, [needs.startRows, needs.leastRows]);
  const start = settings.start === undefined ? range.startsAt : momentMs(settings.start);
  const { anchor_ms: anchorMs = start, anchor_wall_ms: anchorWallMs, speed } = settings;
  const { clock, marketTime } = timeOfMarket({ anchorMs, anchorWallMs, speed });
  return { exchange: recordedExchange({ folder, clock, endsAt: range.endsAt }), whitelist: pairs, leftOut, marketTime };
}

/** The whitelisted pairs; without a whitelist, of a folder that holds several times, those of most pairs' time. */
async function playedPairs(
  folder: DataFolder,
  config: ExchangeConfig,
  { timeframe, candleType }: CandleNeeds,
): Promise<Choice> {
  const files = folder.files.filter(({ key }) => key.timeframe === timeframe && key.candleType === candleType);
  if (files.length === 0) throw noTimeframe(folder, timeframe, candleType);
  const absent = `the data folder has no ${timeframe} ${candleType} candles of it`;
  const chosen = staticWhitelist(
    files.map(({ key }) => key),
    listsOf(config),
    absent,
  );
  if (config.pair_whitelist.length > 0) return chosen;
  const played = await ofOneTime(
    folder,
    files.filter(({ key }) => chosen.pairs.includes(key.pair)),
  );
  const pairs = chosen.pairs.filter((pair) => played.has(pair));
  const reason = "its candles are of another time than most pairs'";
  const others = chosen.pairs.filter((pair) => !played.has(pair)).map((entry) => ({ entry, reason }));
  return { pairs, leftOut: [...chosen.leftOut, ...others] };
}

/** The largest group of pairs whose candles span one moment. */
async function ofOneTime(folder: DataFolder, files: readonly CandleFile[]): Promise<ReadonlySet<Pair>> {
  const spans = await Promise.all(files.map(async (file) => ({ file, range: await folder.range(file) })));
  let most: ReadonlySet<Pair> = new Set();
  for (const { range } of spans) {
    const middle = range === undefined ? 0 : (range.from + range.until) / 2;
    const group = spans.filter((span) => span.range && span.range.from <= middle && middle <= span.range.until);
    if (group.length > most.size) most = new Set(group.map(({ file }) => file.key.pair));
  }
  return most;
}

function listsOf({ pair_whitelist: whitelist, pair_blacklist: blacklist }: ExchangeConfig) {
  return { whitelist, blacklist };
}

function noTimeframe(folder: DataFolder, timeframe: Timeframe, candleType: CandleType): BotError {
  const there = [...new Set(folder.files.map(({ key }) => `${key.timeframe} ${key.candleType}`))].join(', ');
  const message = `${folder.path} holds no ${timeframe} ${candleType} candles; it holds ${there}`;
  return new BotError('BOT_NO_CANDLES', message, { value: timeframe });
}

/** A market's clock, and how it goes where it isn't the wall's. */
export interface TimeOfMarket extends Pick<ReadyExchange, 'marketTime'> {
  readonly clock: Clock;
}

/** By default the wall's anchor is this moment, and the market's the same. */
function timeOfMarket(anchors: {
  readonly anchorMs: TimestampMs | undefined;
  readonly anchorWallMs: TimestampMs | undefined;
  readonly speed: number;
}): TimeOfMarket {
  const { anchorWallMs = systemClock.now(), speed } = anchors;
  const { anchorMs = anchorWallMs } = anchors;
  if (speed === 1 && anchorMs === anchorWallMs) return { clock: systemClock, marketTime: undefined };
  const marketTime = { anchorMs, anchorWallMs, speed };
  return { clock: compressedClock(marketTime), marketTime };
}

function momentMs(moment: number | string): TimestampMs {
  return typeof moment === 'number' ? moment : Date.parse(moment);
}

import { resolve } from 'node:path';
import type { Config } from '../config/index.ts';
import {
  type DataFolder,
  type Exchange,
  ExchangeError,
  openDataFolder,
  type PlaybackRange,
  playbackRange,
  recordedExchange,
  simulatedExchange,
} from '../exchange/index.ts';
import { type CandleType, isPair, type Pair, type PairKey, type Timeframe, type TimestampMs } from '../market/index.ts';
import { type Clock, compressedClock, systemClock } from '../util/clock.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { BotError } from './bot-error.ts';
import { staticWhitelist } from './whitelist.ts';

/** What an exchange has to have ready for a bot. */
export interface CandleNeeds {
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  /** Closed candles that should be there when the bot starts. */
  readonly startRows: number;
  /** Closed candles without which it cannot start. */
  readonly leastRows: number;
}

/** An exchange, and the pairs to work on where the config names none; undefined for all that it has. */
export interface ReadyExchange {
  readonly exchange: Exchange;
  readonly pairs: readonly Pair[] | undefined;
}

type ExchangeConfig = NonNullable<Config['exchange']>;

/**
 * The exchange that a config names.
 *
 * @throws BotError BOT_NO_EXCHANGE, BOT_EXCHANGE_UNSUPPORTED; ExchangeError.
 */
export async function createExchange(config: Config, needs: CandleNeeds): Promise<ReadyExchange> {
  const { exchange } = config;
  if (exchange === undefined) {
    const hint = 'add "exchange": {"name": "simulated"}, or "recorded" with {"recorded": {"datadir": …}}';
    throw new BotError('BOT_NO_EXCHANGE', `the config has no section "exchange"; ${hint}`);
  }
  if (exchange.name === 'simulated') return { exchange: simulated(exchange), pairs: undefined };
  if (exchange.name === 'recorded' && exchange.recorded) {
    return recorded(exchange.recorded, exchange.pair_whitelist, needs);
  }
  const names = ['simulated', 'recorded'];
  throw new BotError(
    'BOT_EXCHANGE_UNSUPPORTED',
    `exchange.name: "${exchange.name}" is not supported yet; expected ${names.join(' or ')}${didYouMean(exchange.name, names)}`,
    { value: exchange.name },
  );
}

function simulated({ simulated: settings, pair_whitelist: whitelist }: ExchangeConfig): Exchange {
  const { start, speed, volatility } = settings;
  const startMs = start === undefined ? undefined : momentMs(start);
  return simulatedExchange({
    seed: settings.seed,
    pairs: exactPairs(whitelist) ?? settings.pairs,
    clock: marketClock({ ...settings, anchor_ms: settings.anchor_ms ?? startMs }, speed),
    ticksPerMinute: settings.ticks_per_minute,
    ...(volatility === undefined ? {} : { volatility }),
  });
}

/** The simulated market has whatever pairs are asked for by name; patterns choose among its own. */
function exactPairs(whitelist: readonly string[]): readonly Pair[] | undefined {
  const pairs = whitelist.filter(isPair).filter((pair) => /^[A-Z0-9/:]+$/.test(pair));
  return whitelist.length > 0 && pairs.length === whitelist.length ? pairs : undefined;
}

async function recorded(
  settings: NonNullable<ExchangeConfig['recorded']>,
  whitelist: readonly string[],
  needs: CandleNeeds,
): Promise<ReadyExchange> {
  const folder = await openDataFolder(resolve(settings.datadir), { format: settings.format });
  const keys = await playedKeys(folder, whitelist, needs);
  const range = await rangeOf(folder, keys, needs);
  const start = settings.start === undefined ? range.startsAt : momentMs(settings.start);
  const clock = marketClock({ ...settings, anchor_ms: settings.anchor_ms ?? start }, settings.speed);
  const exchange = recordedExchange({ folder, clock, endsAt: range.endsAt });
  return { exchange, pairs: keys.map(({ pair }) => pair) };
}

/** The whitelisted pairs' candles; of a folder that holds several times, without a whitelist, those of most pairs' time. */
async function playedKeys(
  folder: DataFolder,
  whitelist: readonly string[],
  { timeframe, candleType }: CandleNeeds,
): Promise<readonly PairKey[]> {
  if (whitelist.length > 0) {
    const { pairs } = staticWhitelist(
      folder.files.map(({ key }) => key),
      { whitelist, blacklist: [] },
    );
    return pairs.map((pair) => ({ pair, timeframe, candleType }));
  }
  const files = folder.files.filter(({ key }) => key.timeframe === timeframe && key.candleType === candleType);
  if (files.length === 0) throw noTimeframe(folder, timeframe, candleType);
  const ranges = await Promise.all(files.map((file) => folder.range(file)));
  let most: readonly PairKey[] = [];
  for (const middle of ranges.map((range) => (range === undefined ? 0 : (range.from + range.until) / 2))) {
    const group = files.filter((_, i) => {
      const range = ranges[i];
      return range !== undefined && range.from <= middle && middle <= range.until;
    });
    if (group.length > most.length) most = group.map(({ key }) => key);
  }
  return most;
}

/** With as much history as is wanted, or where there is less, as much as is needed. */
async function rangeOf(folder: DataFolder, keys: readonly PairKey[], needs: CandleNeeds): Promise<PlaybackRange> {
  try {
    return await playbackRange(folder, keys, needs.startRows);
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.code !== 'EXCHANGE_RECORDING_TOO_SHORT') throw error;
    return playbackRange(folder, keys, needs.leastRows);
  }
}

function noTimeframe(folder: DataFolder, timeframe: Timeframe, candleType: CandleType): BotError {
  const there = [...new Set(folder.files.map(({ key }) => `${key.timeframe} ${key.candleType}`))].join(', ');
  const message = `${folder.path} holds no ${timeframe} ${candleType} candles; it holds ${there}`;
  return new BotError('BOT_NO_CANDLES', message, { value: timeframe });
}

function marketClock(
  anchors: { readonly anchor_wall_ms?: number | undefined; readonly anchor_ms?: number | undefined },
  speed: number,
): Clock {
  const wall = systemClock.now();
  const { anchor_wall_ms: anchorWallMs = wall, anchor_ms: anchorMs = anchorWallMs } = anchors;
  const isWallTime = speed === 1 && anchorMs === anchorWallMs;
  return isWallTime ? systemClock : compressedClock({ anchorWallMs, anchorMs, speed });
}

function momentMs(moment: number | string): TimestampMs {
  return typeof moment === 'number' ? moment : Date.parse(moment);
}

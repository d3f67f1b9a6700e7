import {
  type DataFolder,
  type Exchange,
  longestPlaybackRange,
  openDataFolder,
  recordedExchange,
  simulatedExchange,
} from '../exchange/index.ts';
import { type Pair, type PairKey, type TimestampMs, candleOpen, parseTimeframe, timeframeMs } from '../market/index.ts';
import { type Clock, compressedClock, systemClock } from '../util/clock.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { MarketServerError } from './market-server-error.ts';

/** How time goes in a market: at wall time `anchorWallMs` it is `anchorMs` there. Markets that share the three share the time. */
export interface MarketPace {
  readonly anchorMs: TimestampMs;
  readonly anchorWallMs: TimestampMs;
  readonly speed: number;
}

/** A market to be served. */
export interface OpenedMarket {
  readonly exchange: Exchange;
  /** Opens it once more, under a clock of its own. */
  readonly openView: (clock: Clock) => Exchange;
  /** Undefined where the market's time is the wall's. */
  readonly pace: MarketPace | undefined;
}

interface MarketTimeOptions {
  /** How many times as fast as the wall's time, default 1. */
  readonly speed?: number;
  /** The market's time at the start. */
  readonly start?: TimestampMs | undefined;
}

const day = parseTimeframe('1d');

/**
 * The simulated market. Without a start it is the present there; in compressed time, the market's day began with the wall's UTC day,
 * as for a bot with the same settings, which sees the same market then.
 *
 * @throws ExchangeError EXCHANGE_BAD_OPTION.
 */
export function openSimulatedMarket(
  options: MarketTimeOptions & { readonly seed: string | number; readonly pairs: number | readonly Pair[] },
): OpenedMarket {
  const { seed, pairs, speed = 1, start } = options;
  const pace = simulatedPace(speed, start);
  const openView = (clock: Clock) => simulatedExchange({ seed, pairs, clock });
  const clock = pace === undefined ? systemClock : compressedClock(pace);
  return { exchange: openView(clock), openView, pace };
}

function simulatedPace(speed: number, start: TimestampMs | undefined): MarketPace | undefined {
  const now = systemClock.now();
  if (start !== undefined) return { anchorMs: start, anchorWallMs: now, speed };
  if (speed === 1) return undefined;
  const today = candleOpen(now, day);
  return { anchorMs: today, anchorWallMs: today, speed };
}

/** Candles that should have closed when a recording begins to play, so that clients have a history; fewer where there are fewer. */
const historyWanted = [1000, 500, 100, 1, 0] as const;

/**
 * A recording from freqtrade's data folder, played from where all its pairs have a history, or from `start`.
 *
 * @throws ExchangeError of opening and reading the folder, EXCHANGE_RECORDING_TOO_SHORT; MarketServerError SERVER_UNKNOWN_PAIR.
 */
export async function openRecordedMarket(
  options: MarketTimeOptions & {
    readonly path: string;
    /** Which pairs set where playing begins; all without it. */
    readonly pairs?: readonly Pair[];
  },
): Promise<OpenedMarket> {
  const { speed = 1, start } = options;
  const folder = await openDataFolder(options.path);
  const range = await longestPlaybackRange(folder, shortestKeys(folder, options.pairs), historyWanted);
  const pace = { anchorMs: start ?? range.startsAt, anchorWallMs: systemClock.now(), speed };
  const openView = (clock: Clock) => recordedExchange({ folder, clock, endsAt: range.endsAt });
  return { exchange: openView(compressedClock(pace)), openView, pace };
}

/** The shortest candles of each pair: they are what the market is made of. */
function shortestKeys(folder: DataFolder, pairs: readonly Pair[] | undefined): readonly PairKey[] {
  const shortest = new Map<Pair, PairKey>();
  for (const { key } of folder.files) {
    const known = shortest.get(key.pair);
    const isTraded = key.candleType === 'spot' || key.candleType === 'futures';
    if (!isTraded || (known && timeframeMs(known.timeframe) <= timeframeMs(key.timeframe))) continue;
    shortest.set(key.pair, key);
  }
  if (pairs === undefined) return [...shortest.values()];
  return pairs.map((pair) => {
    const key = shortest.get(pair);
    if (key === undefined) throw unknownPair(pair, [...shortest.keys()]);
    return key;
  });
}

/** The error for a pair that is to be served and is not there. */
export function unknownPair(pair: Pair, known: readonly Pair[]): MarketServerError {
  const message = `there is no pair ${pair} in the market${didYouMean(pair, known)}`;
  return new MarketServerError('SERVER_UNKNOWN_PAIR', message, { value: pair });
}

import type { Exchange, Market } from '../exchange/index.ts';
import {
  type CandleType,
  type Pair,
  type PairKey,
  type Timeframe,
  pairKeyText,
  parseTimeframe,
} from '../market/index.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { DownloadError } from './download-error.ts';

/** freqtrade's, where nothing is said. */
export const defaultTimeframes: readonly Timeframe[] = ['1m', '5m'].map((text) => parseTimeframe(text));

/** Of which timeframe freqtrade takes mark prices and funding rates. */
const FUNDING_TIMEFRAME = parseTimeframe('1h');

export interface WantedCandles {
  readonly pairs: readonly Pair[];
  readonly timeframes: readonly Timeframe[];
  readonly tradingMode: 'spot' | 'futures';
  /** For futures; without it futures, and mark prices and funding rates where the exchange has them. */
  readonly candleTypes?: readonly CandleType[] | undefined;
}

/**
 * The candle files that a download is about, pair by pair. As in freqtrade, spot has one candle type, funding rates have one
 * timeframe, and mark prices do where they are not asked for by name.
 *
 * @throws DownloadError DOWNLOAD_UNKNOWN_TIMEFRAME, DOWNLOAD_NO_TYPES.
 */
export function downloadKeys(
  exchange: Exchange,
  markets: readonly Market[],
  wanted: WantedCandles,
): readonly PairKey[] {
  const { pairs, timeframes } = wanted;
  for (const timeframe of timeframes) if (!exchange.timeframes.includes(timeframe)) throw unknown(exchange, timeframe);
  const named = runsOf(wanted);
  const offers = new Map(markets.map(({ pair, candleTypes }) => [pair, candleTypes]));
  const keys = pairs.flatMap((pair) => {
    const extras = wanted.tradingMode === 'futures' && wanted.candleTypes === undefined ? fundingRuns : [];
    const offered = extras.filter(({ candleType, timeframe }) => {
      return (offers.get(pair) ?? []).includes(candleType) && exchange.timeframes.includes(timeframe);
    });
    return [...named, ...offered].map(({ timeframe, candleType }): PairKey => ({ pair, timeframe, candleType }));
  });
  return [...new Map(keys.map((key) => [pairKeyText(key), key])).values()];
}

type Run = Omit<PairKey, 'pair'>;

const fundingRuns: readonly Run[] = [
  { timeframe: FUNDING_TIMEFRAME, candleType: 'mark' },
  { timeframe: FUNDING_TIMEFRAME, candleType: 'funding_rate' },
];

function runsOf({ timeframes, tradingMode, candleTypes }: WantedCandles): readonly Run[] {
  return downloadedTypes(tradingMode, candleTypes).flatMap((candleType) =>
    (candleType === 'funding_rate' ? [FUNDING_TIMEFRAME] : timeframes).map((timeframe) => ({ timeframe, candleType })),
  );
}

/**
 * Which of the candle types that are named a trading mode has. As in freqtrade, spot has its own, whatever is named.
 *
 * @throws DownloadError DOWNLOAD_NO_TYPES where none is left.
 */
export function downloadedTypes(
  tradingMode: 'spot' | 'futures',
  named: readonly CandleType[] = ['futures'],
): readonly CandleType[] {
  if (tradingMode === 'spot') return ['spot'];
  const types = named.filter((type) => type !== 'spot');
  if (types.length > 0) return types;
  const message = `futures have no candles of type ${named.join(', ')}; name futures, mark, index or funding_rate, or set the trading mode to spot`;
  throw new DownloadError('DOWNLOAD_NO_TYPES', message, { value: named });
}

function unknown(exchange: Exchange, timeframe: Timeframe): DownloadError {
  const hint = didYouMean(timeframe, exchange.timeframes);
  const message = `${exchange.name} has no ${timeframe} candles; it has ${exchange.timeframes.join(', ')}${hint}`;
  return new DownloadError('DOWNLOAD_UNKNOWN_TIMEFRAME', message, { value: timeframe });
}

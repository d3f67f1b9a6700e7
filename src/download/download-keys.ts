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
 * @throws DownloadError DOWNLOAD_UNKNOWN_TIMEFRAME.
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

function runsOf({ timeframes, tradingMode, candleTypes = ['futures'] }: WantedCandles): readonly Run[] {
  const types: readonly CandleType[] =
    tradingMode === 'spot' ? ['spot'] : candleTypes.filter((type) => type !== 'spot');
  return types.flatMap((candleType) =>
    (candleType === 'funding_rate' ? [FUNDING_TIMEFRAME] : timeframes).map((timeframe) => ({ timeframe, candleType })),
  );
}

function unknown(exchange: Exchange, timeframe: Timeframe): DownloadError {
  const hint = didYouMean(timeframe, exchange.timeframes);
  const message = `${exchange.name} has no ${timeframe} candles; it has ${exchange.timeframes.join(', ')}${hint}`;
  return new DownloadError('DOWNLOAD_UNKNOWN_TIMEFRAME', message, { value: timeframe });
}

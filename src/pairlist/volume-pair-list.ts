import { type Market, ExchangeError, type Ticker } from '../exchange/index.ts';
import { type Candles, fillHoles, type Pair, type Timeframe, timeframeMs } from '../market/index.ts';
import { Expiring } from './expiring.ts';
import { expectSome, type Fetched } from './fetch-recent.ts';
import { badSetting, expectCandles, type Lookback, lookbackOf } from './lookback.ts';
import type { VolumePairListConfig } from './pairlist-config.ts';
import {
  type Choice,
  type Exclusion,
  firstOf,
  type HandlerParts,
  type PairlistHandler,
  type Round,
  sift,
  sifted,
} from './pairlist-handler.ts';
import { reasonAgainst } from './tradable.ts';

/** A pair's traded volume in the quote currency, or why it is not known. */
type Volume = { readonly pair: Pair } & ({ readonly quoteVolume: number } | { readonly reason: string });

/**
 * The pairs with the highest volume, highest first: that of the exchange's tickers (24 hours), or, with a lookback, the sum over
 * candles. First in the chain it chooses among all pairs of the stake currency, and again after `refresh_period`; later in the
 * chain, among those that it is given, each time.
 *
 * @throws PairlistError PAIRLIST_BAD_SETTING.
 */
export function volumePairList(config: VolumePairListConfig, parts: HandlerParts): PairlistHandler {
  const { method } = config;
  const lookback = lookbackOf(config);
  if (lookback !== undefined) {
    expectCandles(method, lookback.timeframe, parts.exchange);
    expectPeriod(config, lookback.timeframe);
  }
  const chosen = new Expiring<Choice>(parts.clock, config.refresh_period * 1000);

  const filter = async (pairs: readonly Pair[], round: Round): Promise<Choice> => {
    const volumes =
      lookback === undefined ? volumesOfTickers(pairs, round.tickers) : await volumesOfCandles(pairs, lookback, round);
    const sorted = byVolume(volumes, config);
    const traded = sifted(sorted, (pair) => reasonAgainst(pair, round.markets, parts));
    return firstOf(sifted(traded, parts.banOf), config.number_assets);
  };

  const volumesOfCandles = async (pairs: readonly Pair[], back: Lookback, { signal }: Round) => {
    const { timeframe, period } = back;
    // One more than is summed: so many are fetched for the other handlers, which measure changes.
    const request = { timeframe, candleType: parts.candleType, count: period + 1, signal };
    const fetched = await parts.candles.get(pairs, request);
    expectSome(fetched);
    return volumesOfFetched(fetched, back);
  };

  return {
    method,
    needsTickers: lookback === undefined,
    filter,
    async generate(round) {
      const kept = chosen.get();
      if (kept !== undefined) return kept;
      const candidates = sift(ofStake(round.markets, parts.stakeCurrency), (pair) => {
        return reasonAgainst(pair, round.markets, parts) ?? parts.banOf(pair);
      });
      const choice = await filter(candidates.pairs, round);
      const complete = { pairs: choice.pairs, leftOut: [...candidates.leftOut, ...choice.leftOut] };
      // An empty choice may be an accident, and is made anew at once.
      if (complete.pairs.length > 0) chosen.set(complete);
      return complete;
    },
  };
}

function expectPeriod({ method, refresh_period: seconds }: VolumePairListConfig, timeframe: Timeframe): void {
  const least = timeframeMs(timeframe) / 1000;
  if (seconds >= least) return;
  const problem = `refresh_period is ${seconds} s, shorter than a candle of ${timeframe}; set it to ${least} or more`;
  throw badSetting(method, problem, seconds);
}

function* ofStake(markets: ReadonlyMap<Pair, Market>, stakeCurrency: string | undefined): Iterable<Pair> {
  for (const [pair, { quote }] of markets) if (stakeCurrency === undefined || quote === stakeCurrency) yield pair;
}

/** In the tickers' order, which decides between equal volumes; pairs without a ticker come last. */
function volumesOfTickers(pairs: readonly Pair[], tickers: ReadonlyMap<Pair, Ticker>): readonly Volume[] {
  const wanted = new Set(pairs);
  const volumes: Volume[] = [];
  for (const [pair, { quoteVolume }] of tickers) {
    if (!wanted.delete(pair)) continue;
    volumes.push(quoteVolume === undefined ? { pair, reason: 'its ticker has no volume' } : { pair, quoteVolume });
  }
  for (const pair of wanted) volumes.push({ pair, reason: 'the exchange has no ticker of it' });
  return volumes;
}

/** Where candles could not be fetched, the volume is not known; freqtrade takes it for 0. */
function volumesOfFetched(fetched: Fetched, lookback: Lookback): readonly Volume[] {
  return Array.from(fetched, ([pair, candles]) => {
    if (candles instanceof ExchangeError) return { pair, reason: `no candles: ${candles.message}` };
    return { pair, quoteVolume: volumeOfCandles(candles, lookback) };
  });
}

/** The last candles' volume times their typical price, (high + low + close) / 3, summed; 0 where they are too few, as in freqtrade. */
function volumeOfCandles(candles: Candles, { timeframe, period }: Lookback): number {
  const filled = fillHoles(candles, timeframe);
  if (filled.length < period) return 0;
  const { high, low, close, volume } = filled.columns;
  let sum = 0;
  for (let row = filled.length - period; row < filled.length; row++) {
    sum += volume[row] * ((high[row] + low[row] + close[row]) / 3);
  }
  return sum;
}

/** The pairs within the limits, highest volume first; equal ones keep their order. */
function byVolume(volumes: readonly Volume[], limits: Pick<VolumePairListConfig, 'min_value' | 'max_value'>): Choice {
  const { min_value: least, max_value: most = Infinity } = limits;
  const kept: { readonly pair: Pair; readonly quoteVolume: number }[] = [];
  const leftOut: Exclusion[] = [];
  for (const volume of volumes) {
    const reason = reasonAgainstVolume(volume, least, most);
    if (reason !== undefined) leftOut.push({ entry: volume.pair, reason });
    else if ('quoteVolume' in volume) kept.push(volume);
  }
  return { pairs: kept.toSorted((a, b) => b.quoteVolume - a.quoteVolume).map(({ pair }) => pair), leftOut };
}

function reasonAgainstVolume(volume: Volume, least: number, most: number): string | undefined {
  if ('reason' in volume) return volume.reason;
  const shown = Math.round(volume.quoteVolume);
  if (least > 0 && volume.quoteVolume <= least) return `its volume, ${shown}, is not above min_value, ${least}`;
  return volume.quoteVolume < most ? undefined : `its volume, ${shown}, is not below max_value, ${most}`;
}

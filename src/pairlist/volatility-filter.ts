import { ExchangeError } from '../exchange/index.ts';
import { type Candles, fillHoles, type Pair, parseTimeframe } from '../market/index.ts';
import { expectSome } from './fetch-recent.ts';
import { badSetting, expectCandles, type Lookback, lookbackOf } from './lookback.ts';
import type { VolatilityFilterConfig } from './pairlist-config.ts';
import { type Choice, type HandlerParts, type PairlistHandler, type Round, sift } from './pairlist-handler.ts';

/** freqtrade's, deprecated there, where no lookback is set. */
const USUAL_LOOKBACK: Lookback = { timeframe: parseTimeframe('1d'), period: 10 };

/**
 * Pairs whose volatility lies within the range, ends included; sorted by it where `sort_direction` says so. What was computed
 * counts for `refresh_period`.
 *
 * @throws PairlistError PAIRLIST_BAD_SETTING.
 */
export function volatilityFilter(
  config: VolatilityFilterConfig,
  parts: Pick<HandlerParts, 'exchange' | 'candles' | 'candleType' | 'clock'>,
): PairlistHandler {
  const { method, sort_direction: direction } = config;
  const lookback = volatilityLookback(config);
  expectCandles(method, lookback.timeframe, parts.exchange);
  const computed = new Map<Pair, { readonly volatility: number; readonly until: number }>();

  const compute = async (pairs: readonly Pair[], { signal }: Round): Promise<ReadonlyMap<Pair, string>> => {
    const { timeframe, period } = lookback;
    const request = { timeframe, candleType: parts.candleType, count: period + 1, signal };
    const fetched = await parts.candles.get(pairs, request);
    // With figures of other pairs at hand, the failure is that of the new ones.
    if (computed.size === 0) expectSome(fetched);
    const until = parts.clock.now() + config.refresh_period * 1000;
    const failed = new Map<Pair, string>();
    for (const [pair, candles] of fetched) {
      if (candles instanceof ExchangeError) failed.set(pair, `no candles: ${candles.message}`);
      else if (candles.length === 0) computed.delete(pair);
      else computed.set(pair, { volatility: volatilityOf(candles, lookback), until });
    }
    return failed;
  };

  return {
    method,
    needsTickers: false,
    async filter(pairs, round) {
      const now = parts.clock.now();
      const failed = await compute(
        pairs.filter((pair) => (computed.get(pair)?.until ?? -Infinity) <= now),
        round,
      );
      // An older figure is better than none.
      const of = (pair: Pair) => computed.get(pair)?.volatility;
      const choice = sift(pairs, (pair) => {
        const volatility = of(pair);
        if (volatility === undefined) return failed.get(pair) ?? 'there are no candles of it';
        return reasonAgainstVolatility(volatility, config, lookback);
      });
      return direction === undefined ? choice : sorted(choice, of, direction);
    },
  };
}

function volatilityLookback(config: VolatilityFilterConfig): Lookback {
  const lookback = lookbackOf(config);
  if (lookback !== undefined) return lookback;
  const { method, lookback_timeframe: timeframe } = config;
  if (timeframe === USUAL_LOOKBACK.timeframe) return USUAL_LOOKBACK;
  throw badSetting(method, `lookback_timeframe is ${timeframe}, so lookback_period must be set`, timeframe);
}

/**
 * The volatility of closes: over each `period` candles, the standard deviation of their logarithmic returns times the square
 * root of `period`; of those, the mean. The first return counts as 0. NaN where candles are too few, or `period` is 1.
 */
export function volatilityOf(candles: Candles, { timeframe, period }: Lookback): number {
  const { close } = fillHoles(candles, timeframe).columns;
  const returns = Array.from(close, (price, i) => (i === 0 ? 0 : Math.log(close[i - 1] / price)));
  const windows = returns.length - period + 1;
  let sum = 0;
  for (let from = 0; from < windows; from++) sum += deviation(returns.slice(from, from + period)) * Math.sqrt(period);
  return windows > 0 ? sum / windows : Number.NaN;
}

/** Of a sample, so divided by one less than its size. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function reasonAgainstVolatility(
  volatility: number,
  { min_volatility: least, max_volatility: most = Infinity }: VolatilityFilterConfig,
  { timeframe, period }: Lookback,
): string | undefined {
  if (Number.isNaN(volatility)) return `there are fewer than ${period} candles of ${timeframe}`;
  const shown = `its volatility over ${period} x ${timeframe} is ${Number(volatility.toPrecision(3))}`;
  if (volatility < least) return `${shown}, and min_volatility is ${least}`;
  return volatility > most ? `${shown}, and max_volatility is ${most}` : undefined;
}

function sorted(
  { pairs, leftOut }: Choice,
  volatilityOfPair: (pair: Pair) => number | undefined,
  direction: 'asc' | 'desc',
): Choice {
  const of = (pair: Pair) => volatilityOfPair(pair) ?? 0;
  const sign = direction === 'asc' ? 1 : -1;
  return { pairs: pairs.toSorted((a, b) => sign * (of(a) - of(b))), leftOut };
}

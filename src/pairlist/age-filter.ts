import { ExchangeError, longestFetch } from '../exchange/index.ts';
import { candleOpen, fillHoles, type Pair, parseTimeframe, type TimestampMs } from '../market/index.ts';
import { expectSome } from './fetch-recent.ts';
import { badSetting, expectCandles } from './lookback.ts';
import type { AgeFilterConfig } from './pairlist-config.ts';
import { type HandlerParts, type PairlistHandler, type Round, sift } from './pairlist-handler.ts';

const day = parseTimeframe('1d');

interface Verdict {
  /** Why the pair is left out; undefined where it stays. */
  readonly reason: string | undefined;
  /** The day for which it holds; undefined for all to come. */
  readonly day: TimestampMs | undefined;
}

/**
 * Pairs with at least `min_days_listed` closed daily candles, and at most `max_days_listed`. A pair is looked at once: too young,
 * again after midnight (UTC); old enough, never again. freqtrade does not look again either where there is a maximum, which a
 * pair may pass; here it does, after midnight.
 *
 * @throws PairlistError PAIRLIST_BAD_SETTING.
 */
export function ageFilter(
  config: AgeFilterConfig,
  { exchange, candles, candleType }: Pick<HandlerParts, 'exchange' | 'candles' | 'candleType'>,
): PairlistHandler {
  checkDays(config);
  expectCandles(config.method, day, exchange);
  const { method, min_days_listed: least, max_days_listed: most } = config;
  const verdicts = new Map<Pair, Verdict>();

  const look = async (pairs: readonly Pair[], today: TimestampMs, { signal }: Round) => {
    const request = { timeframe: day, candleType, count: (most ?? least) + 1, signal };
    const fetched = await candles.fetch(pairs, request);
    // With verdicts of other pairs at hand, the failure is that of the new ones.
    if (verdicts.size === 0) expectSome(fetched);
    const failed = new Map<Pair, string>();
    for (const [pair, days] of fetched) {
      if (days instanceof ExchangeError) {
        failed.set(pair, `its age is not known: ${days.message}`);
        continue;
      }
      const reason = reasonAgainstAge(fillHoles(days, day).length, config);
      verdicts.set(pair, { reason, day: reason === undefined && most === undefined ? undefined : today });
    }
    return failed;
  };

  return {
    method,
    needsTickers: false,
    async filter(pairs, round) {
      const today = candleOpen(exchange.clock.now(), day);
      const unknown = pairs.filter((pair) => !holds(verdicts.get(pair), today));
      const failed = await look(unknown, today, round);
      // A verdict of yesterday is better than none.
      return sift(pairs, (pair) => (verdicts.has(pair) ? verdicts.get(pair)?.reason : failed.get(pair)));
    },
  };
}

function holds(verdict: Verdict | undefined, today: TimestampMs): boolean {
  return verdict !== undefined && (verdict.day === undefined || verdict.day === today);
}

/** Why a pair of `days` closed daily candles is left out; undefined where it stays. */
function reasonAgainstAge(
  days: number,
  { min_days_listed: least, max_days_listed: most }: Omit<AgeFilterConfig, 'method'>,
): string | undefined {
  if (days < least) return `it is listed for ${days} days, and min_days_listed is ${least}`;
  return most === undefined || days <= most ? undefined : `it is listed for more than max_days_listed, ${most} days`;
}

function checkDays({ method, min_days_listed: least, max_days_listed: most = Infinity }: AgeFilterConfig): void {
  if (most <= least) {
    throw badSetting(method, `max_days_listed, ${most}, must be above min_days_listed, ${least}`, most);
  }
  const days = Number.isFinite(most) ? most : least;
  if (days < longestFetch) return;
  throw badSetting(method, `${days} days are more than can be asked for, ${longestFetch - 1}`, days);
}

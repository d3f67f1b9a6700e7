import { seededRandom } from '../../util/random.ts';
import { RANGE_PER_DEVIATION, bridgeMaximum } from './brownian.ts';
import { FIRST_DAY, activityOn } from './calendar.ts';
import { type RegimeDay, regimeDays } from './regime.ts';
import type { PairProfile } from './simulated-pairs.ts';
import { CANDLE_SIZE, type StepCandle } from './split-candle.ts';

/** The part of all pairs' returns that is common to them, day by day from the market's start. */
export interface CommonFactor {
  /** A day's log return and its standard deviation. */
  on(day: number): { readonly shift: number; readonly volatility: number };
}

/** Standard deviation of the common factor's daily log return. */
const COMMON_VOLATILITY = 0.022;
/** Days in which half of a price's distance from where it started is gone again: keeps magnitudes over years. */
const HALF_LIFE_DAYS = 250;
const REVERSION = Math.LN2 / HALF_LIFE_DAYS;
/** A price stays within e^±3 of where it started. */
const FARTHEST = 3;
/** The least volume of a day in amount steps: 600 a minute, one for each tick of the finest market. */
export const LEAST_DAILY_VOLUME = 1440 * 600;

/** The common factor under a seed, computed as far as it is asked for and kept. */
export function commonFactor(seed: string | number, scale: number): CommonFactor {
  const next = regimeDays(seededRandom(`${seed}|market`));
  const days: RegimeDay[] = [];
  const deviation = COMMON_VOLATILITY * scale;
  return {
    on(day) {
      while (days.length <= day - FIRST_DAY) days.push(next());
      const { shift, volatility } = days[day - FIRST_DAY];
      return { shift: shift * deviation, volatility: volatility * deviation };
    },
  };
}

/** One pair's days, from the market's start on. */
export interface DayWalk {
  /** Reads the candle of a day, counted from 1970 and not before the market's start, into `target`. */
  read(day: number, target: StepCandle): void;
}

/** A random walk of daily candles through regimes, drawn in order and kept: 40 bytes a day. */
export function dayWalk(profile: PairProfile, options: WalkOptions): DayWalk {
  const draw = dayDrawer(profile, options);
  let days = new Float64Array(4096 * CANDLE_SIZE);
  let known = 0;
  const drawUntil = (count: number) => {
    if (count * CANDLE_SIZE > days.length) {
      const larger = new Float64Array(Math.ceil(count * 1.25) * CANDLE_SIZE);
      larger.set(days);
      days = larger;
    }
    for (; known < count; known++) draw(FIRST_DAY + known, days, known * CANDLE_SIZE);
  };
  return {
    read(day, target) {
      const row = day - FIRST_DAY;
      if (row >= known) drawUntil(row + 1);
      const at = row * CANDLE_SIZE;
      target.open = days[at];
      target.high = days[at + 1];
      target.low = days[at + 2];
      target.close = days[at + 3];
      target.volume = days[at + 4];
    },
  };
}

interface WalkOptions {
  readonly seed: string | number;
  readonly volatility: number;
  readonly common: CommonFactor;
}

/** A function that writes the day after the last one, packed, at a place. */
function dayDrawer(profile: PairProfile, options: WalkOptions): (day: number, out: Float64Array, at: number) => void {
  const random = seededRandom(`${options.seed}|${profile.pair}|days`);
  const next = regimeDays(random);
  const own = profile.dailyVolatility * options.volatility;
  const usual = Math.hypot(own, profile.beta * COMMON_VOLATILITY * options.volatility);
  let [distance, previousClose] = [0, profile.startPrice];
  return (day, out, at) => {
    const market = options.common.on(day);
    const { shift, volatility } = next();
    const step = profile.beta * market.shift + own * shift - REVERSION * distance;
    distance = Math.min(FARTHEST, Math.max(-FARTHEST, distance + step));
    const open = previousClose;
    const close = Math.max(1, Math.round(profile.startPrice * Math.exp(distance)));
    const deviation = Math.hypot(profile.beta * market.volatility, own * volatility);
    const variance = (deviation * Math.sqrt(open * close)) ** 2;
    const high = Math.max(open, close, Math.round(bridgeMaximum(open, close, variance, random)));
    const low = Math.max(1, Math.min(open, close, Math.round(-bridgeMaximum(-open, -close, variance, random))));
    const range = (high - low) / Math.sqrt(open * close) / RANGE_PER_DEVIATION / usual;
    const volume = profile.dailyVolume * activityOn(day) * (0.4 + 0.6 * range) * Math.exp(0.4 * random.normal());
    out.set([open, high, low, close, Math.max(LEAST_DAILY_VOLUME, Math.round(volume))], at);
    previousClose = close;
  };
}

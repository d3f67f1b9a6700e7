import type { Random } from '../../util/random.ts';

/** A mood of the market: the drift of a day in its standard deviations, and what those are multiplied with. */
interface Regime {
  readonly drift: number;
  readonly volatility: number;
}

const regimes: readonly Regime[] = [
  { drift: 0, volatility: 0.55 }, // calm
  { drift: 0.35, volatility: 0.9 }, // rising
  { drift: -0.4, volatility: 1.1 }, // falling
  { drift: 0, volatility: 1.9 }, // volatile
];

/** A regime lasts this many days in the mean. */
const MEAN_DAYS = 18;
/** One day in this many is a shock, of so many times the usual size. */
const SHOCK_ODDS = 1 / 40;
const SHOCK_SIZE = 2.5;

export interface RegimeDay {
  /** The day's log return in units of `dailyVolatility`. */
  readonly shift: number;
  /** Its standard deviation in the same units. */
  readonly volatility: number;
}

/** Days of a market that goes from one regime to another, one a call. */
export function regimeDays(random: Random): () => RegimeDay {
  let regime = regimes[random.below(regimes.length)];
  return () => {
    if (random.next() < 1 / MEAN_DAYS) regime = regimes[random.below(regimes.length)];
    const volatility = regime.volatility * (random.next() < SHOCK_ODDS ? SHOCK_SIZE : 1);
    return { shift: regime.drift + volatility * random.normal(), volatility };
  };
}

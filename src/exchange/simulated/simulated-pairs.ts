import { type Pair, baseOf, parsePair } from '../../market/index.ts';
import { seededRandom } from '../../util/random.ts';

/** What a base currency costs in USDT when the simulated market begins: of the size of real prices, so that it looks familiar. */
const knownBases: Readonly<Record<string, number>> = {
  BTC: 42_000,
  ETH: 2500,
  SOL: 110,
  XRP: 0.55,
  ADA: 0.42,
  DOGE: 0.085,
  LTC: 72,
  LINK: 15,
  DOT: 7.4,
  AVAX: 36,
  SHIB: 0.0000095,
  PEPE: 0.0000012,
  TRX: 0.105,
  BCH: 240,
  XLM: 0.12,
  ATOM: 9.8,
  UNI: 6.6,
  ETC: 21,
  XMR: 160,
  FIL: 5.2,
  NEAR: 3.1,
  ALGO: 0.19,
  AAVE: 95,
  MKR: 1900,
  YFI: 7800,
  BONK: 0.000013,
  FLOKI: 0.000034,
  WIN: 0.000098,
  HOT: 0.0019,
  ZIL: 0.022,
  VET: 0.031,
  GALA: 0.026,
  CHZ: 0.082,
  SAND: 0.46,
  AXS: 7.1,
  DASH: 30,
  ZEC: 25,
  KSM: 43,
  EGLD: 52,
  QNT: 118,
};

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXZ';
const VOWELS = 'AEIOU';
/** Four letters, consonant and vowel in turn. */
const NAMES = (CONSONANTS.length * VOWELS.length) ** 2;
/** Shares no factor with NAMES, so that stepping by it meets every name once, and neighbours look unalike. */
const NAME_STEP = 7919;

/** How many pairs a simulated market can be asked to name. */
export const mostNamedPairs = 2000;

/** The first `count` pairs of every simulated market: fewer are always the beginning of more. */
export function simulatedPairs(count: number): readonly Pair[] {
  const bases = Object.keys(knownBases).slice(0, count);
  for (let i = 1; bases.length < count; i++) {
    const base = inventedBase((i * NAME_STEP) % NAMES);
    if (!Object.hasOwn(knownBases, base)) bases.push(base);
  }
  return bases.map((base) => parsePair(`${base}/USDT`));
}

function inventedBase(index: number): string {
  const pairsOfLetters = CONSONANTS.length * VOWELS.length;
  const syllable = (i: number) => CONSONANTS[Math.floor(i / VOWELS.length)] + VOWELS[i % VOWELS.length];
  return syllable(Math.floor(index / pairsOfLetters)) + syllable(index % pairsOfLetters);
}

/** The character of one simulated pair. Prices and amounts are counted in whole steps of 10^-decimals. */
export interface PairProfile {
  readonly pair: Pair;
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  /** In price steps. */
  readonly startPrice: number;
  /** Amount steps traded on a day of usual volatility. */
  readonly dailyVolume: number;
  /** How far it goes along with the market as a whole. */
  readonly beta: number;
  /** Standard deviation of a day's own log return in calm and wild times taken together. */
  readonly dailyVolatility: number;
}

/** Prices have no more decimals than stock freqtrade's wire carries. */
const MOST_PRICE_DECIMALS = 10;
/** A price starts as at least 10^5 steps, a day's volume as at least 10^8, where decimals allow. */
const PRICE_DIGITS = 5;
const VOLUME_DIGITS = 8;
/** Keeps sums of volume over months within exact integers. */
const MOST_DAILY_VOLUME = 1e12;

/** The profile that a pair has under a seed. */
export function pairProfile(pair: Pair, seed: string | number): PairProfile {
  const random = seededRandom(`${seed}|${pair}|profile`);
  // Drawn for known bases too, so that what follows does not depend on the list.
  const drawnPrice = 10 ** (-6 + 11 * random.next());
  const base = baseOf(pair);
  const price = Object.hasOwn(knownBases, base) ? knownBases[base] : drawnPrice;
  const priceDecimals = clamp(Math.ceil(PRICE_DIGITS - Math.log10(price)), 0, MOST_PRICE_DECIMALS);
  const volume = Math.min(MOST_DAILY_VOLUME, 10 ** (6 + 3 * random.next()) / price);
  const amountDecimals = clamp(Math.ceil(VOLUME_DIGITS - Math.log10(volume)), 0, VOLUME_DIGITS);
  return {
    pair,
    priceDecimals,
    amountDecimals,
    startPrice: Math.round(price * 10 ** priceDecimals * (0.8 + 0.4 * random.next())),
    dailyVolume: Math.round(volume * 10 ** amountDecimals),
    beta: 0.6 + 0.8 * random.next(),
    dailyVolatility: 0.015 + 0.03 * random.next(),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

import { MarketError } from './market-error.ts';

/** A market's name, `BTC/USDT`, or `BTC/USDT:USDT` for a future settled in USDT. */
export type Pair = string & { readonly [pairBrand]: true };
declare const pairBrand: unique symbol;

/** Any letters and digits of any script, and what exchanges put into currency codes. */
const PAIR_PATTERN = /^[^\s/:]+\/[^\s/:]+(:[^\s/:]+)?$/u;

/** Whether text has a pair's form. */
export function isPair(text: string): text is Pair {
  return PAIR_PATTERN.test(text);
}

/**
 * Text as a pair.
 *
 * @throws MarketError MARKET_BAD_PAIR.
 */
export function parsePair(text: string): Pair {
  if (isPair(text)) return text;
  throw new MarketError('MARKET_BAD_PAIR', `"${text}" is not a pair; expected BASE/QUOTE, for example BTC/USDT`, {
    value: text,
  });
}

/** The currency that is traded: `BTC` of `BTC/USDT`. */
export function baseOf(pair: Pair): string {
  return pair.slice(0, pair.indexOf('/'));
}

/** The currency that prices are in: `USDT` of `BTC/USDT:USDT`. */
export function quoteOf(pair: Pair): string {
  return pair.slice(pair.indexOf('/') + 1).split(':')[0];
}

/** The currency that a future is settled in: `USDT` of `BTC/USDT:USDT`; undefined for a pair without one. */
export function settleOf(pair: Pair): string | undefined {
  return pair.split(':')[1];
}

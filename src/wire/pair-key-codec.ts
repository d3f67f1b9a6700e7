import { type Pair, type PairKey, isCandleType, isPair, isTimeframe } from '../market/index.ts';
import { describeValue } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';
import { WireError } from './wire-error.ts';

/**
 * A key as the list of three texts that crosses the wire.
 *
 * @throws WireError WIRE_BAD_KEY for a key that a peer could not read.
 */
export function encodePairKey(key: PairKey): readonly [string, string, string] {
  const parts = [key.pair, key.timeframe, key.candleType] as const;
  const decoded = decodePairKey(parts);
  if (decoded.status === 'refused') throw new WireError('WIRE_BAD_KEY', decoded.reason, { value: key });
  return parts;
}

/** A list of pair, timeframe and candle type as a key; the empty candle type is spot, as in freqtrade. */
export function decodePairKey(value: unknown): { readonly status: 'key'; readonly key: PairKey } | Refused {
  if (!Array.isArray(value) || value.length !== 3) return badKey('a list of three texts', value);
  const [pair, timeframe, candleType]: unknown[] = value;
  if (typeof pair !== 'string' || !isPair(pair)) return badKey('a pair first', pair);
  if (typeof timeframe !== 'string' || !isTimeframe(timeframe)) return badKey('a timeframe second', timeframe);
  if (candleType === '') return { status: 'key', key: { pair, timeframe, candleType: 'spot' } };
  if (typeof candleType !== 'string' || !isCandleType(candleType)) return badKey('a candle type third', candleType);
  return { status: 'key', key: { pair, timeframe, candleType } };
}

/** A list of pairs, possibly empty. */
export function decodePairs(value: unknown): { readonly status: 'pairs'; readonly pairs: readonly Pair[] } | Refused {
  if (!Array.isArray(value)) {
    return refused('WIRE_BAD_DATA', `data: expected a list of pairs, found ${describeValue(value)}`);
  }
  const pairs: Pair[] = [];
  for (const [place, pair] of (value as readonly unknown[]).entries()) {
    if (typeof pair !== 'string' || !isPair(pair)) {
      return refused('WIRE_BAD_PAIR', `data[${place}]: expected a pair such as BTC/USDT, found ${describeValue(pair)}`);
    }
    pairs.push(pair);
  }
  return { status: 'pairs', pairs };
}

function badKey(expected: string, found: unknown): Refused {
  const form = '["BTC/USDT","5m","spot"]';
  return refused('WIRE_BAD_KEY', `key: expected ${expected}, as in ${form}; found ${describeValue(found)}`);
}

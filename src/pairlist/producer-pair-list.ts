import type { Pair } from '../market/index.ts';
import type { ProducerPairListConfig } from './pairlist-config.ts';
import { PairlistError } from './pairlist-error.ts';
import {
  type Choice,
  firstOf,
  type HandlerParts,
  type PairlistHandler,
  type Round,
  sifted,
} from './pairlist-handler.ts';
import { reasonAgainst } from './tradable.ts';

/**
 * The pairs of a producer's whitelist as last heard, none before that. First in the chain it makes the list; later it adds the
 * producer's pairs to the list's end. `number_assets` counts the pairs of before with them, and before those are left out that
 * this bot's exchange does not trade. freqtrade leaves those out only where the handler stands first.
 *
 * @throws PairlistError PAIRLIST_NO_CONSUMER.
 */
export function producerPairList(
  config: ProducerPairListConfig,
  parts: Pick<HandlerParts, 'producerPairs' | 'candleType' | 'stakeCurrency'>,
): PairlistHandler {
  const { producerPairs } = parts;
  const { method, producer_name: name, number_assets: most } = config;
  if (producerPairs === undefined) {
    const message = `pairlists: ${method}: there is no producer "${name}": external_message_consumer is not enabled`;
    throw new PairlistError('PAIRLIST_NO_CONSUMER', message, { value: name });
  }
  const extend = (before: readonly Pair[], { markets }: Round): Choice => {
    const own = new Set(before);
    const all = { pairs: [...new Set([...before, ...producerPairs(name)])], leftOut: [] };
    const first = most === 0 ? all : firstOf(all, most);
    return sifted(first, (pair) => (own.has(pair) ? undefined : reasonAgainst(pair, markets, parts)));
  };
  return { method, needsTickers: false, generate: (round) => extend([], round), filter: extend };
}

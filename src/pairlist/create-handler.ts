import { ageFilter } from './age-filter.ts';
import { offsetFilter } from './offset-filter.ts';
import type { PairlistConfig } from './pairlist-config.ts';
import type { HandlerParts, PairlistHandler } from './pairlist-handler.ts';
import { priceFilter } from './price-filter.ts';
import { producerPairList } from './producer-pair-list.ts';
import { shuffleFilter } from './shuffle-filter.ts';
import { spreadFilter } from './spread-filter.ts';
import { staticPairList } from './static-pair-list.ts';
import { volatilityFilter } from './volatility-filter.ts';
import { volumePairList } from './volume-pair-list.ts';

/** The handler that a config names. Throws PairlistError PAIRLIST_BAD_SETTING, PAIRLIST_NO_CONSUMER. */
export function createHandler(config: PairlistConfig, parts: HandlerParts): PairlistHandler {
  switch (config.method) {
    case 'StaticPairList':
      return staticPairList(config, parts);
    case 'VolumePairList':
      return volumePairList(config, parts);
    case 'ProducerPairList':
      return producerPairList(config, parts);
    case 'AgeFilter':
      return ageFilter(config, parts);
    case 'PriceFilter':
      return priceFilter(config);
    case 'SpreadFilter':
      return spreadFilter(config);
    case 'VolatilityFilter':
      return volatilityFilter(config, parts);
    case 'OffsetFilter':
      return offsetFilter(config, parts);
    // What is left: a method without a case above does not compile.
    default:
      return shuffleFilter(config, parts);
  }
}

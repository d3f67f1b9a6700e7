import type { OffsetFilterConfig } from './pairlist-config.ts';
import { firstOf, type HandlerParts, type PairlistHandler } from './pairlist-handler.ts';

/** The pairs from `offset` on, `number_assets` of them. */
export function offsetFilter(
  { method, offset, number_assets: most }: OffsetFilterConfig,
  { logger }: Pick<HandlerParts, 'logger'>,
): PairlistHandler {
  let wasBeyond = false;
  return {
    method,
    needsTickers: false,
    filter(pairs) {
      const isBeyond = offset > pairs.length;
      if (isBeyond && !wasBeyond)
        logger.warn(`${method}: offset ${offset} is beyond the list of ${pairs.length} pairs`);
      wasBeyond = isBeyond;
      const reason = `it is one of the first ${offset}`;
      const leftOut = pairs.slice(0, offset).map((entry) => ({ entry, reason }));
      const rest = { pairs: pairs.slice(offset), leftOut };
      return most === 0 ? rest : firstOf(rest, most);
    },
  };
}

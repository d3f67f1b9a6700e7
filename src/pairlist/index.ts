export { createPairlist, type LeftOut, type Pairlist, type PairlistResult } from './create-pairlist.ts';
export { PairlistError } from './pairlist-error.ts';
export type { Choice } from './pairlist-handler.ts';
export { allPairs, noPairsError, staticWhitelist } from './static-whitelist.ts';

import type { FuzzTarget } from './fuzz-target.ts';
import { plantedDecode } from './planted-decoder.ts';

const LENGTH = 5;

/** The first byte chooses the fault, and stays as the inputs given have it. */
export const target: FuzzTarget = {
  fresh: () => new Uint8Array(LENGTH),
  mutated: (random, input) => input.with(1 + random.below(LENGTH - 1), random.below(256)),
  smaller: (input) => [input.slice(0, -1), input.with(1, 0)],
  run: (input) => [plantedDecode(input)],
  mostBytes: () => 1000,
};

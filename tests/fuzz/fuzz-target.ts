import type { Random } from '../../src/util/random.ts';

/** One decoder under test. An input alone says all that happens: the same bytes always come to the same. */
export interface FuzzTarget {
  /** An input that makes sense, of a kind that chance chooses. */
  fresh(random: Random): Uint8Array;
  /** An input that differs from this one, with parts of another where that is what happens to it. Neither is changed. */
  mutated(random: Random, input: Uint8Array, other: Uint8Array): Uint8Array;
  /** Inputs that are smaller, for finding the least that does the same. */
  smaller(input: Uint8Array): Iterable<Uint8Array>;
  /**
   * Feeds the input to the decoder and returns what it came to: `refused:` and a code, or what was taken.
   *
   * @throws Error where the decoder breaks a promise. All that a decoder throws is such a break.
   */
  run(input: Uint8Array, meter: Meter): readonly string[] | Promise<readonly string[]>;
  /** The most bytes of arrays that running the input may make. */
  mostBytes(input: Uint8Array): number;
}

/** Lets a target look at what a decoder gave without being charged for it. */
export interface Meter {
  unmetered<T>(check: () => T): T;
}

export const targetNames = ['json', 'binary'] as const;

export type TargetName = (typeof targetNames)[number];

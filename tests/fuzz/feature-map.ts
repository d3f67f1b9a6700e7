import { MOST_COUNTERS, type Probes } from './probes.ts';

/** How often a branch was taken counts as one of so many: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more. */
const GRADES = 8;

/** A branch and about how often it was taken. What inputs are kept for. */
export type Feature = number;

/** Which features any input had so far. */
export class FeatureMap {
  /** A bit for each grade of each branch. */
  readonly #seen = new Uint8Array(MOST_COUNTERS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many branches were taken at all. */
  get branches(): number {
    let branches = 0;
    for (const grades of this.#seen) if (grades !== 0) branches += 1;
    return branches;
  }

  /** Takes up what was counted; tells how much of it is new. */
  add({ counts, used }: Probes): number {
    const before = this.#size;
    const seen = this.#seen;
    for (let i = 0; i < used; i++) {
      const count = counts[i];
      if (count === 0) continue;
      const bit = 1 << gradeOf(count);
      if ((seen[i] & bit) !== 0) continue;
      seen[i] |= bit;
      this.#size += 1;
    }
    return this.#size - before;
  }
}

/** The features of what was counted. */
export function featuresOf({ counts, used }: Probes): readonly Feature[] {
  const features: Feature[] = [];
  for (let i = 0; i < used; i++) if (counts[i] !== 0) features.push(i * GRADES + gradeOf(counts[i]));
  return features;
}

function gradeOf(count: number): number {
  if (count < 4) return count - 1;
  if (count < 8) return 3;
  if (count < 16) return 4;
  if (count < 32) return 5;
  return count < 128 ? 6 : 7;
}

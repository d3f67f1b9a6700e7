import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They wait for real candles, or for a week of them. */
const LONGEST = [/\/whole-bots\.interop\.ts$/, /\/week\.interop\.ts$/];

const rankOf = ({ moduleId }: TestSpecification) => {
  const at = LONGEST.findIndex((file) => file.test(moduleId));
  return at < 0 ? LONGEST.length : at;
};

/** Starts the longest files first, so that none of them runs alone in the end; the others as vitest likes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

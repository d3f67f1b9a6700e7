import { describe, expect, it } from 'vitest';
import { isAcknowledgedChunk } from './acknowledged-chunk.ts';

const LONG = 64 * 1024;
const total = 100 * LONG;

/** Which of the chunks that follow one another are acknowledged. */
function acknowledged(sizes: readonly number[], all = total): readonly boolean[] {
  let offset = 0;
  return sizes.map((bytes) => {
    offset += bytes;
    return isAcknowledgedChunk({ offset: offset - bytes, bytes, total: all });
  });
}

describe('isAcknowledgedChunk', () => {
  it('is so of every fourth of the longest, however the first ones were cut', () => {
    const eight = Array.from({ length: 8 }, () => LONG);
    expect(acknowledged(eight)).toEqual([false, false, false, true, false, false, false, true]);
    for (const first of [1, 8192, LONG - 1]) {
      const [isFirst, ...others] = acknowledged([first, ...eight]);
      expect(isFirst).toBe(true);
      expect(others).toEqual([false, false, false, true, false, false, false, true]);
    }
  });

  it('is so of each that is shorter, and of the last', () => {
    expect(acknowledged([LONG - 1, 1, 8192])).toEqual([true, true, true]);
    expect(acknowledged([LONG, LONG], 2 * LONG)).toEqual([false, true]);
    expect(acknowledged([LONG], LONG)).toEqual([true]);
    expect(acknowledged([0], 0)).toEqual([true]);
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { Column } from './column.ts';
import { type HaveSameBytes, differingRows } from './differing-rows.ts';

const doubles = (values: ArrayLike<number>) => Column.adopt('float64', Float64Array.from(values));
const texts = (...values: (string | null)[]) => Column.adopt('string', values);

/** The plainest one. */
const sameBytes: HaveSameBytes = (left, leftAt, right, rightAt, length) =>
  left.subarray(leftAt, leftAt + length).every((byte, i) => byte === right[rightAt + i]);

describe.each([
  { by: 'one by one', haveSameBytes: undefined },
  { by: 'by their bytes', haveSameBytes: sameBytes },
])('differingRows, $by', ({ haveSameBytes }) => {
  it('finds the rows that differ, of columns of any length and at any place', () => {
    const random = seededRandom('differing rows');
    const values = Float64Array.from({ length: 1000 }, () => random.below(3));
    for (const rows of [0, 1, 63, 64, 65, 500, 990]) {
      const left = doubles(values).slice(7, 7 + rows);
      const changed = Array.from({ length: rows }, (_, row) => row).filter(() => random.next() < 0.02);
      const right = values.slice(7, 7 + rows);
      for (const row of changed) right[row] += 1;
      expect(differingRows(left, 0, doubles(right), 0, rows, haveSameBytes)).toEqual(changed);
      expect(differingRows(doubles(values), 7, doubles(right), 0, rows, haveSameBytes)).toEqual(changed);
    }
  });

  it('compares numbers to the bit, and takes all NaNs as equal', () => {
    const odd = Column.adopt(
      'float64',
      new Float64Array(BigUint64Array.from({ length: 200 }, () => 0xfff8_0000_0000_0001n).buffer),
    );
    expect(differingRows(odd, 0, doubles(new Float64Array(200).fill(Number.NaN)), 0, 200, haveSameBytes)).toEqual([]);
    expect(differingRows(doubles([0, -0, 0, 1]), 0, doubles([0, 0, -0, 1]), 0, 4, haveSameBytes)).toEqual([1, 2]);
    const zeros = new Float64Array(200);
    const minus = zeros.slice();
    minus[150] = -0;
    expect(differingRows(doubles(zeros), 0, doubles(minus), 0, 200, haveSameBytes)).toEqual([150]);
  });

  it('compares text, truth values and large integers', () => {
    expect(differingRows(texts('a', null, '', 'b'), 0, texts('a', '', null, 'b'), 0, 4, haveSameBytes)).toEqual([1, 2]);
    const bools = (...values: number[]) => Column.adopt('bool', Uint8Array.from(values));
    expect(differingRows(bools(9, 1, 0, 1), 1, bools(1, 1, 1), 0, 3, haveSameBytes)).toEqual([1]);
    const large = (...values: bigint[]) => Column.adopt('int64', BigInt64Array.from(values));
    expect(differingRows(large(1n, 2n ** 62n), 0, large(1n, 2n ** 62n + 1n), 0, 2, haveSameBytes)).toEqual([1]);
  });

  it('finds nothing in what both share, and looks at columns of one memory that lie apart', () => {
    const data = new Float64Array([1, 2, 3, 4]);
    const [mine, theirs] = [Column.adopt('float64', data), Column.adopt('float64', data.subarray(0, 3))];
    expect(differingRows(mine, 0, theirs, 0, 3, haveSameBytes)).toEqual([]);
    expect(differingRows(mine, 1, theirs, 0, 3, haveSameBytes)).toEqual([0, 1, 2]);
    const grown = mine.append(doubles([5]));
    expect(differingRows(grown, 1, grown.append(doubles([6])).slice(1, 6), 0, 4, haveSameBytes)).toEqual([]);
    expect(
      differingRows(texts('a', 'a', 'b').slice(0, 2), 0, texts('a', 'a', 'b').slice(1, 3), 0, 2, haveSameBytes),
    ).toEqual([1]);
  });
});

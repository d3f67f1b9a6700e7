/** Up to how many values NumPy sums in one go. */
const BLOCK = 128;

/**
 * The sum of `count` values from `start` on, added in NumPy's order: eight totals side by side that take every eighth value, and
 * halves of their own for more than 128 values. The same bits as `numpy.sum` of a contiguous array.
 */
export function pairwiseSum(values: Float64Array, start: number, count: number): number {
  if (count < 8) return plainSum(values, start, start + count, 0);
  if (count <= BLOCK) return blockSum(values, start, count);
  const half = Math.floor(count / 16) * 8;
  return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, count - half);
}

function blockSum(values: Float64Array, start: number, count: number): number {
  const wholeEnd = start + count - (count % 8);
  let s0 = values[start];
  let s1 = values[start + 1];
  let s2 = values[start + 2];
  let s3 = values[start + 3];
  let s4 = values[start + 4];
  let s5 = values[start + 5];
  let s6 = values[start + 6];
  let s7 = values[start + 7];
  for (let i = start + 8; i < wholeEnd; i += 8) {
    s0 += values[i];
    s1 += values[i + 1];
    s2 += values[i + 2];
    s3 += values[i + 3];
    s4 += values[i + 4];
    s5 += values[i + 5];
    s6 += values[i + 6];
    s7 += values[i + 7];
  }
  return plainSum(values, wholeEnd, start + count, s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
}

function plainSum(values: Float64Array, start: number, end: number, before: number): number {
  let sum = before;
  for (let i = start; i < end; i++) sum += values[i];
  return sum;
}

import type { FrameCells } from './frame-cells.ts';

const DIGITS = /^-?\d{1,19}$/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/**
 * A column of integers with every digit, read from the text again where `JSON.parse` may have rounded; undefined where one is
 * written with a fraction or an exponent, or does not fit 64 bits.
 */
export function exactIntegers(cells: FrameCells, place: number, numbers: Float64Array): BigInt64Array | undefined {
  const integers = new BigInt64Array(numbers.length);
  for (const [row, value] of numbers.entries()) {
    const integer = exactInteger(cells, place, row, value);
    if (integer === undefined) return undefined;
    integers[row] = integer;
  }
  return integers;
}

/** One cell of such a column. */
export function exactInteger(cells: FrameCells, place: number, row: number, value: number): bigint | undefined {
  if (Number.isSafeInteger(value)) return BigInt(value);
  const source = cells.source(row, place);
  if (!DIGITS.test(source)) return undefined;
  const integer = BigInt(source);
  // The text must be that of the value that was parsed.
  return integer >= LEAST && integer <= MOST && Number(integer) === value ? integer : undefined;
}

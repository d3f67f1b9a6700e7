/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { describe, expect, it } from 'vitest';
import { type ColumnInput, texts, toColumn } from './column-input.ts';
import { type Column, ints, timestamps } from './column.ts';
import { FrameError } from './frame-error.ts';

const cells = (column: Column) => Array.from({ length: column.length }, (_, row) => column.cell(row));

describe('toColumn', () => {
  it.each<[string, ColumnInput, string, unknown[]]>([
    ['plain numbers', [1, -0, Number.NaN], 'float64', [1, -0, Number.NaN]],
    ['doubles', Float64Array.of(1.5, Number.NaN), 'float64', [1.5, Number.NaN]],
    ['single floats', Float32Array.of(1.5), 'float64', [1.5]],
    ['bytes', Uint8Array.of(0, 1), 'bool', [false, true]],
    ['clamped bytes', Uint8ClampedArray.of(0, 1), 'bool', [false, true]],
    ['8-bit integers', Int8Array.of(-128), 'int', [-128]],
    ['16-bit integers', Int16Array.of(-1), 'int', [-1]],
    ['unsigned 16-bit integers', Uint16Array.of(65_535), 'int', [65_535]],
    ['32-bit integers', Int32Array.of(-5), 'int', [-5]],
    ['unsigned 32-bit integers', Uint32Array.of(2 ** 32 - 1), 'int', [2 ** 32 - 1]],
    ['plain bigints', [2n ** 63n - 1n, -(2n ** 63n)], 'int64', [2n ** 63n - 1n, -(2n ** 63n)]],
    ['64-bit integers', BigInt64Array.of(-1n), 'int64', [-1n]],
    ['unsigned 64-bit integers', BigUint64Array.of(1n), 'int64', [1n]],
    ['truth values', [true, false], 'bool', [true, false]],
    ['text', ['a', null, ''], 'string', ['a', null, '']],
    ['text that starts without', [null, 'a'], 'string', [null, 'a']],
    ['nulls alone', [null, null], 'string', [null, null]],
    ['nothing', [], 'float64', []],
    ['no bytes', new Uint8Array(), 'bool', []],
    ['no bigints', new BigInt64Array(), 'int64', []],
    ['no integers', new Int32Array(), 'int', []],
    ['times', timestamps([0, Number.NaN]), 'timestamp', [0, Number.NaN]],
  ])('%s', (_, input, kind, expected) => {
    const column = toColumn(input);
    expect(column.kind).toBe(kind);
    expect(cells(column)).toEqual(expected);
  });

  it('keeps a column as it is', () => {
    const column = ints([1]);
    expect(toColumn(column)).toBe(column);
  });

  it.each([
    ['doubles', Float64Array.of(1, 2)],
    ['bytes', Uint8Array.of(1, 0)],
    ['integers', Int32Array.of(1, 2)],
    ['plain numbers', [1, 2]],
  ])('copies %s', (_, input) => {
    const column = toColumn(input);
    const before = cells(column);
    input[0] = 0;
    expect(cells(column)).toEqual(before);
  });

  it.each<[string, unknown, string]>([
    ['text among numbers', [1, '2'], 'row 1: expected a number, as in other rows (NaN where missing); found string'],
    ['null among numbers', [1, 2, null], 'row 2: expected a number, as in other rows (NaN where missing); found null'],
    ['a number behind nulls', [null, 1], 'row 0: expected a number, as in other rows (NaN where missing); found null'],
    ['nothing at all', [undefined], 'row 0: expected a number, as in other rows (NaN where missing); found undefined'],
    [
      'a hole',
      Object.assign([1], { 2: 3 }),
      'row 1: expected a number, as in other rows (NaN where missing); found undefined',
    ],
    ['objects', [{}], 'row 0: expected a number, as in other rows (NaN where missing); found object'],
    ['a number among text', ['a', 1], 'row 1: expected text or null; found number'],
    ['half a character', ['a', '\uD800'], 'row 1: expected well-formed Unicode; found text with a lone surrogate'],
    ['null among truth values', [true, null], 'row 1: expected true or false, as in other rows; found null'],
    ['a number among bigints', [1n, 1], 'row 1: expected a bigint, as in other rows; found number'],
    ['a bigint too large', [2n ** 63n], 'row 0: expected an integer of 64 signed bits; found 9223372036854775808'],
    [
      'unsigned bigints too large',
      BigUint64Array.of(2n ** 63n),
      'row 0: expected an integer of 64 signed bits; found 9223372036854775808',
    ],
    [
      'bytes that are no booleans',
      Uint8Array.of(1, 2),
      'row 1: expected 0 or 1, since a byte array holds booleans; found 2',
    ],
    ['undefined', undefined, 'expected an array or a column, found undefined'],
    ['null', null, 'expected an array or a column, found null'],
    ['a number', 5, 'expected an array or a column, found number'],
    ['text', 'abc', 'expected an array or a column, found string'],
    ['an object', {}, 'expected an array or a column, found object'],
  ])('refuses %s', (_, input, message) => {
    expect.assertions(2);
    try {
      toColumn(input as ColumnInput);
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
      expect(error).toMatchObject({ code: 'FRAME_BAD_VALUE', message });
    }
  });
});

describe('texts', () => {
  it('is text without rows, too', () => {
    expect(texts([]).kind).toBe('string');
  });
});

describe('ints', () => {
  it.each([1.5, Number.NaN, Infinity, 2 ** 53])('refuses %d', (value) => {
    const message = `row 1: expected an integer within ±(2^53 - 1), found ${value}`;
    expect(() => ints([0, value])).toThrow(new FrameError('FRAME_BAD_VALUE', message, { value }));
  });

  it('has one zero', () => {
    expect(Object.is(ints([-0]).cell(0), 0)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { ints, timestamps } from './column.ts';
import { firstDifference, firstDifferentRowOf, framesEqual } from './compare-frames.ts';
import { type AnyFrame, Frame, emptyFrame } from './frame.ts';

const numbers = (...a: number[]): AnyFrame => Frame.of({ a });
const difference = (left: number, right: number) => firstDifference(numbers(left), numbers(right));

describe('firstDifference', () => {
  it('compares numbers to the bit', () => {
    for (const same of [0, -0, 1.5, Number.NaN, Infinity, -Infinity, 5e-324])
      expect(difference(same, same)).toBeUndefined();
    expect(difference(0, -0)).toEqual({ what: 'value', column: 'a', row: 0, left: 0, right: -0 });
    expect(difference(-0, 0)).toEqual({ what: 'value', column: 'a', row: 0, left: -0, right: 0 });
    expect(difference(0.1 + 0.2, 0.3)?.what).toBe('value');
    expect(difference(Number.NaN, 0)?.what).toBe('value');
    expect(difference(Infinity, -Infinity)?.what).toBe('value');
  });

  it('takes NaNs of any bits as equal', () => {
    const odd = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_0001n, 0x7ff8_0000_dead_beefn).buffer);
    expect(framesEqual(Frame.of({ a: odd }), numbers(Number.NaN, Number.NaN))).toBe(true);
  });

  it('compares text, truth values and big integers', () => {
    const of = (tag: string | null, flag: boolean, big: bigint): AnyFrame =>
      Frame.of({ tag: [tag], flag: [flag], big: [big] });
    expect(firstDifference(of('a', true, 1n), of('a', true, 1n))).toBeUndefined();
    expect(firstDifference(of('a', true, 1n), of(null, true, 1n))).toMatchObject({
      column: 'tag',
      left: 'a',
      right: null,
    });
    expect(firstDifference(of('', true, 1n), of(null, true, 1n))).toMatchObject({
      column: 'tag',
      left: '',
      right: null,
    });
    expect(firstDifference(of('a', true, 1n), of('a', false, 1n))).toMatchObject({
      column: 'flag',
      left: true,
      right: false,
    });
    expect(firstDifference(of('a', true, 1n), of('a', true, 2n))).toMatchObject({ column: 'big', left: 1n, right: 2n });
  });

  it('tells columns, length and kind before values', () => {
    const [left, right]: AnyFrame[] = [Frame.of({ a: [1], b: [1] }), Frame.of({ b: [1], a: [1] })];
    expect(firstDifference(left, right)).toEqual({ what: 'columns', left: ['a', 'b'], right: ['b', 'a'] });
    expect(firstDifference(left, emptyFrame)).toEqual({ what: 'columns', left: ['a', 'b'], right: [] });
    expect(firstDifference(numbers(1, 2), numbers(1))).toEqual({ what: 'length', left: 2, right: 1 });
    const kinds: AnyFrame[] = [Frame.of({ a: [1] }), Frame.of({ a: ints([1]) }), Frame.of({ a: timestamps([1]) })];
    expect(firstDifference(kinds[0], kinds[1])).toEqual({ what: 'kind', column: 'a', left: 'float64', right: 'int' });
    expect(firstDifference(kinds[2], kinds[1])).toEqual({ what: 'kind', column: 'a', left: 'timestamp', right: 'int' });
  });

  it('compares only the rows of views', () => {
    const long = numbers(1, 2, 3, 4);
    expect(framesEqual(long.slice(1, 3), numbers(2, 3))).toBe(true);
    expect(framesEqual(long.head(2).append(numbers(9)), numbers(1, 2, 9))).toBe(true);
  });
});

describe('firstDifferentRowOf', () => {
  const frame = (a: number[], b: (string | null)[]): AnyFrame => Frame.of({ a, b });

  it('is the earliest row in which any column differs', () => {
    const left = frame([1, 2, 3], ['x', 'y', 'z']);
    expect(firstDifferentRowOf(left, frame([1, 2, 9], ['x', 'q', 'z']), 3)).toBe(1);
    expect(firstDifferentRowOf(left, frame([1, 9, 9], ['x', 'y', null]), 3)).toBe(1);
    expect(firstDifferentRowOf(left, frame([0, 2, 3], ['w', 'y', 'z']), 3)).toBe(0);
  });

  it('looks at no more rows than asked for', () => {
    const left = frame([1, 2, 3], ['x', 'y', 'z']);
    expect(firstDifferentRowOf(left, frame([1, 2, 9], ['x', 'y', 'z']), 2)).toBe(-1);
    expect(firstDifferentRowOf(left, left.append(left), 3)).toBe(-1);
    expect(firstDifferentRowOf(left, frame([0, 0, 0], [null, null, null]), 0)).toBe(-1);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ONE, downTo, fixedOf, fixedText, least, parseFixed, per, times } from './fixed.ts';

const fixed = fc.bigInt(0n, 10n ** 30n);

describe('amounts of money', () => {
  it('read back from their text', () => {
    fc.assert(fc.property(fixed, (value) => parseFixed(fixedText(value)) === value));
  });

  it.each([
    ['1', ONE],
    ['0.000000000000000001', 1n],
    ['1000.50', (ONE * 10_005n) / 10n],
  ])('%s', (text, value) => {
    expect(parseFixed(text)).toBe(value);
  });

  it.each(['', '-1', '1e5', '.5', '1.', '0.0000000000000000001', '1'.repeat(25), '1,5', 'x'])(
    '"%s" is none',
    (text) => {
      expect(parseFixed(text)).toBeUndefined();
    },
  );

  it('are made of numbers, as far as there are decimals', () => {
    expect(fixedOf(0.1)).toBe(ONE / 10n);
    expect(fixedOf(1e-19)).toBe(0n);
    expect(fixedOf(12345.678)).toBe(parseFixed('12345.678'));
  });

  it('multiply exactly, divide and are cut to steps', () => {
    expect(fixedText(times(fixedOf(42_000.5), fixedOf(0.00001)))).toBe('0.420005');
    expect(fixedText(per(ONE, fixedOf(8)))).toBe('0.125');
    expect(fixedText(downTo(fixedOf(0.12345), fixedOf(0.001)))).toBe('0.123');
    expect(downTo(7n, 0n)).toBe(7n);
    expect(least(2n, 1n)).toBe(1n);
  });
});

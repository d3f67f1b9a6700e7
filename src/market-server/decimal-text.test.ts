import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalText } from './decimal-text.ts';

it.each([
  [0, '0'],
  [1.5, '1.5'],
  [1e-7, '0.0000001'],
  [1.25e-9, '0.00000000125'],
  [-3e-10, '-0.0000000003'],
  [1e21, '1000000000000000000000'],
  [1.5e22, '15000000000000000000000'],
])('%d is %s', (value, text) => {
  expect(decimalText(value)).toBe(text);
});

it('has no exponent and reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalText(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(value === 0 ? 0 : value);
    }),
  );
});

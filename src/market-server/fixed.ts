import { decimalText } from './decimal-text.ts';

/** An amount of money as a whole number of 10^-18: sums and products of prices and amounts are exact. */
export type Fixed = bigint;

const DECIMALS = 18;
export const ONE: Fixed = 10n ** BigInt(DECIMALS);
/** Beyond any amount that means something. */
const MOST_WHOLE_DIGITS = 24;
const FIXED_PATTERN = new RegExp(`^(\\d{1,${MOST_WHOLE_DIGITS}})(?:\\.(\\d{1,${DECIMALS}}))?$`);

/** Decimal text, not negative; undefined for any other text. */
export function parseFixed(text: string): Fixed | undefined {
  const match = FIXED_PATTERN.exec(text);
  if (match === null) return undefined;
  return BigInt(match[1]) * ONE + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'));
}

/** A finite number, not negative; decimals beyond the 18th are cut. */
export function fixedOf(value: number): Fixed {
  const [whole, fraction = ''] = decimalText(value).split('.');
  return BigInt(whole) * ONE + BigInt(fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
}

/** As decimal text, without zeros at the end. */
export function fixedText(value: Fixed): string {
  const fraction = (value % ONE).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return fraction === '' ? String(value / ONE) : `${value / ONE}.${fraction}`;
}

/** The product; what is finer than the 18th decimal is cut. */
export function times(a: Fixed, b: Fixed): Fixed {
  return (a * b) / ONE;
}

/** The quotient; what is finer than the 18th decimal is cut. */
export function per(a: Fixed, b: Fixed): Fixed {
  return (a * ONE) / b;
}

/** The largest multiple of `step` that is not above a value. */
export function downTo(value: Fixed, step: Fixed): Fixed {
  return step === 0n ? value : value - (value % step);
}

export function least(a: Fixed, b: Fixed): Fixed {
  return a < b ? a : b;
}

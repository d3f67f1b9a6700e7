/** Digits behind the point that freqtrade asks pandas for, by not asking for any other number. */
const DECIMALS = 10;
const SCALE = 10 ** DECIMALS;
/** Beyond these pandas writes an exponent; not at them. */
const LEAST_PLAIN = 1e-15;
const MOST_PLAIN = 1e16;

/**
 * A float as pandas' `to_json` writes it, the numbers of a stock producer's frames: to 10 decimals without trailing zeros, at least
 * one. What is left beyond them rounds up above one half; at exactly one half where the last decimal is odd or all of them are 0.
 * The half is that of the fraction times 10^10 as doubles compute it, so it may be off by an ulp of that. Sizes above 10^16 and
 * below 10^-15 but 0 are written with an exponent and 10 digits instead, as C's `%.10g` does. Not for NaN and the infinities,
 * which are null.
 *
 * The rule is measured, and a test of this folder holds it against each release.
 */
export function writtenFloat(value: number): string {
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  return sign + (size > MOST_PLAIN || (size !== 0 && size < LEAST_PLAIN) ? withExponent(size) : plain(size));
}

function plain(size: number): string {
  const whole = Math.trunc(size);
  const scaled = (size - whole) * SCALE;
  const decimals = Math.trunc(scaled);
  const rest = scaled - decimals;
  const isUp = rest > 0.5 || (rest === 0.5 && (decimals === 0 || decimals % 2 === 1));
  const rounded = decimals + (isUp ? 1 : 0);
  if (rounded === SCALE) return `${whole + 1}.0`;
  return `${whole}.${String(rounded).padStart(DECIMALS, '0').replace(/0+$/, '') || '0'}`;
}

function withExponent(size: number): string {
  const [, digits, sign, exponent] = /^(.*)e([+-])(.*)$/.exec(roundedToEven(size)) ?? [];
  return `${digits.replace(/\.?0+$/, '')}e${sign}${exponent.padStart(2, '0')}`;
}

/** Ten digits; where the rest is exactly one half, the even one of both, where JavaScript takes the larger. */
function roundedToEven(size: number): string {
  const text = size.toExponential(DECIMALS - 1);
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent < DECIMALS) return text;
  const unit = 10n ** BigInt(exponent - DECIMALS + 1);
  const isHalf = BigInt(size) % unit === unit / 2n;
  const lower = BigInt(size) / unit;
  return isHalf && lower % 2n === 0n ? Number(lower * unit).toExponential(DECIMALS - 1) : text;
}

/** A number as its shortest decimal text, without an exponent, as Binance writes numbers: read back, it is the same number. */
export function decimalText(value: number): string {
  const text = String(value);
  const exponential = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (exponential === null) return text;
  const [, sign, whole, fraction = '', exponentText] = exponential;
  const digits = whole + fraction;
  const point = whole.length + Number(exponentText);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

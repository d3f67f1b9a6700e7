/** How many decimals give a price about six digits. All numbers of one pair get as many, so that they stand still. */
export function priceDecimals(price: unknown): number {
  const size = typeof price === 'number' && Number.isFinite(price) && price > 0 ? price : 1;
  return Math.min(10, Math.max(0, 5 - Math.floor(Math.log10(size))));
}

/** A number with so many decimals; a dot where there is none. */
export function formatNumber(value: unknown, decimals: number): string {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(decimals) : '·';
}

/** The larger of two; where one is NaN, the other. */
export function largerThere(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a;
}

/** The smaller of two; where one is NaN, the other. */
export function smallerThere(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a;
}

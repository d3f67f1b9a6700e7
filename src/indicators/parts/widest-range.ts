import { largerThere } from './larger-there.ts';

/**
 * The true range as pandas finds it: the largest of high - low, the distance from the close before to the high, and that to the low,
 * of those that are not NaN. TA-Lib's (`trueRange`) is NaN wherever the high or the low is.
 */
export function widestRange(high: number, low: number, closeBefore: number): number {
  return largerThere(largerThere(high - low, Math.abs(high - closeBefore)), Math.abs(low - closeBefore));
}

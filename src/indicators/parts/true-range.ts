/**
 * The largest of: high - low, the distance from the close before to the high, and that to the low. A NaN in high or low gives NaN,
 * one in the close before leaves high - low, since comparisons with NaN are false; TA-Lib has the same order of comparisons.
 *
 * Source: TA-Lib TRANGE, after J. Welles Wilder (1978).
 */
export function trueRange(high: number, low: number, closeBefore: number): number {
  let range = high - low;
  const toHigh = Math.abs(closeBefore - high);
  if (toHigh > range) range = toHigh;
  const toLow = Math.abs(closeBefore - low);
  if (toLow > range) range = toLow;
  return range;
}

import type { Random } from '../../util/random.ts';

/** A range's root mean square over the standard deviation of a Brownian motion. Source: Parkinson (1980), sqrt(4 ln 2). */
export const RANGE_PER_DEVIATION = Math.sqrt(4 * Math.LN2);

/**
 * A draw of the highest point of a Brownian motion that starts at `from`, ends at `to` and has `variance` in all. For the lowest
 * give the negatives. The inverse of P(max > m) = exp(-2 (m - from)(m - to) / variance).
 */
export function bridgeMaximum(from: number, to: number, variance: number, random: Random): number {
  const spread = to - from;
  return (from + to + Math.sqrt(spread * spread - 2 * variance * Math.log(1 - random.next()))) / 2;
}

/**
 * Fills `path` between two points that are set, `first` and `last`, with a Brownian bridge that is mirrored at `low` and `high`.
 *
 * @param variances of each step: `variances[i]` is that from point i to point i + 1.
 */
export function fillBridge(
  path: Float64Array,
  variances: Float64Array,
  span: { readonly first: number; readonly last: number; readonly low: number; readonly high: number },
  random: Random,
): void {
  const { first, last, low, high } = span;
  let left = 0;
  for (let i = first; i < last; i++) left += variances[i];
  for (let i = first; i < last - 1; i++) {
    const step = variances[i];
    const mean = path[i] + ((path[last] - path[i]) * step) / left;
    const drawn = mean + Math.sqrt((step * (left - step)) / left) * random.normal();
    path[i + 1] = mirrored(drawn, low, high);
    left -= step;
  }
}

/** A value folded back into a range at its ends. */
export function mirrored(value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  const width = high - low;
  if (!(width > 0)) return low;
  const turn = (((value - low) % (2 * width)) + 2 * width) % (2 * width);
  return low + (turn <= width ? turn : 2 * width - turn);
}

/**
 * A draw of the step in which a Brownian motion from `from` to `to` is at its highest, `top`; for the lowest give negatives.
 * Each step is weighted by the chance of the top in its middle: that of reaching it from the start, times from the end.
 */
export function drawTopStep(
  top: number,
  ends: { readonly from: number; readonly to: number },
  variances: Float64Array,
  random: Random,
): number {
  const total = sum(variances);
  const [rise, fall] = [(top - ends.from) ** 2, (top - ends.to) ** 2];
  const weights = new Float64Array(variances.length);
  let passed = 0;
  for (let i = 0; i < weights.length; i++) {
    const before = passed + variances[i] / 2;
    const after = total - before;
    passed += variances[i];
    const product = before * after;
    weights[i] = (variances[i] * Math.exp(-rise / (2 * before) - fall / (2 * after))) / (product * Math.sqrt(product));
  }
  return drawWeighted(weights, random);
}

/** A draw of an index in proportion to the weights; the middle one where they have no sum. */
function drawWeighted(weights: Float64Array, random: Random): number {
  const total = sum(weights);
  if (!(total > 0 && Number.isFinite(total))) return weights.length >> 1;
  let rest = random.next() * total;
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

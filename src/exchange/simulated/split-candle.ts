import type { Random } from '../../util/random.ts';
import { RANGE_PER_DEVIATION, bridgeMaximum, drawTopStep, fillBridge, mirrored, sum } from './brownian.ts';

/** A candle in whole steps of price and amount. */
export interface StepCandle {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Numbers a candle takes in a packed array: open, high, low, close, volume. */
export const CANDLE_SIZE = 5;

export interface SplitShape {
  /** How busy each part usually is, relative to the others. */
  readonly activity: Float64Array;
  /** Each part trades at least this many amount steps; the whole must have them for all. */
  readonly leastVolume: number;
  /** The step from one part's close to the next one's open, as a share of a part's standard deviation. */
  readonly gap: number;
}

/** How unevenly the variance and the volume of equally busy parts fall out, as deviations of their logarithms. */
const VARIANCE_SPREAD = 0.7;
const VOLUME_SPREAD = 0.35;
const LEAST_VARIANCE = 1e-9;

/**
 * Cuts a candle into parts that add up to it exactly: the first opens with it, the last closes with it, one reaches its high, one
 * its low, none goes beyond, and their volumes sum to its own. Between these the price is a Brownian bridge.
 *
 * @returns packed candles, `CANDLE_SIZE` numbers each.
 */
export function splitCandle(whole: StepCandle, shape: SplitShape, random: Random): Float64Array {
  const parts = shape.activity.length;
  const out = new Float64Array(parts * CANDLE_SIZE);
  if (parts === 1) {
    out.set([whole.open, whole.high, whole.low, whole.close, whole.volume]);
    return out;
  }
  const variances = partVariances(whole, shape.activity, random);
  const path = pathThrough(whole, variances, random);
  for (let i = 0; i < parts; i++) writePart(out, i, { whole, path, variances, gap: shape.gap }, random);
  shareVolume(out, whole, shape, random);
  return out;
}

/** The variance of the whole, as its range tells it, over the parts. */
function partVariances(whole: StepCandle, activity: Float64Array, random: Random): Float64Array {
  const variances = activity.map((share) => share * Math.exp(VARIANCE_SPREAD * random.normal()));
  const scale = ((whole.high - whole.low) / RANGE_PER_DEVIATION) ** 2 / sum(variances);
  // A candle without a range has no variance to share: a little keeps what follows finite.
  return variances.map((variance) => variance * scale || LEAST_VARIANCE);
}

/** Prices at the parts' borders (even indices) and middles (odd), through the high and the low in the middle of two parts. */
function pathThrough(whole: StepCandle, variances: Float64Array, random: Random): Float64Array {
  const { open, high, low, close } = whole;
  const halves = new Float64Array(2 * variances.length);
  for (let i = 0; i < halves.length; i++) halves[i] = variances[i >> 1] / 2;
  const path = new Float64Array(halves.length + 1);
  path[0] = open;
  path[halves.length] = close;
  const top = high > Math.max(open, close) ? drawTopStep(high, { from: open, to: close }, variances, random) : -1;
  const bottom = low < Math.min(open, close) ? drawBottomStep(whole, variances, top, random) : -1;
  if (top >= 0) path[2 * top + 1] = high;
  if (bottom >= 0) path[2 * bottom + 1] = low;
  const pins = [top, bottom].filter((step) => step >= 0).sort((a, b) => a - b);
  const anchors = [0, ...pins.map((step) => 2 * step + 1), halves.length];
  for (let i = 1; i < anchors.length; i++) {
    fillBridge(path, halves, { first: anchors[i - 1], last: anchors[i], low, high }, random);
  }
  return path;
}

/** The part with the low: another than that with the high, since both stand in the middle of theirs. */
function drawBottomStep(whole: StepCandle, variances: Float64Array, top: number, random: Random): number {
  const step = drawTopStep(-whole.low, { from: -whole.open, to: -whole.close }, variances, random);
  if (step !== top) return step;
  return step + 1 < variances.length ? step + 1 : step - 1;
}

interface Cut {
  readonly whole: StepCandle;
  readonly path: Float64Array;
  readonly variances: Float64Array;
  readonly gap: number;
}

function writePart(out: Float64Array, part: number, cut: Cut, random: Random): void {
  const { whole, path, variances, gap } = cut;
  const { low, high } = whole;
  const deviation = Math.sqrt(variances[part]);
  const half = variances[part] / 2;
  const middle = path[2 * part + 1];
  const open =
    part === 0 ? whole.open : Math.round(mirrored(path[2 * part] + gap * deviation * random.normal(), low, high));
  const close = Math.round(path[2 * part + 2]);
  const top = Math.max(bridgeMaximum(open, middle, half, random), bridgeMaximum(middle, close, half, random));
  const bottom = -Math.max(bridgeMaximum(-open, -middle, half, random), bridgeMaximum(-middle, -close, half, random));
  const at = part * CANDLE_SIZE;
  out[at] = open;
  out[at + 1] = Math.max(open, close, Math.round(middle), Math.round(mirrored(top, low, high)));
  out[at + 2] = Math.min(open, close, Math.round(middle), Math.round(mirrored(bottom, low, high)));
  out[at + 3] = close;
}

/** Shares out the volume in whole steps: more where it is busy and where the price moves. */
function shareVolume(out: Float64Array, whole: StepCandle, shape: SplitShape, random: Random): void {
  const { activity, leastVolume } = shape;
  const usualRange = (whole.high - whole.low) / Math.sqrt(activity.length) || 1;
  const weights = activity.map((share, i) => {
    const range = out[i * CANDLE_SIZE + 1] - out[i * CANDLE_SIZE + 2];
    return share * (0.3 + range / usualRange) * Math.exp(VOLUME_SPREAD * random.normal());
  });
  const shares = cumulativeShares(weights, whole.volume - leastVolume * activity.length);
  for (let i = 0; i < shares.length; i++) out[i * CANDLE_SIZE + 4] = leastVolume + shares[i];
}

/** `total`, a whole number, in whole numbers that are in proportion to the weights and add up to it exactly. */
export function cumulativeShares(weights: Float64Array, total: number): Float64Array {
  const all = sum(weights);
  const shares = new Float64Array(weights.length);
  let [weight, given] = [0, 0];
  for (let i = 0; i < shares.length; i++) {
    weight += weights[i];
    const until = i === shares.length - 1 ? total : Math.min(total, Math.floor((total * weight) / all));
    shares[i] = until - given;
    given = until;
  }
  return shares;
}

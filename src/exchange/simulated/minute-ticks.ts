import { seededRandom } from '../../util/random.ts';
import { RANGE_PER_DEVIATION, drawTopStep, fillBridge } from './brownian.ts';
import { MINUTE_MS } from './calendar.ts';
import { type StepCandle, cumulativeShares } from './split-candle.ts';

/** A minute has at least its open, high, low and close. */
export const fewestTicks = 4;
export const mostTicks = 600;

/** The trades of one minute, in order. */
export interface MinuteTicks {
  /** When each came, in milliseconds after the minute's start. */
  readonly offsets: Float64Array;
  readonly prices: Float64Array;
  /** Amount steps, at least 1. */
  readonly volumes: Float64Array;
}

/** `count` trades that make up a minute's candle exactly: the first is its open, the last its close, high and low between. */
export function minuteTicks(minute: StepCandle, count: number, place: string): MinuteTicks {
  const random = seededRandom(place);
  const slot = MINUTE_MS / count;
  const offsets = Float64Array.from({ length: count }, (_, i) => Math.floor((i + random.next()) * slot));
  const prices = new Float64Array(count);
  prices[0] = minute.open;
  prices[count - 1] = minute.close;
  const { open, high, low, close } = minute;
  const inner = new Float64Array(count - 2).fill(((high - low) / RANGE_PER_DEVIATION) ** 2 / count || 1e-9);
  const top = 1 + drawTopStep(high, { from: open, to: close }, inner, random);
  let bottom = 1 + drawTopStep(-low, { from: -open, to: -close }, inner, random);
  if (bottom === top) bottom += bottom < count - 2 ? 1 : -1;
  prices[top] = high;
  prices[bottom] = low;
  const variances = new Float64Array(count - 1).fill(inner[0]);
  const anchors = [0, Math.min(top, bottom), Math.max(top, bottom), count - 1];
  for (let i = 1; i < anchors.length; i++) {
    fillBridge(prices, variances, { first: anchors[i - 1], last: anchors[i], low, high }, random);
  }
  const volumes = cumulativeShares(
    Float64Array.from({ length: count }, () => 0.05 - Math.log(1 - random.next())),
    minute.volume - count,
  );
  return { offsets, prices: prices.map(Math.round), volumes: volumes.map((volume) => volume + 1) };
}

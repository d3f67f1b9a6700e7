import { type AnyFrame, Column, Frame, ints, timestamps } from '../frame/index.ts';
import { type CandleType, nextCandleOpen, type PairKey, parsePair, parseTimeframe } from '../market/index.ts';
import { seededRandom } from '../util/random.ts';

export interface SampleFrameOptions {
  readonly rows: number;
  /** When the first candle opens. Default 2026-01-05T00:00Z, a Monday. */
  readonly startMs?: number;
  /** Default 5m. */
  readonly timeframe?: string;
  /** Frames of the same seed have the same values in the rows of the same number. Default `sample`. */
  readonly seed?: string;
}

/** The numbers that are lost first on a careless way: JSON has none of the first four, printing to ten decimals none of the rest. */
const AWKWARD = [NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.23456789e-9, 0.1 + 0.2, 1e21, -Number.MAX_VALUE] as const;

/**
 * A frame with candles and a column of every kind, among them all values that are hard to carry: NaN, infinities, negative
 * zero, integers beyond 2^53, missing dates and texts.
 */
export function sampleFrame(options: SampleFrameOptions): AnyFrame {
  const { rows, startMs = Date.UTC(2026, 0, 5), timeframe = '5m', seed = 'sample' } = options;
  const random = seededRandom(seed);
  const frameTimeframe = parseTimeframe(timeframe);
  const date = Float64Array.from({ length: rows }, (_, row) => nextCandleOpen(startMs, frameTimeframe, row));
  const open = Float64Array.from({ length: rows }, () => 100 + random.normal());
  const values = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row));
  return Frame.of({
    date: timestamps(date),
    open,
    high: values((row) => open[row] + 1),
    low: values((row) => open[row] - 1),
    close: values((row) => open[row] * 1.0000001),
    volume: values((row) => row % 7),
    awkward: values((row) => AWKWARD[row % AWKWARD.length]),
    date_1h: timestamps(values((row) => (row % 12 === 0 ? Number.NaN : date[row] - (date[row] % 3_600_000)))),
    count: ints(values((row) => row - 3)),
    large: Column.adopt(
      'int64',
      BigInt64Array.from({ length: rows }, (_, row) => 2n ** 53n + BigInt(row)),
    ),
    is_up: Array.from({ length: rows }, (_, row) => row % 3 === 0),
    enter_long: ints(values((row) => (row % 5 === 0 ? 1 : 0))),
    enter_tag: Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? `tag ${row} "ü/"` : null)),
  });
}

/** A key by its parts as text: `BTC/USDT`, 5m and spot unless told. */
export function sampleKey(pair = 'BTC/USDT', timeframe = '5m', candleType: CandleType = 'spot'): PairKey {
  return { pair: parsePair(pair), timeframe: parseTimeframe(timeframe), candleType };
}

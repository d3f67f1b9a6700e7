import { type AnyFrame, type ReadonlyFloat64Array, timestamps } from '../../src/frame/index.ts';
import { dema, ema, rsi, sma, tema, typicalPrice } from '../../src/indicators/index.ts';
import { type Candle, type Candles, candlesFrame, parseTimeframe, timeframeMs } from '../../src/market/index.ts';
import { seededRandom } from '../../src/util/random.ts';

export const FIVE_MINUTES = parseTimeframe('5m');

/** When the first candle of every frame opens. */
const START_MS = Date.UTC(2026, 0, 5);

/** Ten periods of five indicators, and the typical price. */
const PERIODS = [5, 7, 9, 12, 14, 21, 26, 34, 50, 100];

/** Candles of a random walk, with prices of two decimals and volumes of three, as exchanges give them. */
export function candlesOf(
  rows: number,
  options: { readonly seed?: string; readonly timeframe?: string } = {},
): Candles {
  const random = seededRandom(options.seed ?? 'candles');
  const stepMs = timeframeMs(parseTimeframe(options.timeframe ?? FIVE_MINUTES));
  let price = 20_000 + 20_000 * random.next();
  const candle = (row: number): Candle => {
    const open = price;
    price *= 1 + 0.002 * random.normal();
    const [low, high] = [Math.min(open, price), Math.max(open, price)];
    return {
      date: START_MS + row * stepMs,
      open: rounded(open, 2),
      high: rounded(high * (1 + 0.001 * random.next()), 2),
      low: rounded(low * (1 - 0.001 * random.next()), 2),
      close: rounded(price, 2),
      volume: rounded(200 * random.next(), 3),
    };
  };
  return candlesFrame(Array.from({ length: rows }, (_, row) => candle(row)));
}

/**
 * A strategy's frame of 60 columns: the six of candles, 51 of indicators with every digit of a double and NaN where they warm up,
 * two flags and a tag.
 */
export function analyzedFrame(
  rows: number,
  options: { readonly seed?: string; readonly timeframe?: string } = {},
): AnyFrame {
  const candles = candlesOf(rows, options);
  const { close } = candles.columns;
  const columns: Record<string, ReadonlyFloat64Array> = { typical_price: typicalPrice(candles) };
  for (const period of PERIODS) {
    columns[`rsi_${period}`] = rsi(close, period);
    columns[`sma_${period}`] = sma(close, period);
    columns[`ema_${period}`] = ema(close, period);
    columns[`dema_${period}`] = dema(close, period);
    columns[`tema_${period}`] = tema(close, period);
  }
  const enters = (row: number) => columns['rsi_14'][row] < 30;
  return candles.with({
    ...columns,
    enter_long: candles.flag(enters),
    enter_tag: candles.label((row) => (enters(row) ? 'oversold' : null)),
    exit_long: candles.flag((row) => columns['rsi_14'][row] > 70),
  });
}

/** The frame as it is `candles` later: the same values, every row's date moved. */
export function later(frame: AnyFrame, candles: number): AnyFrame {
  const shift = candles * timeframeMs(FIVE_MINUTES);
  return frame.with({ date: timestamps(Float64Array.from(frame.numbers('date'), (date) => date + shift)) });
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

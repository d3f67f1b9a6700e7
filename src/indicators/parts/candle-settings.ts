/** What of a candle is measured: its real body, its whole length, or both shadows together. */
export type CandleRange = 'body' | 'high-low' | 'shadows';

/** A yardstick for parts of candles. */
export interface CandleSetting {
  readonly range: CandleRange;
  /** Over how many candles before the one judged the range is averaged; 0 takes the range of the one judged itself. */
  readonly rows: number;
  /** How much of the average counts. */
  readonly factor: number;
}

/** What patterns call long, short, doji, near and so on. Source: TA-Lib's default candle settings. */
export const candleSettings = {
  bodyLong: { range: 'body', rows: 10, factor: 1 },
  bodyVeryLong: { range: 'body', rows: 10, factor: 3 },
  bodyShort: { range: 'body', rows: 10, factor: 1 },
  bodyDoji: { range: 'high-low', rows: 10, factor: 0.1 },
  shadowLong: { range: 'body', rows: 0, factor: 1 },
  shadowVeryLong: { range: 'body', rows: 0, factor: 2 },
  shadowShort: { range: 'shadows', rows: 10, factor: 1 },
  shadowVeryShort: { range: 'high-low', rows: 10, factor: 0.1 },
  near: { range: 'high-low', rows: 5, factor: 0.2 },
  far: { range: 'high-low', rows: 5, factor: 0.6 },
  equal: { range: 'high-low', rows: 5, factor: 0.05 },
} as const satisfies Readonly<Record<string, CandleSetting>>;

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { type Candle, candleColumns, candlesFrame, noCandles } from './candles.ts';

function someCandles(count: number): Candle[] {
  const random = seededRandom('candles');
  const normal = () => random.normal();
  return Array.from({ length: count }, (_, i) => {
    const [open, close] = [100 + normal(), 100 + normal()];
    const [high, low] = [Math.max(open, close) + 1, Math.min(open, close) - 1];
    return { date: i * 300_000, open, high, low, close, volume: Math.abs(normal()) };
  });
}

describe('candlesFrame', () => {
  it('has a row a candle, in their order', () => {
    const candles = someCandles(50);
    const frame = candlesFrame(candles);
    expect(frame.names).toEqual(candleColumns);
    expect(frame.length).toBe(candles.length);
    for (const [i, candle] of candles.entries()) expect({ ...frame.row(i) }).toEqual(candle);
  });

  it('has times as timestamps and the rest as doubles, also without candles', () => {
    const schema = {
      date: 'timestamp',
      open: 'float64',
      high: 'float64',
      low: 'float64',
      close: 'float64',
      volume: 'float64',
    };
    expect(candlesFrame(someCandles(1)).schema).toEqual(schema);
    expect(noCandles.schema).toEqual(schema);
    expect(noCandles.length).toBe(0);
  });

  it('can be appended to from nothing', () => {
    const [first, second] = [someCandles(3), someCandles(5).slice(3)];
    const frame = noCandles.append(candlesFrame(first)).append(candlesFrame(second));
    expect(Array.from(frame.columns.close)).toEqual(someCandles(5).map((candle) => candle.close));
    expect(noCandles.length).toBe(0);
  });
});

import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';

/** Two running totals, added in the order of the rows as NumPy's `cumsum` does. */
class VwapCore implements Core<CandleRow<'high' | 'low' | 'close' | 'volume'>, number> {
  private traded = 0;
  private volume = 0;

  update({ high, low, close, volume }: CandleRow<'high' | 'low' | 'close' | 'volume'>): number {
    return this.price(high, low, close, volume);
  }

  private price(high: number, low: number, close: number, volume: number): number {
    this.traded += volume * ((high + low + close) / 3);
    this.volume += volume;
    return this.traded / this.volume;
  }

  assign(from: VwapCore): void {
    this.traded = from.traded;
    this.volume = from.volume;
  }

  run(
    [high, low, close, volume]: readonly Float64Array[],
    [out]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) out[i] = this.price(high[i], low[i], close[i], volume[i]);
  }
}

/**
 * Volume-weighted average price from the first row on: the total of volume × typical price, divided by the total of the volume. NaN
 * until there was volume. No parameters; lookback 0.
 *
 * Every value depends on the candle that the data begin with, and a bot's begin with another one from day to day, where a backtest's
 * do not: freqtrade 2026 refuses to compute this for that reason (`vwap` of technical 1.7 raises). Use it where the first row means
 * something, a session's first candle for instance, and `rollingVwap` elsewhere. N rows round by at most N × 1.1e-16 in each total; a
 * NaN or an infinity stays for good. Source: `vwap` of qtpylib, NumPy's `cumsum(volume * typical) / cumsum(volume)`, to the bit.
 */
export const vwap = defineIndicator({
  name: 'vwap',
  title: 'Volume-Weighted Average Price',
  source: "qtpylib's vwap",
  input: candleColumns('high', 'low', 'close', 'volume'),
  output: oneColumn,
  settings: noSettings,
  lookback: () => 0,
  start: () => new VwapCore(),
});

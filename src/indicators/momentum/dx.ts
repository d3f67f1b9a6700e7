import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { timePeriod } from '../define/settings.ts';
import type { CandleRow } from '../parts/candle-row.ts';
import { DirectionalIndex } from '../parts/directional-index.ts';

type Row = CandleRow<'high' | 'low' | 'close'>;

class DxCore implements Core<Row, number> {
  private readonly index: DirectionalIndex;

  constructor(period: number) {
    this.index = new DirectionalIndex(period);
  }

  update({ high, low, close }: Row): number {
    return this.next(high, low, close);
  }

  private next(high: number, low: number, close: number): number {
    this.index.update(high, low, close);
    return this.index.ready ? this.index.value : Number.NaN;
  }

  assign(from: DxCore): void {
    this.index.assign(from.index);
  }

  run([high, low, close]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.next(high[i], low[i], close[i]);
  }
}

/**
 * Directional movement index: 100 · |`plusDi` - `minusDi`| / (`plusDi` + `minusDi`) over `timePeriod` candles (2 to 100,000; 14 by
 * default). 0 to 100; lookback `timePeriod`. Where the true range or the sum is below 1e-14 it stays what it was, 0 at first.
 * Source: TA-Lib DX, after J. Welles Wilder (1978).
 */
export const dx = defineIndicator({
  name: 'dx',
  title: 'Directional Movement Index',
  source: 'TA-Lib 0.6 DX',
  input: candleColumns('high', 'low', 'close'),
  output: oneColumn,
  settings: timePeriod(14),
  lookback: ({ timePeriod }) => timePeriod,
  start: ({ timePeriod }) => new DxCore(timePeriod),
});

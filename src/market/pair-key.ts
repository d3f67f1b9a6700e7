import type { CandleType } from './candle-type.ts';
import type { Pair } from './pair.ts';
import type { Timeframe } from './timeframe.ts';

/** What names a run of candles, and the frame made of it. */
export interface PairKey {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
}

/** A key as text, for maps and messages: `BTC/USDT, 5m, spot`. */
export function pairKeyText(key: PairKey): string {
  return `${key.pair}, ${key.timeframe}, ${key.candleType}`;
}

import { bbands } from './bbands.ts';
import { bollingerBands } from './bollinger-bands.ts';
import { crossedAbove } from './crossed-above.ts';
import { crossedBelow } from './crossed-below.ts';
import type { IndicatorInfo } from './define/define-indicator.ts';
import { dema } from './dema.ts';
import { ema } from './ema.ts';
import { rsi } from './rsi.ts';
import { sma } from './sma.ts';
import { tema } from './tema.ts';
import { typicalPrice } from './typical-price.ts';

/** Any indicator, for those who handle all of them by their descriptions. */
export interface AnyIndicator extends IndicatorInfo {
  (...args: never): unknown;
  readonly stream: (...args: never) => unknown;
  readonly lookback: (...args: never) => number;
}

/** Every indicator there is, by name. */
export const indicators: readonly AnyIndicator[] = Object.freeze([
  bbands,
  bollingerBands,
  crossedAbove,
  crossedBelow,
  dema,
  ema,
  rsi,
  sma,
  tema,
  typicalPrice,
]);

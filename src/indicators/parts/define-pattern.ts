import { defineIndicator } from '../define/define-indicator.ts';
import { candleColumns } from '../define/input-shape.ts';
import { oneIntegerColumn } from '../define/output-shape.ts';
import type { Settings } from '../define/settings.ts';
import type { CandlePattern } from './candle-pattern.ts';
import { PatternCore } from './pattern-core.ts';

interface PatternDefinition<Args extends readonly unknown[], Values> {
  /** `cdl` and TA-Lib's name of the pattern. */
  readonly name: string;
  readonly title: string;
  readonly settings: Settings<Args, Values>;
  readonly lookback: number;
  readonly pattern: (values: Values) => CandlePattern;
}

/** Makes an indicator of a candlestick pattern. */
export function definePattern<Args extends readonly unknown[], Values>({
  name,
  title,
  settings,
  lookback,
  pattern,
}: PatternDefinition<Args, Values>) {
  return defineIndicator({
    name,
    title,
    source: `TA-Lib 0.6 ${name.toUpperCase()}`,
    input: candleColumns('open', 'high', 'low', 'close'),
    output: oneIntegerColumn,
    settings,
    lookback: () => lookback,
    start: (values) => new PatternCore(lookback, pattern(values)),
  });
}

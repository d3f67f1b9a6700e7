import type { AnyIndicator } from '../../src/indicators/index.ts';
import { candlesOf } from '../frames/analyzed-frame.ts';

const columnNames = ['open', 'high', 'low', 'close', 'volume'] as const;

type Column = (typeof columnNames)[number];

/** The same candles in every form that a contestant takes, made before the clock starts. */
export interface Market {
  readonly rows: number;
  /** What Candlecast takes. */
  readonly columns: Readonly<Record<Column, Float64Array>>;
  /** What talib and technicalindicators take. */
  readonly arrays: Readonly<Record<Column, number[]>>;
  /** What trading-signals takes for indicators over candles. */
  readonly candles: readonly Readonly<Record<Column, number>>[];
}

/** A random walk of so many candles. */
export function marketOf(rows: number): Market {
  const frame = candlesOf(rows);
  const column = (name: Column) => Float64Array.from(frame.columns[name]);
  const columns = recordOf(column);
  const arrays = recordOf((name) => Array.from(columns[name]));
  const candles = Array.from({ length: rows }, (_, i) => recordOf((name) => columns[name][i]));
  return { rows, columns, arrays, candles };
}

/** A call of an indicator at its defaults: close where it takes one series, high and low where it takes two. */
export function ownCall(indicator: AnyIndicator, { columns }: Market): () => unknown {
  const inputs = indicator.inputs.join();
  const args = inputs === 'series' ? [columns.close] : inputs === 'a,b' ? [columns.high, columns.low] : [{ columns }];
  return () => Reflect.apply(indicator, undefined, args);
}

function recordOf<V>(of: (name: Column) => V): Readonly<Record<Column, V>> {
  const [open, high, low, close, volume] = columnNames.map(of);
  return { open, high, low, close, volume };
}

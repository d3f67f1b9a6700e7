import { type PairKey, pairKeyText } from '../../market/index.ts';
import type { ConsumerAccess, Rate, Want } from '../../wire/index.ts';

/** What of a frame a stream carries. */
export interface Selection {
  /** In alphabetical order; absent for all. `date` is always carried, and what the frame lacks is not. */
  readonly columns?: readonly string[];
  /** Only so many rows from the end. */
  readonly tail?: number;
}

/** What a consumer gets of one frame, and how often. */
export interface Wanted {
  readonly selection: Selection;
  readonly rate: Rate;
}

/** Which part of a frame a consumer wants and may have; undefined where none. The first want that matches counts. */
export function wantedOf(key: PairKey, wants: readonly Want[] | undefined, access: ConsumerAccess): Wanted | undefined {
  if (access.mayHavePair?.(key.pair) === false) return undefined;
  const want = wants === undefined ? {} : wants.find((each) => matches(each, key));
  if (want === undefined) return undefined;
  const columns = columnsOf(want, access);
  const selection = {
    ...(columns === undefined ? {} : { columns: [...new Set(columns)].sort() }),
    ...(want.tail === undefined ? {} : { tail: want.tail }),
  };
  return { selection, rate: want.rate ?? 'tick' };
}

function matches({ pair, timeframe, candleType }: Want, key: PairKey): boolean {
  return (
    (pair === undefined || pair === key.pair) &&
    (timeframe === undefined || timeframe === key.timeframe) &&
    (candleType === undefined || candleType === key.candleType)
  );
}

function columnsOf({ columns }: Want, { columns: allowed }: ConsumerAccess): readonly string[] | undefined {
  if (allowed === undefined) return columns;
  return columns === undefined ? [...allowed] : columns.filter((name) => allowed.has(name));
}

/** The same text for the same part of the same frame. */
export function selectionText(key: PairKey, { columns, tail }: Selection): string {
  return `${pairKeyText(key)} ${tail ?? 'all'} ${columns === undefined ? 'all' : JSON.stringify(columns)}`;
}

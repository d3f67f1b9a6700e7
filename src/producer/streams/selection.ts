import { createHash } from 'node:crypto';
import { type PairKey, pairKeyText } from '../../market/index.ts';
import { type ConsumerAccess, DATE_COLUMN, type Rate, type Want } from '../../wire/index.ts';

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

const everything: Want = {};

/** Which part of a frame a consumer wants and may have; undefined where none. The first want that matches counts. */
export function wantedOf(key: PairKey, wants: readonly Want[] | undefined, access: ConsumerAccess): Wanted | undefined {
  if (access.mayHavePair?.(key.pair) === false) return undefined;
  const want = wants === undefined ? everything : wants.find((each) => matches(each, key));
  if (want === undefined) return undefined;
  const selection = selectionOf(want, access);
  return { selection, rate: want.rate ?? 'tick' };
}

/** One for all frames of a want: what it names may be long. */
const known = new WeakMap<Want, WeakMap<ConsumerAccess, Selection>>();

function selectionOf(want: Want, access: ConsumerAccess): Selection {
  const ofWant = known.get(want) ?? new WeakMap<ConsumerAccess, Selection>();
  known.set(want, ofWant);
  const made = ofWant.get(access) ?? makeSelection(want, access);
  ofWant.set(access, made);
  return made;
}

function makeSelection(want: Want, access: ConsumerAccess): Selection {
  const columns = columnsOf(want, access);
  return {
    ...(columns === undefined ? {} : { columns: [...new Set(columns)].sort() }),
    ...(want.tail === undefined ? {} : { tail: want.tail }),
  };
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

/** What is made of a list of columns, once. */
interface ColumnPart {
  readonly text: string;
  /** With `date`. */
  readonly names: ReadonlySet<string>;
}

const parts = new WeakMap<readonly string[], ColumnPart>();

/** Longer lists are known by their digest. */
const LONGEST_TEXT = 200;

function partOf(columns: readonly string[]): ColumnPart {
  const made = parts.get(columns);
  if (made !== undefined) return made;
  const json = JSON.stringify(columns);
  const text = json.length <= LONGEST_TEXT ? json : createHash('sha256').update(json).digest('base64');
  const part = { text, names: new Set(columns).add(DATE_COLUMN) };
  parts.set(columns, part);
  return part;
}

/** The columns that a selection takes, `date` among them; undefined for all. */
export function selectedNames({ columns }: Selection): ReadonlySet<string> | undefined {
  return columns && partOf(columns).names;
}

/** The same text for the same part of the same frame. */
export function selectionText(key: PairKey, { columns, tail }: Selection): string {
  return `${pairKeyText(key)} ${tail ?? 'all'} ${columns === undefined ? 'all' : partOf(columns).text}`;
}

import type { AnyFrame, ColumnKind } from '../../frame/index.ts';
import { listText } from '../../util/list-text.ts';
import { type KindLetter, kindLetters } from '../column-kinds.ts';
import { describeValue, quote } from '../describe-value.ts';
import { StreamError } from './stream-error.ts';
import { MOST_COLUMNS_OF_A_STREAM, type StreamLimits } from './stream-limits.ts';
import { type StreamRefused, refuse, tooLarge } from './stream-refusal.ts';

/** The column of every stream that holds its rows' times. */
export const DATE_COLUMN = 'date';

export const datesMustAscend = `the dates of a stream's rows ascend strictly, and none is missing`;

/** The columns of a stream, with what reading a message of it needs to know about them. Made once a schema, not once a message. */
export interface StreamSchema {
  readonly names: readonly string[];
  readonly kinds: readonly ColumnKind[];
  /** The place of the column `date`. */
  readonly datePlace: number;
  /** The fewest bytes that a row takes. */
  readonly leastRowBytes: number;
}

/** A column's name and the letter of its kind, as they stand in a schema message. */
export type SchemaEntry = readonly [string, KindLetter];

const allKinds = ['timestamp', 'float64', 'int', 'int64', 'bool', 'string'] as const satisfies readonly ColumnKind[];
const kindsByLetter = new Map<unknown, ColumnKind>(allKinds.map((kind) => [kindLetters[kind], kind]));

/** Bytes of a cell; of text those before it, which give its length. */
export const cellBytes: Readonly<Record<ColumnKind, number>> = {
  timestamp: 8,
  float64: 8,
  int: 8,
  int64: 8,
  bool: 1,
  string: 4,
};

/**
 * The schema of a frame's stream.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE for a frame without a column "date" of kind timestamp, or with more columns than a stream
 *   can have.
 */
export function streamSchemaOf(frame: AnyFrame): StreamSchema {
  const { names } = frame;
  if (names.length > MOST_COLUMNS_OF_A_STREAM) {
    const reason = `a stream has at most ${MOST_COLUMNS_OF_A_STREAM} columns, the frame has ${names.length}`;
    throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: names.length });
  }
  const schema = newSchema(
    names,
    names.map((name) => frame.column(name).kind),
  );
  if (schema !== undefined) return schema;
  const reason = `a stream needs a column "${DATE_COLUMN}" of kind timestamp, the frame has ${frame.kind(DATE_COLUMN) ?? 'none'}`;
  throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: frame.kind(DATE_COLUMN) });
}

/** Whether both have the same names and kinds in the same order. */
export function sameSchema(a: StreamSchema, b: StreamSchema): boolean {
  if (a.names.length !== b.names.length) return false;
  return a.names.every((name, place) => name === b.names[place] && a.kinds[place] === b.kinds[place]);
}

/**
 * That columns of a frame are of a schema's kinds. The frame must have the schema's names.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE.
 */
export function expectKinds({ origin }: AnyFrame, { names, kinds }: StreamSchema): void {
  for (let place = 0; place < kinds.length; place++) {
    const { kind } = origin[place];
    if (kind === kinds[place]) continue;
    const found = `expected kind ${kinds[place]}, found ${kind}`;
    throw new StreamError('STREAM_NOT_ENCODABLE', `column ${quote(names[place])}: ${found}`, { value: kind });
  }
}

/**
 * That a frame has the names of a schema, in its order.
 *
 * @throws StreamError STREAM_NOT_ENCODABLE.
 */
export function expectNames({ names }: AnyFrame, schema: StreamSchema): void {
  // Frames that follow one another share their names.
  if (names === schema.names) return;
  if (names.length === schema.names.length && names.every((name, place) => name === schema.names[place])) return;
  const reason = `the stream has the columns ${listText(schema.names, 10)}, the frame has ${listText(names, 10)}`;
  throw new StreamError('STREAM_NOT_ENCODABLE', reason, { value: names });
}

/** The columns as they stand in a schema message. */
export function encodeSchema({ names, kinds }: StreamSchema): readonly SchemaEntry[] {
  return names.map((name, place) => [name, kindLetters[kinds[place]]]);
}

/** The columns of a schema message. Never throws. */
export function decodeSchema(
  value: unknown,
  limits: Required<StreamLimits>,
): { readonly status: 'schema'; readonly schema: StreamSchema } | StreamRefused {
  if (!Array.isArray(value)) return badSchema('a list of columns', value);
  const most = Math.min(limits.mostColumns, MOST_COLUMNS_OF_A_STREAM);
  if (value.length > most) return tooLarge('columns of the schema', value.length, 'mostColumns', most);
  const names: string[] = [];
  const kinds: ColumnKind[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) return badSchema('a name and a letter for each column', entry);
    const [name, letter]: unknown[] = entry;
    if (typeof name !== 'string') return badSchema("text as a column's name", name);
    if (name.length > limits.mostNameLength) {
      return tooLarge(`units of the name ${quote(name)}`, name.length, 'mostNameLength', limits.mostNameLength);
    }
    const kind = kindsByLetter.get(letter);
    if (kind === undefined) return badSchema(`t, f, i, l, b or s for column ${quote(name)}`, letter);
    names.push(name);
    kinds.push(kind);
  }
  if (new Set(names).size !== names.length) return refuse('STREAM_BAD_SCHEMA', 'columns: two have the same name');
  const schema = newSchema(names, kinds);
  if (schema !== undefined) return { status: 'schema', schema: known(schema) };
  return refuse('STREAM_BAD_SCHEMA', `columns: expected ["${DATE_COLUMN}","t"] among them, found none`);
}

/** Schemas that came last: the streams of one strategy have the same columns, and share what is kept by a schema. */
const recent: StreamSchema[] = [];
const MOST_RECENT = 8;

/** An equal schema that came lately, or this one. */
function known(schema: StreamSchema): StreamSchema {
  const same = recent.find((other) => sameSchema(other, schema));
  if (same !== undefined) return same;
  recent.unshift(schema);
  if (recent.length > MOST_RECENT) recent.pop();
  return schema;
}

/** Undefined without a column of dates. */
function newSchema(names: readonly string[], kinds: readonly ColumnKind[]): StreamSchema | undefined {
  const datePlace = names.indexOf(DATE_COLUMN);
  if (datePlace === -1 || kinds[datePlace] !== 'timestamp') return undefined;
  const leastRowBytes = kinds.reduce((sum, kind) => sum + cellBytes[kind], 0);
  return { names, kinds, datePlace, leastRowBytes };
}

function badSchema(expected: string, found: unknown): StreamRefused {
  const form = '[["date","t"],["close","f"]]';
  return refuse('STREAM_BAD_SCHEMA', `columns: expected ${expected}, as in ${form}; found ${describeValue(found)}`);
}

import {
  type BigInts,
  type Booleans,
  Column,
  type Integers,
  type Numbers,
  type Strings,
  holdsIntegers,
  ints,
} from './column.ts';
import { FrameError } from './frame-error.ts';

/**
 * What can become a column: numbers become `float64`, arrays of true and false and byte arrays `bool`, integer arrays of 8 to 32
 * bits `int`, bigints `int64`, text and null `string`. A `Column` keeps its kind, and is what `flag`, `label`, `timestamps` and
 * `ints` return. A plain array without values shows no kind and becomes `float64`; `label` gives text whatever the length.
 */
export type ColumnInput = Column | Numbers | Strings | BigInts | readonly boolean[];

type IntegerArray = Int8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** The kind that an input becomes. */
export type KindOf<V> =
  V extends Column<infer K>
    ? K
    : V extends readonly never[]
      ? 'float64'
      : V extends BigInts
        ? 'int64'
        : V extends Strings
          ? 'string'
          : V extends readonly boolean[]
            ? 'bool'
            : V extends IntegerArray | Integers
              ? 'int'
              : V extends Float64Array | Float32Array
                ? 'float64'
                : V extends Booleans
                  ? 'bool'
                  : 'float64';

/**
 * A column of a copy of the values, or the column itself; a view of lent memory (`Column.lend`) is not copied.
 *
 * @throws FrameError FRAME_BAD_VALUE for a value that does not fit the others' kind, naming its row.
 */
export function toColumn(input: ColumnInput): Column {
  if (input instanceof Column) return input;
  if (input instanceof Float64Array) return doubles(input);
  if (input instanceof BigInt64Array) return Column.adopt('int64', input.slice());
  if (input instanceof Uint8Array || input instanceof Uint8ClampedArray) return bytes(input);
  if (isIntegerArray(input)) return ints(input);
  return fromValues(Array.from(expectArrayLike(input)));
}

/** Numbers without a kind of their own become `float64`, from whatever column they are; those of a pattern stay whole numbers. */
function doubles(input: Float64Array): Column {
  const lent = Column.lentTo(input);
  if (lent !== undefined) return lent.kind === 'timestamp' ? lent.asFloat64() : lent;
  // Its holder may have written to it since it was marked.
  const isWhole = holdsIntegers(input) && input.every(Number.isSafeInteger);
  return Column.adopt(isWhole ? 'int' : 'float64', input.slice());
}

function isIntegerArray(input: ColumnInput): input is IntegerArray {
  if (input instanceof Int8Array || input instanceof Int16Array || input instanceof Uint16Array) return true;
  return input instanceof Int32Array || input instanceof Uint32Array;
}

function isArrayLike(input: unknown): input is ArrayLike<unknown> {
  return typeof input === 'object' && input !== null && 'length' in input && typeof input.length === 'number';
}

/** Strategies may be plain JavaScript, where nothing has checked the type before. */
function expectArrayLike(input: unknown): ArrayLike<unknown> {
  if (isArrayLike(input)) return input;
  const found = input === null ? 'null' : typeof input;
  throw new FrameError('FRAME_BAD_VALUE', `expected an array or a column, found ${found}`, { value: input });
}

/**
 * Text as a column of kind `string`, whatever its length. Copies.
 *
 * @throws FrameError FRAME_BAD_VALUE for what is neither text nor null, and for text with a lone surrogate, which has no UTF-8
 *   form and so could not be sent or stored exactly.
 */
export function texts(values: readonly unknown[]): Column<'string'> {
  return Column.adopt('string', values.map(expectText));
}

function expectText(value: unknown, row: number): string | null {
  if (value === null) return value;
  if (typeof value !== 'string') throw badValue(row, 'text or null', value);
  if (value.isWellFormed()) return value;
  throw badValue(row, 'well-formed Unicode', value, 'text with a lone surrogate');
}

function fromValues(values: readonly unknown[]): Column {
  const kind = kindOfValues(values);
  switch (kind) {
    case 'string':
      return texts(values);
    case 'bool':
      return Column.adopt(kind, Uint8Array.from(values, expectBoolean));
    case 'int64':
      return Column.adopt(kind, BigInt64Array.from(values.map(expectBigInt)));
    case 'float64':
    default:
      return Column.adopt('float64', Float64Array.from(values, expectNumber));
  }
}

/** The first value that is not null decides; nulls alone are text, nothing at all is numbers. */
function kindOfValues(values: readonly unknown[]): 'float64' | 'string' | 'bool' | 'int64' {
  const first = values.find((value) => value !== null);
  if (typeof first === 'string') return 'string';
  if (typeof first === 'boolean') return 'bool';
  if (typeof first === 'bigint') return 'int64';
  return values.length > 0 && values.every((value) => value === null) ? 'string' : 'float64';
}

function expectNumber(value: unknown, row: number): number {
  if (typeof value === 'number') return value;
  throw badValue(row, 'a number, as in other rows (NaN where missing)', value);
}

function expectBoolean(value: unknown, row: number): number {
  if (typeof value === 'boolean') return Number(value);
  throw badValue(row, 'true or false, as in other rows', value);
}

function expectBigInt(value: unknown, row: number): bigint {
  if (typeof value !== 'bigint') throw badValue(row, 'a bigint, as in other rows', value);
  if (BigInt.asIntN(64, value) === value) return value;
  throw badValue(row, 'an integer of 64 signed bits', value, String(value));
}

function bytes(input: Uint8Array | Uint8ClampedArray): Column<'bool'> {
  for (let row = 0; row < input.length; row++) {
    if (input[row] > 1)
      throw badValue(row, '0 or 1, since a byte array holds booleans', input[row], String(input[row]));
  }
  return Column.adopt('bool', Uint8Array.from(input));
}

function badValue(
  row: number,
  expected: string,
  value: unknown,
  found = value === null ? 'null' : typeof value,
): FrameError {
  return new FrameError('FRAME_BAD_VALUE', `row ${row}: expected ${expected}; found ${found}`, { value });
}

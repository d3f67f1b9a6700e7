/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { type AnyFrame, type CellValue, Column, type ColumnKind, Frame, ints, timestamps } from 'candlecast/frame';
import * as fc from 'fast-check';
import { type Random, seededRandom } from '../../src/util/random.ts';

/** A frame as plain arrays of cells: what every operation of the real one is compared with. */
export type Model = readonly ModelColumn[];

export interface ModelColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly cells: readonly CellValue[];
}

export const kinds = ['float64', 'timestamp', 'int', 'int64', 'bool', 'string'] as const;

const awkwardNumbers = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  0.1 + 0.2,
  1,
  -1,
  1e-9,
  2 ** 53,
];
const awkwardIntegers = [0, 1, -1, 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 31, 255];
const awkwardBigInts = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
const awkwardTexts = [
  '',
  'null',
  'NaN',
  'a',
  '\0',
  'a\nb',
  '\u{1F600}',
  'é',
  'e\u0301',
  '\uFEFFmark',
  '__proto__',
  '1e3',
  ' ',
];

const cellMakers: { readonly [K in ColumnKind]: (random: Random) => CellValue } = {
  float64: (random) => oneOf(random, awkwardNumbers) ?? random.normal() * 10 ** (random.below(40) - 20),
  timestamp: (random) => oneOf(random, awkwardNumbers) ?? random.below(2 ** 32) * 1000,
  int: (random) => oneOf(random, awkwardIntegers) ?? random.below(2 ** 32) - 2 ** 31,
  int64: (random) =>
    oneOf(random, awkwardBigInts) ?? BigInt.asIntN(64, BigInt(random.below(2 ** 32)) * 0x9e3779b97f4a7c15n),
  bool: (random) => random.next() < 0.5,
  string: (random) => (random.next() < 0.2 ? null : (oneOf(random, awkwardTexts) ?? `tag ${random.below(9)}`)),
};

/** An awkward value half of the time. */
function oneOf<T>(random: Random, values: readonly T[]): T | undefined {
  return random.next() < 0.5 ? values[random.below(values.length)] : undefined;
}

export function someCells(kind: ColumnKind, count: number, seed: number): CellValue[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => cellMakers[kind](random));
}

export function columnOf(kind: ColumnKind, cells: readonly CellValue[]): Column {
  switch (kind) {
    case 'float64':
      return Column.adopt(kind, Float64Array.from(cells as number[]));
    case 'timestamp':
      return timestamps(cells as number[]);
    case 'int':
      return ints(cells as number[]);
    case 'int64':
      return Column.adopt(kind, BigInt64Array.from(cells as bigint[]));
    case 'bool':
      return Column.adopt(kind, Uint8Array.from(cells as boolean[], Number));
    case 'string':
    default:
      return Column.adopt('string', [...(cells as (string | null)[])]);
  }
}

export function frameOf(model: Model): AnyFrame {
  return Frame.fromColumns(model.map(({ name, kind, cells }) => [name, columnOf(kind, cells)]));
}

export function rowsOf(model: Model): number {
  return model.length === 0 ? 0 : model[0].cells.length;
}

/** Where frame and model differ, as text; undefined where they do not. Reads cells and views both. */
export function differenceFromModel(frame: AnyFrame, model: Model): string | undefined {
  if (frame.names.join('|') !== model.map(({ name }) => name).join('|')) return `names ${frame.names.join()}`;
  if (frame.length !== rowsOf(model)) return `length ${frame.length}`;
  for (const { name, kind, cells } of model) {
    if (frame.kind(name) !== kind) return `kind of ${name}: ${frame.kind(name)}`;
    const view: ArrayLike<unknown> = frame.columns[name];
    if (view.length !== cells.length) return `view of ${name}: ${view.length} rows`;
    const row = cells.findIndex((cell, i) => {
      const seen = kind === 'bool' ? view[i] === 1 : view[i];
      return !Object.is(frame.at(i, name), cell) || !Object.is(seen, cell);
    });
    if (row !== -1) return `${name}, row ${row}: ${String(frame.at(row, name))}, wanted ${String(cells[row])}`;
  }
  return undefined;
}

export const awkwardNames = [
  '__proto__',
  'constructor',
  'toString',
  '%-x',
  '',
  '10',
  '2',
  'date',
  'a b',
  '\uFEFFx',
  'é',
  '\0',
];

const names = fc.oneof(fc.constantFrom(...awkwardNames), fc.string({ unit: 'binary', maxLength: 5 }));

/** Models of up to 6 columns and `mostRows` rows, with awkward names and values, among them no columns and no rows. */
export function models(mostRows = 12): fc.Arbitrary<Model> {
  const column = fc.record({ name: names, kind: fc.constantFrom(...kinds), seed: fc.nat() });
  return fc
    .record({
      columns: fc.uniqueArray(column, { selector: ({ name }) => name, maxLength: 6 }),
      rows: fc.nat(mostRows),
    })
    .map(({ columns, rows }) =>
      columns.map(({ name, kind, seed }) => ({ name, kind, cells: someCells(kind, rows, seed) })),
    );
}

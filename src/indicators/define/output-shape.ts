import type { Integers, ReadonlyFloat64Array } from '../../frame/index.ts';
import { recordOf } from './record-of.ts';

/** What an indicator gives: a `Columns` for a batch, a `Value` for one row. */
export interface OutputShape<Columns, Value> {
  readonly names: readonly string[];
  /** The kind of column that each output becomes in a frame. */
  readonly kind: 'float64' | 'int';
  /** The value of a row that has none. */
  readonly blank: () => Value;
  /** The result of a batch, from columns in the order of the names. */
  pack(columns: readonly Float64Array[]): Columns;
}

/** One series. */
export const oneColumn: OutputShape<ReadonlyFloat64Array, number> = {
  names: ['value'],
  kind: 'float64',
  blank: () => Number.NaN,
  pack: (columns) => columns[0],
};

/** One series of whole numbers; 0 where there is no value, as in TA-Lib. */
export const oneIntegerColumn: OutputShape<Integers, number> = {
  names: ['value'],
  kind: 'int',
  blank: () => 0,
  // `computeColumns` marks the memory of these as whole numbers.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  pack: (columns) => columns[0] as unknown as Integers,
};

/** Several named series. */
export function namedColumns<Name extends string>(
  ...names: readonly Name[]
): OutputShape<Record<Name, ReadonlyFloat64Array>, Record<Name, number>> {
  return {
    names,
    kind: 'float64',
    blank: () => recordOf(names, () => Number.NaN),
    pack: (columns) => recordOf(names, (_, position) => columns[position]),
  };
}

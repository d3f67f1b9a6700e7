import { recordOf } from './record-of.ts';

/** What an indicator gives: a `Columns` for a batch, a `Value` for one row. */
export interface OutputShape<Columns, Value> {
  readonly names: readonly string[];
  /** The value of a row that has none. */
  readonly blank: () => Value;
  /** The result of a batch, from columns in the order of the names. */
  pack(columns: readonly Float64Array[]): Columns;
}

/** One series. */
export const oneColumn: OutputShape<Float64Array, number> = {
  names: ['value'],
  blank: () => Number.NaN,
  pack: (columns) => columns[0],
};

/** Several named series. */
export function namedColumns<Name extends string>(
  ...names: readonly Name[]
): OutputShape<Record<Name, Float64Array>, Record<Name, number>> {
  return {
    names,
    blank: () => recordOf(names, () => Number.NaN),
    pack: (columns) => recordOf(names, (_, position) => columns[position]),
  };
}

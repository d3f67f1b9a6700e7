import type { CellValues, ColumnKind } from './column.ts';
import type { ColumnInput, KindOf } from './column-input.ts';

/** The kind of each column by name. */
export type Schema = Readonly<Record<string, ColumnKind>>;

/** A schema's column names. */
export type Name<S extends Schema> = keyof S & string;

/** What `with` makes of a frame's schema: new columns come in, those of the same name are replaced. */
export type With<S extends Schema, C extends Readonly<Record<string, ColumnInput>>> = Flat<
  Omit<S, keyof C> & { readonly [N in keyof C]: KindOf<C[N]> }
>;

/** What `rename` makes of a schema. */
export type Renamed<S extends Schema, M> = {
  readonly [N in keyof S as N extends keyof M ? (M[N] extends string ? M[N] : N) : N]: S[N];
};

type Flat<T> = { readonly [N in keyof T]: T[N] };

/** One row by column name. */
export type Row<S extends Schema> = { readonly [N in keyof S]: CellValues[S[N]] };

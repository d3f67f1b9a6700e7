/** Checked by `npm run types` alone: each line that must not compile says so, and fails the check when it does. */
import {
  type AnyFrame,
  type BigInts,
  type Booleans,
  type CellValue,
  type Column,
  type ColumnKind,
  Frame,
  type KindOf,
  type Numbers,
  type Row,
  type Schema,
  type Strings,
  emptyFrame,
  ints,
  timestamps,
} from 'candlecast/frame';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- they are what is checked */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type SchemaOf<F> = F extends Frame<infer S> ? { -readonly [N in keyof S]: S[N] } : never;
declare function same<_T extends true>(): void;

// The kinds that inputs become.
same<Equal<KindOf<number[]>, 'float64'>>();
same<Equal<KindOf<readonly [1, 2.5]>, 'float64'>>();
same<Equal<KindOf<Float64Array>, 'float64'>>();
same<Equal<KindOf<Float32Array>, 'float64'>>();
same<Equal<KindOf<Numbers>, 'float64'>>();
same<Equal<KindOf<readonly []>, 'float64'>>();
same<Equal<KindOf<never[]>, 'float64'>>();
same<Equal<KindOf<Int8Array>, 'int'>>();
same<Equal<KindOf<Int16Array>, 'int'>>();
same<Equal<KindOf<Uint16Array>, 'int'>>();
same<Equal<KindOf<Int32Array>, 'int'>>();
same<Equal<KindOf<Uint32Array>, 'int'>>();
same<Equal<KindOf<Uint8Array>, 'bool'>>();
same<Equal<KindOf<Uint8ClampedArray>, 'bool'>>();
same<Equal<KindOf<Booleans>, 'bool'>>();
same<Equal<KindOf<boolean[]>, 'bool'>>();
same<Equal<KindOf<readonly [true, false]>, 'bool'>>();
same<Equal<KindOf<bigint[]>, 'int64'>>();
same<Equal<KindOf<BigInts>, 'int64'>>();
same<Equal<KindOf<BigInt64Array>, 'int64'>>();
same<Equal<KindOf<string[]>, 'string'>>();
same<Equal<KindOf<Strings>, 'string'>>();
same<Equal<KindOf<readonly ['a', null]>, 'string'>>();
same<Equal<KindOf<null[]>, 'string'>>();
same<Equal<KindOf<Column<'timestamp'>>, 'timestamp'>>();
same<Equal<KindOf<Column<'int'>>, 'int'>>();
same<Equal<KindOf<Column>, ColumnKind>>();
same<Equal<KindOf<number[] | Column<'int'>>, 'float64' | 'int'>>();

// A frame knows its columns.
const candles = Frame.of({
  date: timestamps([0]),
  close: [1.5],
  volume: Float64Array.of(1),
  tag: ['a'],
  big: [1n],
  hot: [true],
});
same<
  Equal<
    SchemaOf<typeof candles>,
    { date: 'timestamp'; close: 'float64'; volume: 'float64'; tag: 'string'; big: 'int64'; hot: 'bool' }
  >
>();
same<Equal<typeof candles.columns.close, Numbers>>();
same<Equal<typeof candles.columns.date, Numbers>>();
same<Equal<typeof candles.columns.tag, Strings>>();
same<Equal<typeof candles.columns.big, BigInts>>();
same<Equal<typeof candles.columns.hot, Booleans>>();
export const first: number = candles.columns.close[0];
export const atZero: number | undefined = candles.at(0, 'close');
export const lastTag: string | null | undefined = candles.last('tag');
export const lastBig: bigint | undefined = candles.last('big');
export const isHot: boolean | undefined = candles.last('hot');
export const row: Row<{ readonly close: 'float64'; readonly tag: 'string' }> | undefined = candles.row(0);
export const close: Column<'float64'> = candles.column('close');

// @ts-expect-error misspelt
export const misspelt = candles.columns.colse;
// @ts-expect-error misspelt
export const { rsi } = candles.columns;
// @ts-expect-error misspelt
candles.at(0, 'colse');
// @ts-expect-error misspelt
candles.last('colse');
// @ts-expect-error misspelt
candles.column('colse');
// @ts-expect-error not there
export const open = candles.row(0)?.open;
// @ts-expect-error text is not a number
export const wrongKind: Numbers = candles.columns.tag;
// @ts-expect-error nor the other way round
export const wrongCell: number | undefined = candles.last('tag');
// @ts-expect-error columns are not written to
candles.columns.close[0] = 2;
// @ts-expect-error nor texts
candles.columns.tag[0] = 'b';
// @ts-expect-error nor replaced
candles.columns.close = [2];
// @ts-expect-error names are not changed
candles.names.push('close');
// @ts-expect-error undefined is no text
Frame.of({ tag: ['a', undefined] });
// @ts-expect-error null is no number
Frame.of({ close: [1, null] });
// @ts-expect-error numbers and text
Frame.of({ close: [1, 'a'] });

// `with` adds and replaces.
const analyzed = candles.with({
  rsi: new Float64Array(1),
  close: ints([1]),
  enter_long: candles.flag((i) => candles.columns.close[i] > 1),
  enter_tag: candles.label((i) => (i > 0 ? 'late' : null)),
});
same<
  Equal<
    SchemaOf<typeof analyzed>,
    {
      date: 'timestamp';
      volume: 'float64';
      tag: 'string';
      big: 'int64';
      hot: 'bool';
      rsi: 'float64';
      close: 'int';
      enter_long: 'int';
      enter_tag: 'string';
    }
  >
>();
export const rsiValues: Numbers = analyzed.columns.rsi;
// @ts-expect-error the frame before has no rsi
export const tooEarly = candles.columns.rsi;
// @ts-expect-error a flag is a matter of true and false
candles.flag((i) => candles.columns.close[i]);
// @ts-expect-error a label is text or null
candles.label((i) => (i > 0 ? 'late' : undefined));
// @ts-expect-error a single number is no column
candles.with({ rsi: 50 });
// @ts-expect-error undefined is no column
candles.with({ rsi: undefined });

// `rename`, `select`, `drop` and the rows of a frame.
const renamed = candles.rename({ close: 'price', tag: 'enter_tag' });
same<
  Equal<
    SchemaOf<typeof renamed>,
    { date: 'timestamp'; price: 'float64'; volume: 'float64'; enter_tag: 'string'; big: 'int64'; hot: 'bool' }
  >
>();
// @ts-expect-error the old name is gone
export const oldName = renamed.columns.close;
// @ts-expect-error there is nothing of that name to rename
candles.rename({ colse: 'price' });

const selected = candles.select(['tag', 'close']);
same<Equal<SchemaOf<typeof selected>, { tag: 'string'; close: 'float64' }>>();
// @ts-expect-error misspelt
candles.select(['colse']);
// @ts-expect-error not selected
export const notSelected = selected.columns.volume;

const dropped = candles.drop(['tag', 'big', 'hot', 'never there']);
same<Equal<SchemaOf<typeof dropped>, { date: 'timestamp'; close: 'float64'; volume: 'float64' }>>();
// @ts-expect-error dropped
export const droppedColumn = dropped.columns.tag;

same<Equal<SchemaOf<ReturnType<typeof candles.slice>>, SchemaOf<typeof candles>>>();
same<Equal<SchemaOf<ReturnType<typeof candles.tail>>, SchemaOf<typeof candles>>>();
same<Equal<SchemaOf<ReturnType<typeof candles.append>>, SchemaOf<typeof candles>>>();

// A richer frame stands in for a poorer one and for any frame; never the other way round, nor with another kind.
type WithClose = Frame<{ readonly close: 'float64' }>;
export const poorer: WithClose = candles;
export const any: AnyFrame = candles;
export const anyOfThem: readonly AnyFrame[] = [poorer, analyzed];
export const names: readonly string[] = poorer.names;
// @ts-expect-error it may have more columns than its type says
candles.select(candles.names);
// @ts-expect-error close is missing
export const missing: WithClose = candles.drop(['close']);
// @ts-expect-error close is of another kind
export const otherKind: WithClose = analyzed;
// @ts-expect-error nobody knows what is in any frame
export const unknownColumns: readonly WithClose[] = [any];
export function closesOf<S extends Schema & { readonly close: 'float64' }>(frame: Frame<S>): Numbers {
  return frame.columns.close;
}
closesOf(candles);
// @ts-expect-error close is of another kind
closesOf(analyzed);

// Any frame is read by names known at run time.
export const cell: CellValue | undefined = any.at(0, 'whatever');
export const numbers: Numbers = any.numbers('whatever');
export const texts: Strings = any.strings('whatever');
export const more: AnyFrame = any
  .with({ a: [1] })
  .rename({ b: 'c' })
  .select(['a'])
  .drop(['d'])
  .renameAll((name) => name);
export const joined: AnyFrame = emptyFrame.append(any);
same<Equal<Frame['names'], readonly string[]>>();
// @ts-expect-error it may be text
export const unknownKind: number | undefined = any.at(0, 'whatever');

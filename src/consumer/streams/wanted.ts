import type { Want } from '../../wire/index.ts';

/** What is asked of a Candlecast producer: what the user wants, and never more rows than are kept. */
export function wantedOf(
  want: readonly Want[] | undefined,
  { initialCandleLimit, maxRows }: { readonly initialCandleLimit: number; readonly maxRows: number },
): readonly Want[] {
  const rows = initialCandleLimit === 0 ? maxRows : Math.min(initialCandleLimit, maxRows);
  if (want === undefined) return [{ tail: rows }];
  return want.map((each) => ({ ...each, tail: Math.min(each.tail ?? rows, maxRows) }));
}

import { type Want, defaultStreamLimits } from '../../wire/index.ts';

/** Producers give no more. */
const MOST_TAIL = defaultStreamLimits.mostRows;

/** What is asked of a Candlecast producer: what the user wants, and never more rows than are kept. */
export function wantedOf(
  want: readonly Want[] | undefined,
  { initialCandleLimit, maxRows }: { readonly initialCandleLimit: number; readonly maxRows: number },
): readonly Want[] {
  const most = Math.min(maxRows, MOST_TAIL);
  const rows = initialCandleLimit === 0 ? most : Math.min(initialCandleLimit, most);
  if (want === undefined) return [{ tail: rows }];
  return want.map((each) => ({ ...each, tail: Math.min(each.tail ?? rows, most) }));
}

import { textWidth } from './text-width.ts';

/**
 * Lines of at most `width` cells from pieces of text, which are kept whole where they fit into a line and broken at spaces where
 * they don't. `separator` stands between pieces of one line; lines after the first begin with `indent`.
 */
export function wrapPieces(
  pieces: readonly string[],
  layout: { readonly width: number; readonly separator: string; readonly indent: string },
): readonly string[] {
  const { width, separator, indent } = layout;
  const lines: string[] = [];
  let line = '';
  const put = (piece: string, between: string) => {
    const joined = line === '' ? piece : `${line}${between}${piece}`;
    // The separator stays at the end of a line that is broken there.
    if (line === '' || textWidth(joined + separator.trimEnd()) <= width) {
      line = joined;
      return;
    }
    lines.push(`${line}${between}`.trimEnd());
    line = indent + piece;
  };
  for (const piece of pieces) {
    const isWhole = textWidth(indent + piece + separator.trimEnd()) <= width;
    const parts = isWhole ? [piece] : piece.split(' ');
    for (const [i, part] of parts.entries()) put(part, i === 0 ? separator : ' ');
  }
  return line === '' ? lines : [...lines, line];
}

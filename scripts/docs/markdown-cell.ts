/** Text for one cell of a table. A `<` outside of code would start an HTML tag. */
export function markdownCell(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  return oneLine.replaceAll(/(`[^`]*`)|</g, (_, code?: string) => code ?? '&lt;');
}

import type { ErrorArea } from './read-error-area.ts';

/** A line for every code that more than one area has. */
export function duplicateCodes(areas: readonly ErrorArea[]): readonly string[] {
  const filesOf = new Map<string, string[]>();
  for (const { file, codes } of areas) {
    for (const code of Object.keys(codes)) filesOf.set(code, [...(filesOf.get(code) ?? []), file]);
  }
  return [...filesOf].filter(([, files]) => files.length > 1).map(([code, files]) => `${code}: ${files.join(', ')}`);
}

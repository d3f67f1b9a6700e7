import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether a generated page says what it should. Writes it where it doesn't, unless asked to look only. */
export function updatePage(path: string, expected: string, options: { readonly checkOnly: boolean }): boolean {
  if (readIfThere(path) === expected) return true;
  if (!options.checkOnly) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, expected);
  }
  return false;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

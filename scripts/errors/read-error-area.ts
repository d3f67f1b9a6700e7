import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** The codes of one error class. */
export interface ErrorArea {
  /** The folder of `src/` that throws it. */
  readonly folder: string;
  readonly file: string;
  readonly className: string;
  readonly codes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>;
}

const sentence = z.string().regex(/^\S.*[.?]$/s, 'must be a sentence, with its full stop');

/** An area may add fields of its own, as exchanges do with the kind of failure. */
const tableSchema = z.record(z.string(), z.object({ meaning: sentence, remedy: sentence }));

const codeForm = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Loads an `xyz-error.ts`: its table `xyzErrors` and its class `XyzError`. Throws where they are not as they should be. */
export async function readErrorArea(root: string, file: string): Promise<ErrorArea> {
  if (!file.endsWith('-error.ts')) throw new Error(`${file} defines errors: move them to a file named <area>-error.ts`);
  const exports: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
  const tables = Object.keys(exports).filter((name) => name.endsWith('Errors'));
  const classes = Object.keys(exports).filter((name) => /^[A-Z].*Error$/.test(name));
  if (tables.length !== 1 || classes.length !== 1) {
    throw new Error(
      `${file} must export one table and one class, as in frameErrors and FrameError; found ${[...tables, ...classes].join(', ') || 'neither'}`,
    );
  }
  const parsed = tableSchema.safeParse(exports[tables[0]]);
  if (!parsed.success) throw new Error(`${file}, ${tables[0]}: ${z.prettifyError(parsed.error)}`);
  checkCodes(file, Object.keys(parsed.data));
  return { folder: file.split(/[\\/]/)[1], file, className: classes[0], codes: parsed.data };
}

function checkCodes(file: string, codes: readonly string[]): void {
  const odd = codes.filter((code) => !codeForm.test(code));
  if (odd.length > 0)
    throw new Error(`${file}: a code is UPPER_SNAKE with its area as prefix, found ${odd.join(', ')}`);
  const prefixes = new Set(codes.map((code) => code.split('_')[0]));
  if (prefixes.size > 1)
    throw new Error(`${file}: its codes start with ${[...prefixes].join(' and ')}; one prefix an area`);
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { updatePage } from './docs/update-page.ts';
import { type ErrorArea, readErrorArea } from './errors/read-error-area.ts';
import { printErrorsPage } from './errors/print-errors-page.ts';
import { duplicateCodes } from './errors/duplicate-codes.ts';
import { messageOf } from '../src/util/errors.ts';
import { repositoryRoot, say } from './lib/repository.ts';

const page = 'docs/errors.md';

/** A class without a table, or a table without a class, is found too, and refused. */
const definesErrors = /\bsatisfies ErrorTable\b|\bextends CandlecastError\b/;

/** Reads all error tables under `root`. Throws where a file or a code is not as it should be. */
export async function readErrorAreas(root: string): Promise<readonly ErrorArea[]> {
  const sources = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).toSorted();
  const files = sources.filter((file) => definesErrors.test(readFileSync(join(root, file), 'utf8')));
  const areas = await Promise.all(files.map((file) => readErrorArea(root, file)));
  const duplicates = duplicateCodes(areas);
  if (duplicates.length > 0) throw new Error(`every code belongs to one area:\n${duplicates.join('\n')}`);
  return areas;
}

/** Whether the page says what the tables say. Writes it where it doesn't, unless asked to look only. */
export async function updateErrorsPage(root: string, options: { readonly checkOnly: boolean }): Promise<boolean> {
  return updatePage(join(root, page), printErrorsPage(await readErrorAreas(root)), options);
}

async function run(checkOnly: boolean): Promise<boolean> {
  try {
    const isFresh = await updateErrorsPage(repositoryRoot, { checkOnly });
    if (isFresh) say(`${page} says what the error tables say`);
    else say(checkOnly ? `${page} is stale: run \`npm run docs\`` : `wrote ${page}`);
    return isFresh || !checkOnly;
  } catch (error) {
    say(messageOf(error));
    return false;
  }
}

if (import.meta.main && !(await run(process.argv.includes('--check')))) process.exitCode = 1;

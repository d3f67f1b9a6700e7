import { join } from 'node:path';
import { rootSetting } from '../src/config/setting-schema.ts';
import { messageOf } from '../src/util/errors.ts';
import { editorSchema } from './config/editor-schema.ts';
import { printConfigPage } from './config/print-config-page.ts';
import { updatePage } from './docs/update-page.ts';
import { repositoryRoot, say } from './lib/repository.ts';

const page = 'docs/configuration.md';
const schema = 'config.schema.json';

/** The files below `root` that don't say what the schema says. Writes them, unless asked to look only. */
export function updateConfigPages(root: string, options: { readonly checkOnly: boolean }): readonly string[] {
  const contents = [
    [page, printConfigPage(rootSetting)],
    [schema, `${JSON.stringify(editorSchema(), null, 2)}\n`],
  ] as const;
  return contents.filter(([file, text]) => !updatePage(join(root, file), text, options)).map(([file]) => file);
}

function run(checkOnly: boolean): boolean {
  try {
    const stale = updateConfigPages(repositoryRoot, { checkOnly });
    if (stale.length === 0) say(`${page} and ${schema} say what the schema of configs says`);
    for (const file of stale) say(checkOnly ? `${file} is stale: run \`npm run docs\`` : `wrote ${file}`);
    return stale.length === 0 || !checkOnly;
  } catch (error) {
    say(messageOf(error));
    return false;
  }
}

if (import.meta.main && !run(process.argv.includes('--check'))) process.exitCode = 1;

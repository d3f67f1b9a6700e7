import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importTable } from './import-table.ts';
import { judgeFile } from './imports/judge-file.ts';
import type { ImportTable } from './imports/table-types.ts';
import { type Problem, conclude } from './lib/problem.ts';
import { readManifest } from './lib/manifest.ts';
import { repositoryRoot } from './lib/repository.ts';

/** Checks every file of `src/` and `examples/` under `root` against the table. */
export function checkImports(
  root: string,
  table: ImportTable,
): { readonly files: number; readonly problems: readonly Problem[] } {
  const manifest = readManifest(root);
  const rules = { table, packageName: manifest.name, runtimePackages: manifest.runtimePackages };
  const files = globSync('{src,examples}/**/*.{ts,mts,tsx}', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  const problems = files.flatMap((file) => judge(file));
  return { files: files.length, problems };

  function judge(file: string): Problem[] {
    try {
      return judgeFile(file, readFileSync(join(root, file), 'utf8'), rules);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return [{ file, line: 1, column: 1, message: `can't be parsed: ${error.message}` }];
    }
  }
}

if (import.meta.main) {
  const { files, problems } = checkImports(repositoryRoot, importTable);
  conclude(problems, `${files} files keep to the import table`);
}

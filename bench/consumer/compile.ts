import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { capture, repositoryRoot } from '../../scripts/lib/repository.ts';
import { joinModules } from '../../scripts/package/join-modules.ts';

/** In the repository, so that its packages are found from there. */
const folder = join(repositoryRoot, 'node_modules', '.cache', 'candlecast-bench');

/**
 * Compiles a file and what it imports, as the package is built, and gives the path of the result. Users run that; run from its sources, a
 * process would hold Node's TypeScript parser too, tens of megabytes.
 */
export async function compile(source: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const toRoot = relative(folder, repositoryRoot);
  const configuration = {
    extends: join(toRoot, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      rewriteRelativeImportExtensions: true,
      rootDir: toRoot,
      outDir: '.',
      paths: {},
    },
    include: [],
    files: [join(toRoot, source)],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const { status, output } = capture('tsc', ['-p', folder, '--pretty', 'false']);
  if (status !== 0) throw new Error(`tsc failed (${status}):\n${output}`);
  await joinModules(join(folder, 'src'));
  return join(folder, source.replace(/\.ts$/, '.js'));
}

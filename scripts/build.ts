import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findReferences } from './imports/find-references.ts';
import { capture, repositoryRoot, say } from './lib/repository.ts';

// Compiles src/ into dist/: JavaScript and declarations, without tests. No source maps: the sources are not in the package.
const dist = join(repositoryRoot, 'dist');
rmSync(dist, { recursive: true, force: true });
const { status, output } = capture('tsc', ['-p', 'tsconfig.build.json']);
if (status === 0) {
  const declarations = globSync('**/*.d.ts', { cwd: dist });
  for (const file of declarations) rewriteSpecifiers(join(dist, file));
  say(`built ${declarations.length} modules into dist/`);
} else {
  say(output.trimEnd());
  process.exitCode = status;
}

/** tsc rewrites `./a.ts` to `./a.js` in what it compiles, and leaves it in declarations, where older compilers refuse it. */
function rewriteSpecifiers(path: string): void {
  const text = readFileSync(path, 'utf8');
  const relative = findReferences(path, text).imports.filter((reference) => /^\.\.?\/.*\.ts$/.test(reference.text));
  let rewritten = text;
  for (const { text: specifier, start, end } of relative.toSorted((a, b) => b.start - a.start)) {
    rewritten = `${rewritten.slice(0, start)}'${specifier.replace(/\.ts$/, '.js')}'${rewritten.slice(end)}`;
  }
  if (rewritten !== text) writeFileSync(path, rewritten);
}

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { findReferences } from './imports/find-references.ts';
import { capture, repositoryRoot, say } from './lib/repository.ts';

// Compiles src/ into dist/: JavaScript and declarations, without tests. No source maps: the sources are not in the package.
const dist = join(repositoryRoot, 'dist');
rmSync(dist, { recursive: true, force: true });
const { status, output } = capture('tsc', ['-p', 'tsconfig.build.json']);
if (status === 0) {
  const declarations = globSync('**/*.d.ts', { cwd: dist });
  for (const file of declarations) rewriteSpecifiers(join(dist, file));
  const examples = compileExamples(join(dist, 'examples'));
  say(`built ${declarations.length} modules and ${examples} examples into dist/`);
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

/** The demo of an installed package runs the examples, and Node strips no types below node_modules. */
function compileExamples(target: string): number {
  const sources = globSync('examples/*.ts', { cwd: repositoryRoot });
  mkdirSync(target);
  for (const source of sources) {
    const text = readFileSync(join(repositoryRoot, source), 'utf8');
    writeFileSync(join(target, basename(source).replace(/\.ts$/, '.js')), stripTypeScriptTypes(text));
  }
  return sources.length;
}

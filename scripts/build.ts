import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { findReferences } from './imports/find-references.ts';
import { capture, repositoryRoot, say } from './lib/repository.ts';
import { bundleBrowser } from './package/bundle-browser.ts';
import { joinModules } from './package/join-modules.ts';

// Compiles src/ into dist/: JavaScript and declarations, without tests, and joins what every process loads. No source maps: the sources are not in the package. The
// browser build is one file that pages load as it is, so its map, which holds the sources, comes along.
const dist = join(repositoryRoot, 'dist');
rmSync(dist, { recursive: true, force: true });
const { status, output } = capture('tsc', ['-p', 'tsconfig.build.json']);
if (status === 0) {
  const declarations = globSync('**/*.d.ts', { cwd: dist });
  for (const file of declarations) rewriteSpecifiers(join(dist, file));
  const examples = compileExamples(join(dist, 'examples'));
  const browser = await buildForBrowsers(join(dist, 'browser'));
  await joinModules(dist);
  say(`built ${declarations.length} modules, ${examples} examples and ${browser} into dist/`);
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

/** In the place of the modules that were compiled one by one, which no page could load as quickly. */
async function buildForBrowsers(target: string): Promise<string> {
  for (const file of globSync('*.js', { cwd: target })) rmSync(join(target, file));
  const { gzipBytes } = await bundleBrowser(target);
  return `a browser build of ${(gzipBytes / 1000).toFixed(1)} kB with gzip`;
}

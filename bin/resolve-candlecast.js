// Loaded before anything else: makes `import … from 'candlecast'` mean this copy, wherever the importing file lies. A
// strategy in a folder of its own then needs no installation beside it, and shares its classes with the bot that runs it.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const root = new URL('../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const isCheckout = existsSync(new URL('src/index.ts', root));

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== manifest.name && !specifier.startsWith(`${manifest.name}/`))
      return nextResolve(specifier, context);
    const source = isCheckout ? sourceOf(specifier) : undefined;
    // Seen from inside the package, its own name leads to its exports, and an unknown one to Node's own error.
    return source === undefined
      ? nextResolve(specifier, { ...context, parentURL: import.meta.url })
      : nextResolve(source, context);
  },
});

/** The source file behind an export, for a checkout that was never built. */
function sourceOf(specifier) {
  const target = manifest.exports[`.${specifier.slice(manifest.name.length)}`];
  if (typeof target?.default !== 'string') return undefined;
  return new URL(target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'), root).href;
}

import { registerHooks } from 'node:module';
import { deliberateBugs, type DeliberateBug } from '../../tests/simulation/deliberate-bugs.ts';

const bugsUrl = new URL('../../tests/simulation/deliberate-bugs.ts', import.meta.url).href;
const WRONG = '?wrong';

/**
 * Has modules that are imported from now on come with a mistake. Whoever imports one of its modules gets another that exports the same,
 * but for what is wrong.
 */
export function installBug(bug: DeliberateBug): void {
  const wrong = new Map(
    deliberateBugs[bug].map((each) => [new URL(`../../src/${each.path}`, import.meta.url).href, each] as const),
  );
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isFromWrong = context.parentURL?.endsWith(WRONG) === true;
      return wrong.has(resolved.url) && !isFromWrong ? { ...resolved, url: `${resolved.url}${WRONG}` } : resolved;
    },
    load(url, context, next) {
      if (!url.endsWith(WRONG)) return next(url, context);
      const rightUrl = url.slice(0, -WRONG.length);
      const { path, exports: names } = wrong.get(rightUrl) ?? { path: '', exports: [] };
      const source = [
        `import * as right from ${JSON.stringify(rightUrl)};`,
        `import { wrongExports } from ${JSON.stringify(bugsUrl)};`,
        `export * from ${JSON.stringify(rightUrl)};`,
        `export const { ${names.join(', ')} } = wrongExports(${JSON.stringify(bug)}, ${JSON.stringify(path)}, right);`,
      ];
      return { format: 'module', source: source.join('\n'), shortCircuit: true };
    },
  });
}

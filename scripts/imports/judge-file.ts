import { isBuiltin } from 'node:module';
import { matchesGlob, posix } from 'node:path';
import { type Problem, positionFinder } from '../lib/problem.ts';
import { type Reference, findReferences } from './find-references.ts';
import { type ImportTable, allowedFolders } from './table-types.ts';

/** What the judgement of a file depends on besides its text. */
export interface Rules {
  readonly table: ImportTable;
  readonly packageName: string;
  /** What is there at run time for one who installs the package. */
  readonly runtimePackages: readonly string[];
}

/** The problems of one file, which is named by its path from the repository's root. */
export function judgeFile(file: string, text: string, rules: Rules): Problem[] {
  const judge = judgeOf(file, rules);
  if (judge === undefined) return [];
  if (typeof judge === 'string') return [{ file, line: 1, column: 1, message: judge }];
  const position = positionFinder(text);
  const { imports, globals } = findReferences(file, text);
  const problem = (message: string | undefined, { start }: Reference): Problem[] =>
    message === undefined ? [] : [{ file, ...position(start), message }];
  return [
    ...imports.flatMap((reference) => problem(judge.import(reference.text), reference)),
    ...globals.flatMap((reference) => problem(judge.global(reference.text), reference)),
  ];
}

/** Says what is wrong with one reference of a file, if anything. */
interface Judge {
  import(specifier: string): string | undefined;
  global(name: string): string | undefined;
}

function judgeOf(file: string, rules: Rules): Judge | string | undefined {
  if (file.startsWith('examples/')) return exampleJudge(file, rules);
  if (!file.startsWith('src/') || isTest(file)) return undefined;
  const folder = file.split('/')[1];
  const allowed = allowedFolders(rules.table, folder);
  if (allowed === undefined) return `${folder} has no row in scripts/import-table.ts: add one, or move the file`;
  return sourceJudge(file, folder, allowed, rules);
}

/** Examples are what users would write, so they see the package and nothing else. */
function exampleJudge(file: string, { packageName }: Rules): Judge {
  return {
    import(specifier) {
      const target = isRelative(specifier) ? resolve(file, specifier) : specifier;
      const own = target === packageName || target.startsWith(`${packageName}/`);
      if (own || target.startsWith('examples/')) return undefined;
      return `an example imports ${quoted(specifier)}: users don't have it; allowed: ${packageName}, ${packageName}/*, other examples`;
    },
    global: () => undefined,
  };
}

function sourceJudge(file: string, folder: string, allowed: readonly string[], rules: Rules): Judge {
  const { browser, timeAndChance } = rules.table;
  const isShell = matches(file, browser.shells);
  const inBrowser = browser.folders.includes(folder) && !isShell;
  const mayTellTime = matches(file, timeAndChance.allowedIn);
  return {
    import(specifier) {
      if (isRelative(specifier)) return judgeFileImport(resolve(file, specifier), specifier);
      if (isBuiltin(specifier)) return judgeNodeImport(specifier);
      return judgePackageImport(specifier);
    },
    global(name) {
      if (!mayTellTime && timeAndChance.forbidden.includes(name)) {
        return `${folder} uses ${name}: time and chance come in as a Clock or a Random; allowed in: ${list(timeAndChance.allowedIn)}`;
      }
      if (inBrowser && browser.forbiddenGlobals.includes(name)) {
        return `${folder} uses ${name}: it runs in a browser, which has no such thing; allowed in: ${list(shellsOf(folder))}`;
      }
      return undefined;
    },
  };

  function judgeFileImport(target: string, specifier: string): string | undefined {
    const imports = `${folder} imports ${quoted(specifier)}`;
    if (!target.startsWith('src/')) return `${imports}: it lies outside of src, and is not in the package`;
    if (isTest(target)) return `${imports}: a test; tests are imported by nothing`;
    if (inBrowser && matches(target, browser.shells)) {
      return `${imports}: it needs Node, and ${folder} runs in a browser; allowed in: ${list(shellsOf(folder))}`;
    }
    const targetFolder = target.split('/')[1];
    if (targetFolder === folder || allowed.includes(targetFolder)) return undefined;
    return `${imports}: ${folder} must not depend on ${targetFolder}; allowed: ${list(allowed)}`;
  }

  function judgeNodeImport(specifier: string): string | undefined {
    const imports = `${folder} imports ${quoted(specifier)}`;
    if (inBrowser) {
      return `${imports}: it runs in a browser, without Node's modules; allowed in: ${list(shellsOf(folder))}`;
    }
    if (mayTellTime || !timeAndChance.forbiddenModules.includes(specifier.replace(/^node:/, ''))) return undefined;
    return `${imports}: time comes in as a Clock; allowed in: ${list(timeAndChance.allowedIn)}`;
  }

  function judgePackageImport(specifier: string): string | undefined {
    const imports = `${folder} imports ${quoted(specifier)}`;
    const name = packageOf(specifier);
    if (name === rules.packageName) return `${imports}: the package itself; write the relative path`;
    if (inBrowser && !browser.packages.includes(name)) {
      return `${imports}: it runs in a browser; packages allowed there: ${list(browser.packages)}`;
    }
    if (rules.runtimePackages.includes(name)) return undefined;
    return `${imports}: not among the dependencies of package.json, so users would not have it`;
  }

  function shellsOf(name: string): readonly string[] {
    return browser.shells.filter((shell) => shell.startsWith(`src/${name}/`));
  }
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

function resolve(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}

function matches(file: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(file, glob));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function quoted(text: string): string {
  return `'${text}'`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join(', ');
}

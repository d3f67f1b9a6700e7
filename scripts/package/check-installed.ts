import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../lib/manifest.ts';
import { type CommandResult, capture, repositoryRoot } from '../lib/repository.ts';
import { checkBrowserModule } from './check-browser-module.ts';
import { npmEnvironment } from './npm-environment.ts';

/** A user's project with nothing in it but the package. */
export interface UserProject {
  /** Runs a command in it. Throws with what the command printed where it fails. */
  readonly run: (command: string, ...args: readonly string[]) => CommandResult;
  readonly folder: string;
}

const longestRunMs = 180_000;

/** Installs the tarball with its runtime dependencies into an empty project. */
export function installInto(folder: string, tarball: string): UserProject {
  const run = (command: string, ...args: readonly string[]) => {
    const result = capture(command, args, { cwd: folder, env: npmEnvironment(), timeoutMs: longestRunMs });
    if (result.status === 0) return result;
    throw new Error(`\`${[command, ...args].join(' ')}\` failed (${result.status}):\n${result.output}`);
  };
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, 'package.json'), { name: 'user', private: true, type: 'module' });
  run('npm', 'install', tarball, '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund');
  return { run, folder };
}

/** The command line answers, and a producer and consumers run for as long as they are told to. */
export function checkCommandLine({ run }: UserProject, { version }: Manifest): void {
  const printed = run('npx', 'candlecast', '--version').stdout.trim();
  if (printed !== version) throw new Error(`candlecast --version prints ${printed}; package.json says ${version}`);
  const help = run('npx', 'candlecast', '--help').stdout;
  if (!help.includes('demo')) throw new Error(`candlecast --help does not name the demo command:\n${help}`);
  run('npx', 'candlecast', 'demo', '--exit-after', '1');
}

/** Every module of the package loads and exports something. */
export function checkModules({ run }: UserProject, { modules }: Manifest): void {
  const program = `
    for (const name of ${JSON.stringify(modules)}) {
      const isJson = name.endsWith('.json');
      const found = Object.keys(await import(name, isJson ? { with: { type: 'json' } } : {}));
      if (found.length === 0) throw new Error(name + ' exports nothing');
    }`;
  run('node', '--input-type=module', '--eval', program);
}

/** What a page loads needs nothing but itself, and is small. */
export function checkBrowserBuild({ folder }: UserProject, { name }: Manifest): void {
  const problems = checkBrowserModule(
    readFileSync(join(folder, 'node_modules', name, 'dist', 'browser', 'index.js'), 'utf8'),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** What TypeScript users write compiles against the installed declarations, however they resolve modules, and runs. */
export function checkTypeScript({ run, folder }: UserProject, { modules }: Manifest): void {
  cpSync(join(repositoryRoot, 'tests', 'package'), join(folder, 'src'), { recursive: true });
  // JSON is typed by where it is imported from, not by us.
  const typed = modules.filter((name) => !name.endsWith('.json'));
  const everyModule = typed.map((name, i) => `import * as module${i} from '${name}';\nexport { module${i} };\n`);
  writeFileSync(join(folder, 'src', 'every-module.ts'), everyModule.join(''));
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    writeJson(join(folder, 'tsconfig.json'), {
      compilerOptions: {
        target: 'es2024',
        lib: ['es2024', 'dom'],
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: [],
      },
      include: ['src'],
    });
    run('tsc', '-p', '.', '--pretty', 'false');
  }
  for (const file of globSync('src/*.ts', { cwd: folder })) run('node', file);
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, null, 2));
}

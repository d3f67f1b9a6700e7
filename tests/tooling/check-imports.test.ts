import { describe, expect, it } from 'vitest';
import { checkImports } from '../../scripts/check-imports.ts';
import { importTable } from '../../scripts/import-table.ts';
import { printProblems } from '../../scripts/lib/problem.ts';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import { temporaryTree } from './temporary-tree.ts';

const manifest = JSON.stringify({
  name: 'candlecast',
  version: '0.0.0',
  dependencies: { ws: '1', '@uwdata/flechette': '1' },
  devDependencies: { vitest: '1' },
  optionalDependencies: { ccxt: '1' },
});

/** What the check prints about one file. */
function verdict(file: string, text: string): string {
  const root = temporaryTree({ 'package.json': manifest, [file]: text });
  return printProblems(checkImports(root, importTable).problems);
}

describe('the import table', () => {
  it('is kept by the repository', () => {
    const { files, problems } = checkImports(repositoryRoot, importTable);
    expect(printProblems(problems)).toBe('');
    expect(files).toBeGreaterThan(10);
  });

  it('says where the import stands, what imports what, why that is wrong and what is allowed', () => {
    expect(verdict('src/market/pair.ts', "\nimport { a } from '../wire/index.ts';\n")).toBe(
      "src/market/pair.ts:2:19  market imports '../wire/index.ts': market must not depend on wire; allowed: frame, util",
    );
  });

  it.each([
    ['a static import', "import { a } from '../producer/index.ts';"],
    ['a default import', "import a from '../producer/index.ts';"],
    ['an import for its effect', "import '../producer/index.ts';"],
    ['a type-only import', "import type { A } from '../producer/index.ts';"],
    ['an inline type import', "import { type A } from '../producer/index.ts';"],
    ['a re-export', "export { a } from '../producer/index.ts';"],
    ['a type-only re-export', "export type { A } from '../producer/index.ts';"],
    ['a re-export of everything', "export * from '../producer/index.ts';"],
    ['a dynamic import', "const a = await import('../producer/index.ts');"],
    ['a dynamic import in a template', 'const a = await import(`../producer/index.ts`);'],
    ['an import type', "type A = import('../producer/index.ts').A;"],
    ['an import type in a signature', "export function f(a: typeof import('../producer/index.ts')): void {}"],
    ['a required module', "import a = require('../producer/index.ts');"],
    ['a call of require', "const a = require('../producer/index.ts');"],
  ])('sees %s', (_, text) => {
    expect(verdict('src/trading/wallet.ts', text)).toContain('trading must not depend on producer');
  });

  it.each([
    ['producer and consumer know each other', 'src/producer/a.ts', '../consumer/b.ts'],
    ['consumer and producer know each other', 'src/consumer/a.ts', '../producer/b.ts'],
    ['frame knows the market', 'src/frame/a.ts', '../market/b.ts'],
    ['util knows anything', 'src/util/a.ts', '../frame/b.ts'],
    ['the bot knows the command line', 'src/bot/a.ts', '../cli/main.ts'],
    ['the command line reaches past the bot', 'src/cli/a.ts', '../producer/b.ts'],
    ['persistence knows the wire', 'src/persistence/a.ts', '../wire/b.ts'],
    ['trading knows persistence', 'src/trading/a.ts', '../persistence/b.ts'],
    ['the public index knows the bot', 'src/index.ts', './bot/b.ts'],
    ['a folder knows the public index', 'src/frame/a.ts', '../index.ts'],
    ['a nested file leaves its folder', 'src/indicators/rsi/rsi.ts', '../../market/pair.ts'],
  ])('fails where %s', (_, file, specifier) => {
    expect(verdict(file, `import { b } from '${specifier}';`)).toContain('must not depend on');
  });

  it.each([
    ['src/market/a.ts', '../frame/index.ts'],
    ['src/wire/a.ts', '../util/errors.ts'],
    ['src/trading/a.ts', '../exchange/index.ts'],
    ['src/bot/a.ts', '../persistence/index.ts'],
    ['src/testing/a.ts', '../producer/index.ts'],
    ['src/cli/a.ts', '../bot/index.ts'],
    ['src/index.ts', './strategy/index.ts'],
    ['src/frame/a.ts', './b.ts'],
    ['src/indicators/rsi/rsi.ts', '../../frame/index.ts'],
    ['src/frame/a.ts', '@uwdata/flechette'],
    ['src/producer/a.ts', 'node:http'],
    ['src/producer/a.ts', 'ws'],
    ['src/exchange/a.ts', 'ccxt'],
    ['src/consumer/node-socket.ts', 'ws'],
    ['src/consumer/node-socket.ts', 'node:net'],
    ['src/consumer/index.ts', './node-socket.ts'],
  ])('lets %s import %s', (file, specifier) => {
    expect(verdict(file, `import { a } from '${specifier}';`)).toBe('');
  });

  it('wants a row for every folder and for every file in src itself', () => {
    expect(verdict('src/relay/a.ts', '')).toContain('relay has no row in scripts/import-table.ts');
    expect(verdict('src/main.ts', '')).toContain('main.ts has no row in scripts/import-table.ts');
  });

  it('keeps sources from importing tests, the package by its name, and what lies outside of src', () => {
    expect(verdict('src/frame/a.ts', "import './b.test.ts';")).toContain('tests are imported by nothing');
    expect(verdict('src/bot/a.ts', "import 'candlecast/frame';")).toContain('write the relative path');
    expect(verdict('src/bot/a.ts', "import '../../tests/x.ts';")).toContain('lies outside of src');
  });

  it('keeps sources from importing packages that users do not get', () => {
    expect(verdict('src/testing/a.ts', "import { it } from 'vitest';")).toContain('not among the dependencies');
    expect(verdict('src/bot/a.ts', "import lodash from 'lodash/fp';")).toContain('not among the dependencies');
  });

  it('reports a file that can not be parsed', () => {
    expect(verdict('src/frame/a.ts', 'export const = 1;')).toMatch(/^src\/frame\/a\.ts:1:1 {2}can't be parsed: /);
  });
});

describe('what runs in a browser', () => {
  it.each(['frame', 'market', 'wire', 'consumer', 'util'])('keeps Node and sockets out of %s', (folder) => {
    const file = `src/${folder}/a.ts`;
    expect(verdict(file, "import { readFileSync } from 'node:fs';")).toContain("without Node's modules");
    expect(verdict(file, "import type { Socket } from 'net';")).toContain("without Node's modules");
    expect(verdict(file, "import { WebSocket } from 'ws';")).toContain('packages allowed there');
    expect(verdict(file, 'const a = Buffer.alloc(1);')).toContain('uses Buffer');
    expect(verdict(file, 'export function f(a: Buffer): void {}')).toContain('uses Buffer');
    expect(verdict(file, 'const a = process.env.HOME;')).toContain('uses process');
  });

  it('keeps the core of the consumer from its shells', () => {
    expect(verdict('src/consumer/session.ts', "import { open } from './node-socket.ts';")).toContain('it needs Node');
  });

  it('takes a name that the file declares itself for what it is', () => {
    expect(verdict('src/wire/a.ts', 'export function run(process: () => void): void { process(); }')).toBe('');
    expect(verdict('src/wire/a.ts', 'export const a = { process: 1 }; a.process = 2;')).toBe('');
  });
});

describe('time and chance', () => {
  const uses = [
    ['Date.now', 'export const a = Date.now();'],
    ['Date.now', 'export const now = Date.now;'],
    ['Date.now', 'export const a = (now = Date.now) => now();'],
    ['Date.now', "export const a = globalThis.Date['now']();"],
    ['new Date()', 'export const a = new Date();'],
    ['new Date()', 'export const a = new Date;'],
    ['Date()', 'export const a = Date();'],
    ['Math.random', 'export const a = Math.random();'],
    ['setTimeout', 'setTimeout(() => {}, 1);'],
    ['setTimeout', 'export const a = { setTimeout };'],
    ['setTimeout', 'globalThis.setTimeout(() => {}, 1);'],
    ['setInterval', 'setInterval(() => {}, 1);'],
    ['setImmediate', 'setImmediate(() => {});'],
    ['performance.now', 'export const a = performance.now();'],
    ['AbortSignal.timeout', 'export const a = AbortSignal.timeout(1);'],
  ];

  it.each(uses)('keeps %s out of the cores: %s', (name, text) => {
    const printed = verdict('src/trading/a.ts', text);
    expect(printed).toContain(`trading uses ${name}: time and chance come in`);
    expect(printed.split('\n')).toHaveLength(1);
  });

  it.each(uses)('lets the clock, shells and tests use %s: %s', (_, text) => {
    expect(verdict('src/util/clock.ts', text)).toBe('');
    expect(verdict('src/consumer/node-socket.ts', text)).toBe('');
    expect(verdict('src/trading/a.test.ts', text)).toBe('');
    expect(verdict('tests/e2e/a.test.ts', text)).toBe('');
  });

  it('keeps timer modules out of the cores', () => {
    expect(verdict('src/producer/a.ts', "import { setTimeout } from 'node:timers/promises';")).toContain(
      'time comes in as a Clock',
    );
  });

  it.each([
    'export const a = new Date(0).toISOString();',
    'export type Handle = ReturnType<typeof setTimeout>;',
    'export const a = (clock: { setTimeout(): void }) => clock.setTimeout();',
    'export const a = Math.floor(1.5) + Date.UTC(2026, 0);',
  ])('has nothing against %s', (text) => {
    expect(verdict('src/trading/a.ts', text)).toBe('');
  });
});

describe('examples', () => {
  it.each(['candlecast', 'candlecast/indicators', './other.ts', '../strategies/a.ts'])('may import %s', (specifier) => {
    expect(verdict('examples/consumer/a.ts', `import { a } from '${specifier}';`)).toBe('');
  });

  it.each(['../../src/index.ts', 'ws', 'node:fs', 'candlecast-extras'])('may not import %s', (specifier) => {
    expect(verdict('examples/consumer/a.ts', `import { a } from '${specifier}';`)).toContain("users don't have it");
  });
});

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strategyFromTemplate, strategyTemplates, type TemplateName } from './strategy-template.ts';
import { ensureStrategyTsconfig, strategyTsconfig } from './strategy-tsconfig.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
const templates = Object.keys(strategyTemplates) as TemplateName[];
const misspelt = strategyFromTemplate('producer', 'Misspelt')
  .replace('const { rsi, tema', 'const { rsy, tema')
  .replace('crossedAbove(rsi,', 'crossedAbove(rsy,');

function tsc(folder: string, ...args: readonly string[]): string {
  const flags = [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false', ...args];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8', cwd: root });
  return stdout + stderr;
}

describe('a tsconfig.json for strategies', { timeout: 90_000 }, () => {
  let folder = '';
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  /** Fills a folder with strategies: one of each template, one with a misspelt column, one that imports another. */
  const fill = (userData: string) => {
    for (const template of templates) {
      write(`${userData}/strategies/${template}.ts`, strategyFromTemplate(template, 'MyStrategy'));
    }
    write(`${userData}/strategies/misspelt.ts`, misspelt);
    write(`${userData}/strategies/imports.ts`, `import producer from './producer.ts';\nexport default producer;\n`);
  };
  /** The compiler's messages about strategies: what else may be wrong in a checkout has a check of its own. */
  const messages = (userData: string) =>
    tsc(join(folder, userData))
      .split('\n')
      .filter((line) => line.includes('strategies/') || line.startsWith('error'));

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'candlecast-tsconfig-')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds a misspelt column, and nothing else, in a checkout', () => {
    fill('checkout');
    expect(ensureStrategyTsconfig(join(folder, 'checkout'))).toEqual({
      status: 'written',
      file: join(folder, 'checkout', 'tsconfig.json'),
    });
    expect(messages('checkout')).toEqual([expect.stringMatching(/misspelt\.ts\(\d+,\d+\): error TS\d+: .*'rsy'/)]);
  });

  it.each(['module', 'commonjs'])('does in a project of type %s that the package is installed in', (type) => {
    const installed = `${type}/node_modules/candlecast`;
    mkdirSync(join(folder, installed), { recursive: true });
    const target = ['--emitDeclarationOnly', '--noEmitOnError', 'false', '--outDir', join(folder, installed, 'dist')];
    tsc(join(root, 'tsconfig.build.json'), ...target);
    copyFileSync(join(root, 'package.json'), join(folder, installed, 'package.json'));
    write(`${type}/package.json`, JSON.stringify({ name: 'user', private: true, type }));
    fill(`${type}/user_data`);
    write(`${type}/user_data/tsconfig.json`, strategyTsconfig(join(folder, type, 'user_data'), undefined));
    expect(messages(`${type}/user_data`)).toEqual([
      expect.stringMatching(/misspelt\.ts\(\d+,\d+\): error TS\d+: .*'rsy'/),
    ]);
  });

  it('names no place but by the way to it', () => {
    const text = strategyTsconfig('/home/me/clone/user_data', '/home/me/clone/src/');
    expect(JSON.parse(text).compilerOptions).toMatchObject({
      paths: { candlecast: ['../src/index.ts'], 'candlecast/*': ['../src/*/index.ts'] },
      typeRoots: ['../node_modules/@types'],
    });
    expect(text).not.toContain('/home');
    expect(strategyTsconfig('/home/me/project/user_data', undefined)).not.toMatch(/paths|typeRoots|extends/);
  });

  it('keeps one that is there, and says why one can’t be written', () => {
    write('kept/tsconfig.json', '{}');
    expect(ensureStrategyTsconfig(join(folder, 'kept'))).toMatchObject({ status: 'kept' });
    expect(ensureStrategyTsconfig(join(folder, 'nowhere'))).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('ENOENT'),
    });
  });
});

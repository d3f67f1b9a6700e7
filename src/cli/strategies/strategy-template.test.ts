import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectStrategy } from '../../strategy/inspect-strategy.ts';
import { strategyFromTemplate, strategyTemplates, type TemplateName } from './strategy-template.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
const templates = Object.keys(strategyTemplates) as TemplateName[];

describe('strategyFromTemplate', { timeout: 90_000 }, () => {
  let folder = '';
  const fileOf = (template: TemplateName) => join(folder, `${template}.ts`);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'candlecast-templates-'));
    for (const template of templates) writeFileSync(fileOf(template), strategyFromTemplate(template, 'MyStrategy'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The compiler's messages about the files of the folder, each alone with the package's own types. */
  function compile(files: readonly string[]): string {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { candlecast: [join(root, 'src/index.ts')], 'candlecast/*': [join(root, 'src/*/index.ts')] },
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files,
      include: [],
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'],
      { encoding: 'utf8', cwd: folder },
    );
    // Only what is wrong with these files: others have a check of their own.
    const lines = (stdout + stderr).split('\n');
    return lines.filter((line) => files.some((file) => line.includes(file.slice(folder.length + 1)))).join('\n');
  }

  it.each(templates)('%s works as it is, under its new name', async (template) => {
    const inspection = await inspectStrategy(fileOf(template), { analyze: true });
    expect(inspection).toMatchObject({
      status: 'loaded',
      facts: { name: 'MyStrategy', timeframe: '5m' },
      producers: template === 'consumer' ? ['default'] : [],
    });
    expect(inspection.files).toHaveLength(1);
  });

  it('compiles with the types of the package and no other file', () => {
    expect(compile(templates.map(fileOf))).toBe('');
    const wrong = join(folder, 'wrong.ts');
    writeFileSync(wrong, strategyFromTemplate('consumer', 'Wrong').replace("rsi: 'float64'", "rsi_14: 'float64'"));
    expect(compile([wrong])).toMatch(/wrong\.ts\(\d+,\d+\): error TS\d+: .*rsi/);
  });

  it('says what it is for, and how to go on', () => {
    for (const template of templates) {
      const text = strategyFromTemplate(template, 'MyStrategy');
      expect(text).toMatch(/\/\*\* .*\*\/\nexport default defineStrategy\(\{\n {2}name: 'MyStrategy',\n {2}timeframe:/);
      expect(text).not.toMatch(/from '\.(?!\/producer-strategy\.ts'\. Of)/);
    }
  });
});

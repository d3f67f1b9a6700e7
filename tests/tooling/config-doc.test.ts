import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { updateConfigPages } from '../../scripts/config-doc.ts';
import { editorSchema } from '../../scripts/config/editor-schema.ts';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import { plainValue } from '../../src/config/json-node.ts';
import { parseJsonc } from '../../src/config/parse-jsonc.ts';
import { temporaryTree } from './temporary-tree.ts';

describe('docs/configuration.md and config.schema.json', () => {
  it('say what the schema says', () => {
    expect(updateConfigPages(repositoryRoot, { checkOnly: true })).toEqual([]);
  });

  it('are written where they are stale, unless one only looks', () => {
    const root = temporaryTree({ 'docs/configuration.md': 'old' });
    const both = ['docs/configuration.md', 'config.schema.json'];
    expect(updateConfigPages(root, { checkOnly: true })).toEqual(both);
    expect(readFileSync(join(root, 'docs/configuration.md'), 'utf8')).toBe('old');
    expect(updateConfigPages(root, { checkOnly: false })).toEqual(both);
    expect(updateConfigPages(root, { checkOnly: true })).toEqual([]);
  });
});

describe('the schema for editors', () => {
  const text = JSON.stringify(editorSchema());
  const schema = z.fromJSONSchema(JSON.parse(text));
  const files = globSync(['*.json', 'setups/*.json'], { cwd: join(repositoryRoot, 'tests/fixtures/config') });

  it.each(files)('takes %s', (file) => {
    const config = readFileSync(join(repositoryRoot, 'tests/fixtures/config', file), 'utf8');
    const { root } = parseJsonc(config, file, () => true);
    expect(root && schema.safeParse(plainValue(root)).error).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ dry_runn: true }, 'an unknown key'],
    [{ dry_run: 'yes' }, 'a wrong type'],
    [{ trading_mode: 'margin' }, 'a value that is not supported'],
    [{ exchange: { pair_whitelst: [] } }, 'an unknown key in a section'],
    [{ pairlists: [{ method: 'VolumePairList' }] }, 'a missing setting of a list'],
    [{ pairlists: [{ method: 'StaticPairList', number_assets: 5 }] }, 'a setting of another list'],
    [{ external_message_consumer: { producers: [{ host: 'h' }] } }, 'a missing token'],
  ])('refuses %j: %s', (config) => {
    expect(schema.safeParse(config).success).toBe(false);
  });

  it("has no words but JSON Schema's", () => {
    expect(text).not.toMatch(/"(secret|foreign|live|nullIsAbsent|casesBy|notYet|allowed)":(true|\[|"[^"]*or )/);
    expect(schema.safeParse({ exchange: { key: 'k' }, stoploss: -0.1, telegram: {}, strategy: null }).success).toBe(
      true,
    );
  });
});

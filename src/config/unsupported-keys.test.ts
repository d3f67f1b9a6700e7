import { describe, expect, it } from 'vitest';
import { readOracle } from '../../tests/fixtures/config-oracle/read-oracle.ts';
import { checkKeys } from './check-keys.ts';
import { nodeOf } from './json-node.ts';
import { rootSetting, settingAt } from './setting-schema.ts';
import { settleTree } from './settle-tree.ts';
import { settingsWithoutEffect, unsupportedKeys } from './unsupported-keys.ts';

const place = { file: 'c.json', line: 1, column: 1 };

describe("freqtrade's keys", () => {
  it.each(Object.entries(readOracle().keys))('are all known: "%s"', (section, names) => {
    const content = Object.fromEntries(names.map((name) => [name, 1]));
    const nested = section
      .split('.')
      .reduceRight<unknown>((inner, step) => (step === '' ? inner : { [step]: inner }), content);
    const root = nodeOf(nested, place);
    expect(root.kind === 'object' && checkKeys(settleTree(root)).unknown.map(({ key }) => key)).toEqual([]);
  });

  it('are either supported or not', () => {
    for (const [section, names] of Object.entries(unsupportedKeys)) {
      const setting = section === '' ? rootSetting : settingAt(section.split('.'));
      const both = names.filter((name) => Object.hasOwn(setting?.properties ?? {}, name));
      expect([section, both]).toEqual([section, []]);
      expect(names).toEqual([...new Set(names)].toSorted());
    }
    for (const key of settingsWithoutEffect.keys()) expect([key, settingAt(key.split('.'))]).not.toContain(undefined);
  });
});

describe('every setting', () => {
  it('says in one line what it is for', () => {
    const without: string[] = [];
    const visit = (path: string, { properties = {}, items, oneOf = [] }: typeof rootSetting): void => {
      for (const [name, child] of Object.entries(properties)) {
        const text = child.description ?? '';
        if (!/^[A-Z][^\n]{5,110}\.$/.test(text)) without.push(`${path}${name}: ${text}`);
        visit(`${path}${name}.`, child);
      }
      if (items !== undefined) visit(path, items);
      for (const each of oneOf) visit(path, each);
    };
    visit('', rootSetting);
    expect(without).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/index.ts';

const folder = new URL('../fixtures/config/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** What every token, key and password in the fixtures looks like. */
const SECRET = /test-(?:token|key|secret|jwt|password|exchange|uid)/;

/** What a slip of the finger deletes, inserts or repeats. */
const edit = fc.record({
  at: fc.nat(),
  deleted: fc.nat({ max: 3 }),
  inserted: fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '/',
      '//',
      '/*',
      '*/',
      "'",
      '-',
      '.',
      '1',
      'e',
      '\n',
      '\r',
      '\0',
    ),
    fc.string({ maxLength: 3, unit: 'binary' }),
    fc.constant(''),
  ),
});

function apply(text: string, edits: readonly { at: number; deleted: number; inserted: string }[]): string {
  let edited = text;
  for (const { at, deleted, inserted } of edits) {
    const index = at % (edited.length + 1);
    edited = edited.slice(0, index) + inserted + edited.slice(index + deleted);
  }
  return edited;
}

function expectTakenOrExplained(text: string): void {
  try {
    parseConfig(text, 'c.json');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
    expect(error.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify([error.message, error.problems])).not.toMatch(SECRET);
    for (const { file, line, column, message } of error.problems) {
      expect(file).toBe('c.json');
      expect(message).not.toBe('');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual(lines[line - 1].length + 1);
    }
  }
}

describe('parseConfig', () => {
  it('is tried with configs alone, short enough to be edited at every character', () => {
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(() => parseConfig(text, 'c.json')).not.toThrow();
    expect(texts.join('').length).toBeLessThan(20_000);
  });

  it('takes or explains every config with one character deleted', () => {
    for (const text of texts) {
      for (let at = 0; at < text.length; at++) expectTakenOrExplained(text.slice(0, at) + text.slice(at + 1));
    }
  });

  it('takes or explains every config that is cut off', () => {
    for (const text of texts) for (let end = 0; end < text.length; end++) expectTakenOrExplained(text.slice(0, end));
  });

  it('takes or explains every config with some edits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        expectTakenOrExplained(apply(text, edits));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes or explains any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => expectTakenOrExplained(text)),
      { numRuns: 500 },
    );
  });
});

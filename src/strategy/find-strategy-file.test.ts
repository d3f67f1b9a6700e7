import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findStrategyFile } from './find-strategy-file.ts';

describe('findStrategyFile', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candlecast-find-'));
    for (const file of ['six-strategy.ts', 'OwnCase.ts', 'plain.js']) writeFileSync(join(folder, file), '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const messageFor = (name: string, ...more: readonly string[]) => {
    try {
      return `found ${findStrategyFile(name, [folder, ...more])}`;
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ['SixStrat', 'SixStrategy'],
    ['sixStrategi', 'SixStrategy'],
    ['six-strat', 'six-strategy'],
    ['six_strat', 'six_strategy'],
    ['SixStrat.ts', 'six-strategy.ts'],
    ['OwnCas', 'OwnCase'],
    // As own-case it would not be found.
    ['own-cas', 'OwnCase'],
    ['plan', 'plain'],
  ])('suggests for %s what finds the nearest file: %s', (name, suggested) => {
    expect(messageFor(name)).toMatch(new RegExp(`; did you mean "${suggested}"\\?$`));
    expect(existsSync(findStrategyFile(suggested, [folder]))).toBe(true);
  });

  it('takes a file for a strategy where the program was started only if it names defineStrategy', () => {
    expect(existsSync('vitest.config.ts')).toBe(true);
    const message = messageFor('VitestConfi', '.');
    expect(message).toContain(`${folder} has OwnCase.ts, plain.js, six-strategy.ts; . has no strategy files`);
    expect(message).not.toContain('vitest');
    expect(messageFor('SixStrat', '.')).toMatch(/did you mean "SixStrategy"\?$/);
  });
});

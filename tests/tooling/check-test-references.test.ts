import { describe, expect, it } from 'vitest';
import { checkTestReferences } from '../../scripts/docs/check-test-references.ts';
import { printProblems } from '../../scripts/lib/problem.ts';
import { temporaryTree } from './temporary-tree.ts';

const HEAD = ['| what | shown by |', '|---|---|'];
const PAGE = 'docs/page.md';

/** What is said of lines of a page that links `../tests/a.test.ts`, which has this text. */
function verdict(lines: readonly string[], tests = ''): string {
  const root = temporaryTree({ [PAGE]: lines.join('\n'), 'tests/a.test.ts': tests });
  return printProblems(checkTestReferences(root, PAGE));
}

const row = (title: string) => `| x | [a](../tests/a.test.ts) “${title}” |`;

const verdictOf = (title: string, tests: string) => verdict([...HEAD, row(title)], tests);

describe('a row of a page of claims', () => {
  it.each([
    ['it', "it('holds', () => {});"],
    ['test', "test('holds', () => {});"],
    ['a group around it', "describe('a group', () => { it('holds', () => {}); });"],
    ['each', "it.each([1])('holds', (n) => {});"],
    ['each, as a template', "it.each`a\n${1}`('holds', () => {});"],
    ['for', "it.for([1])('holds', (n) => {});"],
    ['modifiers', "it.sequential.concurrent.each([1])('holds', () => {});"],
    ['a condition', "it.runIf(true)('holds', () => {}); "],
    ['two conditions', "it.skipIf(false).each([1])('holds', () => {}); "],
    ['options', "it('holds', { retry: 1, skip: false }, () => {});"],
    ['a function by its name', "it('holds', body, 5_000);"],
    ['a template', 'it(`holds`, () => {});'],
    ['a title of two', "it('ho' + 'lds', () => {});"],
    ['another one that is skipped', "it.skip('holds', () => {}); it('holds', () => {});"],
  ])('may name a test: %s', (_, tests) => {
    expect(verdictOf('holds', tests)).toBe('');
  });

  it('may name titles by what they say, however they are written', () => {
    expect(verdictOf("it isn't", String.raw`it('it isn\'t', () => {});`)).toBe('');
    expect(verdictOf('“', '')).toContain('has no test');
    expect(verdictOf(String.raw`a \| b`, "it('a | b', () => {});")).toBe('');
    expect(verdictOf('of ${name}: %s', 'it.each([1])(`of ${name}: %s`, () => {});')).toBe('');
  });

  it.each([
    ['nothing', ''],
    ['a group', "describe('holds', () => { it('else', () => {}); });"],
    ['a comment', "// it('holds', () => {});"],
    ['a text', "it('else', () => { expect('holds').toBe('holds'); });"],
    ['a part of a title', "it('holds on', () => {});"],
    ['a case', "it.each(['holds'])('else', () => {});"],
    ['a call of something else', "edit('holds', () => {}); regex.test('holds');"],
  ])('may not name what is no test: %s', (_, tests) => {
    expect(verdictOf('holds', tests)).toBe('docs/page.md:3:1  ../tests/a.test.ts has no test “holds”');
  });

  it.each([
    ['is marked skip', "it.skip('holds', () => {});"],
    ['is marked skip', "it.each([1]).skip('holds', () => {}); it.skip.each([1])('holds', () => {});"],
    ['is marked skip', "it('holds', { skip: true }, () => {});"],
    ['is marked skip', "describe.skip('a group', () => { describe('b', () => { it('holds', () => {}); }); });"],
    ['is marked skip', "describe('a group', { skip: true }, () => { it('holds', () => {}); });"],
    ['is marked todo', "it.todo('holds');"],
    ['is marked todo', "it('holds', { todo: true }, () => {});"],
    ['is marked fails', "it.fails('holds', () => {});"],
    ['has no body', "it('holds');"],
  ])('may not name a test that %s: %s', (idle, tests) => {
    expect(verdictOf('holds', tests)).toBe(`docs/page.md:3:1  the test “holds” of ../tests/a.test.ts ${idle}`);
  });

  it('names one', () => {
    const none = (line: number) => `docs/page.md:${line}:1  this row names no test that shows it`;
    expect(verdict([...HEAD, '| x | y |'])).toBe(none(3));
    expect(verdict([...HEAD, '  | x | y |'])).toBe(none(3));
    expect(verdict([...HEAD, 'x | y'])).toBe(none(3));
    expect(verdict([...HEAD, '| x | y |', '| | |', '|---|---|'])).toBe([none(3), none(4), none(5)].join('\n'));
    expect(verdict(['| x | y |'])).toBe(none(1));
    expect(verdict(['| x | y |', '| | |'])).toBe([none(1), none(2)].join('\n'));
    expect(verdict([...HEAD, '', 'text', '', '| a | b |', '| :-- | :-: |', '', '---'])).toBe('');
  });

  it('has a title behind the link', () => {
    const link = '| x | [a](../tests/a.test.ts) |';
    expect(verdict([...HEAD, link])).toContain('is not followed by the title of a test');
  });

  it('is written', () => {
    const tests = "it('holds', () => {});";
    expect(verdict([...HEAD, row('holds').replace('x', 'TBD')], tests)).toBe(
      'docs/page.md:3:1  this row is yet to be written',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { checkExamples } from '../../scripts/docs/check-examples.ts';
import { checkLinks } from '../../scripts/docs/check-links.ts';
import { printProblems } from '../../scripts/lib/problem.ts';
import { temporaryTree } from './temporary-tree.ts';

function examplesVerdict(...lines: readonly string[]): string {
  const root = temporaryTree({ 'README.md': lines.join('\n') });
  return printProblems(checkExamples(root, ['README.md']).problems);
}

function linksVerdict(text: string, others: Readonly<Record<string, string>> = {}): string {
  const root = temporaryTree({ 'docs/page.md': text, ...others });
  return printProblems(checkLinks(root, 'docs/page.md'));
}

describe('examples in the documentation', () => {
  it('may use the package by its name, and await', () => {
    const text = ["import { Frame } from 'candlecast/frame';", 'export const a: Frame = await Promise.reject();'];
    expect(examplesVerdict('# Title', '```ts', ...text, '```')).toBe('');
  });

  it('are reported at the line of the page', () => {
    const printed = examplesVerdict('# Title', '', '```ts', 'const a = 1;', 'const b: string = a;', '```');
    expect(printed).toMatch(/^README\.md:5:7 {2}TS2322: /);
  });

  it('keep to the options of the project', () => {
    expect(examplesVerdict('```ts', 'enum A { B }', '```')).toContain('TS1294');
    expect(examplesVerdict('```ts', 'export const f = (a) => a;', '```')).toContain('TS7006');
    expect(examplesVerdict('```ts', "import { nothing } from 'candlecast/frame';", '```')).toContain('TS2305');
  });

  it('do not see each other', () => {
    expect(examplesVerdict('```ts', 'const a = 1;', '```', '```ts', 'export const b = a;', '```')).toContain(
      "README.md:5:18  TS2304: Cannot find name 'a'",
    );
  });

  it('take what they do not show from the comment before them', () => {
    const block = ['```ts', 'export const b: number = a;', '```'];
    expect(examplesVerdict('<!-- setup: declare const a: number; -->', '', ...block)).toBe('');
    expect(examplesVerdict('<!-- setup:', 'declare const a: number;', '-->', ...block)).toBe('');
    expect(examplesVerdict('<!-- setup: declare const a: string; -->', ...block)).toContain('README.md:3:14  TS2322');
    expect(examplesVerdict('', '<!-- setup:', 'declare const a: Missing;', '-->', ...block)).toContain(
      'README.md:3:18',
    );
    expect(examplesVerdict('<!-- a remark -->', ...block)).toContain('TS2304');
    expect(examplesVerdict('<!-- setup: declare const a: number; -->', 'text', ...block)).toContain('TS2304');
  });

  it('can not be kept from the compiler', () => {
    for (const info of ['ts ignore', 'typescript', 'tsx', 'TS', 'ts{1}']) {
      expect(examplesVerdict(`\`\`\`${info}`, '```')).toBe(
        `README.md:1:1  write \`\`\`ts alone, found \`\`\`${info}: every example is compiled`,
      );
    }
  });

  it('are those in TypeScript alone', () => {
    expect(examplesVerdict('```json', '{', '```', '~~~', 'const a: string = 1;', '~~~', '```sh', 'tsc', '```')).toBe(
      '',
    );
  });
});

describe('links in the documentation', () => {
  it('lead to files, folders and headings', () => {
    const text = [
      '# A `code` heading, *twice*!',
      '## Same',
      '## Same',
      '[a](../README.md) [b](other.md#with-an-anchor "title") [c](#a-code-heading-twice) [d](#same-1) ![e](pictures/)',
      '<img src="pictures/p.svg"> [f](https://example.org/x) [g](mailto:a@example.org) [ref]',
      '',
      '[ref]: other.md',
    ].join('\n');
    const others = { 'README.md': '', 'docs/other.md': '# With an anchor', 'docs/pictures/p.svg': '' };
    expect(linksVerdict(text, others)).toBe('');
  });

  it.each([
    ['[a](missing.md)', 'docs/page.md:1:5  the link missing.md leads nowhere: docs/missing.md does not exist'],
    ['x ![a](p.png)', 'docs/page.md:1:8  the link p.png leads nowhere'],
    ['<img alt="" src="p.png">', 'docs/page.md:1:18  the link p.png leads nowhere'],
    ['\n[ref]: p.md', 'docs/page.md:2:8  the link p.md leads nowhere'],
    ['[a](#nowhere)', 'leads to a heading that docs/page.md does not have'],
    ['[a](../../x.md)', 'leads out of the repository'],
    ['[a](/docs/page.md)', 'is absolute'],
  ])('are reported: %s', (text, expected) => {
    expect(linksVerdict(text)).toContain(expected);
  });

  it('are not looked for in code', () => {
    expect(linksVerdict('`[a](b.md)` and ``[a](c`.md)``\n\n```md\n[a](d.md)\n```\n')).toBe('');
  });
});

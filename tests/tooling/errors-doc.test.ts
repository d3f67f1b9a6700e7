import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readErrorAreas, updateErrorsPage } from '../../scripts/errors-doc.ts';
import { frameErrors } from '../../src/frame/frame-error.ts';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import { temporaryTree } from './temporary-tree.ts';

function table(area: string, codes: Readonly<Record<string, unknown>>): string {
  const name = area[0].toUpperCase() + area.slice(1);
  const codesText = `export const ${area}Errors = ${JSON.stringify(codes)} as const satisfies ErrorTable;`;
  return `${codesText}\nexport class ${name}Error extends Error {}\n`;
}

const described = { meaning: 'A | b <c>.', remedy: 'Use `<d>`.' };

describe('the page of errors', () => {
  it('finds the tables of the repository', async () => {
    const areas = await readErrorAreas(repositoryRoot);
    const frame = areas.find(({ className }) => className === 'FrameError');
    expect(frame).toEqual({
      folder: 'frame',
      file: 'src/frame/frame-error.ts',
      className: 'FrameError',
      codes: frameErrors,
    });
  });

  it('is written by folder and code, and fresh until a table changes', async () => {
    const root = temporaryTree({ 'src/wire/wire-error.ts': table('wire', { WIRE_CUT: described }) });
    expect(await updateErrorsPage(root, { checkOnly: true })).toBe(false);
    expect(await updateErrorsPage(root, { checkOnly: false })).toBe(false);
    expect(await updateErrorsPage(root, { checkOnly: true })).toBe(true);
    const path = join(root, 'docs/errors.md');
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('## WireError\n\nThrown by `wire`.');
    expect(page).toContain('| `WIRE_CUT` | A \\| b &lt;c>. | Use `<d>`. |');
    writeFileSync(path, page.replace('WIRE_CUT', 'WIRE_TORN'));
    expect(await updateErrorsPage(root, { checkOnly: true })).toBe(false);
  });

  it('refuses a code that two areas have', async () => {
    const root = temporaryTree({
      'src/wire/wire-error.ts': table('wire', { WIRE_CUT: described }),
      'src/frame/frame-error.ts': table('frame', { WIRE_CUT: described }),
    });
    await expect(readErrorAreas(root)).rejects.toThrow('WIRE_CUT: src/frame/frame-error.ts, src/wire/wire-error.ts');
  });

  it.each([
    ['a code in another form', { wireCut: described }, 'UPPER_SNAKE'],
    ['a code without a remedy', { WIRE_CUT: { meaning: 'Cut.' } }, 'remedy'],
    ['an empty meaning', { WIRE_CUT: { ...described, meaning: '' } }, 'must be a sentence'],
    ['two prefixes', { WIRE_CUT: described, FRAME_CUT: described }, 'one prefix an area'],
  ])('refuses %s', async (_, codes, reason) => {
    const root = temporaryTree({ 'src/wire/wire-error.ts': table('wire', codes) });
    await expect(readErrorAreas(root)).rejects.toThrow(reason);
  });

  it('refuses a class without a table, and a table without a class', async () => {
    const lonelyClass = 'class CandlecastError extends Error {}\nexport class WireError extends CandlecastError {}';
    const lonelyTable = 'export const wireErrors = {} as const satisfies ErrorTable;';
    for (const text of [lonelyClass, lonelyTable]) {
      const root = temporaryTree({ 'src/wire/wire-error.ts': text });
      await expect(readErrorAreas(root)).rejects.toThrow('must export one table and one class');
    }
  });

  it('refuses errors in a file of another name, and leaves files alone that only sound like errors', async () => {
    const stray = temporaryTree({ 'src/wire/decode.ts': table('wire', { WIRE_CUT: described }) });
    await expect(readErrorAreas(stray)).rejects.toThrow('src/wire/decode.ts defines errors');
    const named = temporaryTree({ 'src/cli/report-error.ts': 'export function reportError() {}' });
    expect(await readErrorAreas(named)).toEqual([]);
  });
});

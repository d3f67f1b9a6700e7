import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { framesForPandas } from '../../tests/fixtures/pandas3-frames/write-frames.ts';
import type { AnyFrame, CellValue } from '../frame/index.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodeFrame } from './encode-frame.ts';

interface Written {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly {
    readonly name: string;
    readonly kind: string;
    readonly values: readonly (string | boolean | null)[];
  }[];
}

interface Read {
  readonly name: string;
  readonly names: readonly string[];
  readonly index: readonly number[];
  readonly columns: readonly (readonly (string | boolean | null)[])[];
}

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../tests/fixtures/pandas3-frames/${name}`, import.meta.url), 'utf8'));

describe('frames that pandas 3 wrote', () => {
  const { frames }: { frames: readonly Written[] } = load('written-by-pandas.json');

  it.each(frames)('$name: what the producer held', ({ text, columns }) => {
    const decoded = decodeFrame({ df: { __type__: 'dataframe', __value__: text } });
    if (decoded.status === 'refused') throw new Error(decoded.reason);
    const { frame } = decoded;
    expect(frame.names).toEqual(columns.map(({ name }) => name));
    for (const { name, kind, values } of columns) {
      const isOpen = decoded.undetermined.includes(name);
      if (!isOpen) expect([name, frame.kind(name)]).toEqual([name, kind]);
      for (const [row, value] of values.entries()) expectCell(frame.at(row, name), isOpen ? null : value, 5.0001e-11);
    }
  });

  it('names the columns whose kind is open', () => {
    const open = frames.map(({ text }) => {
      const decoded = decodeFrame({ df: { __type__: 'dataframe', __value__: text } });
      return decoded.status === 'frame' ? decoded.undetermined : decoded;
    });
    expect(frames.map(({ name }, place) => [name, open[place]])).toEqual([
      ['typical', []],
      ['last row', []],
      ['no rows', ['rsi', 'enter_long', 'exit_long']],
      ['no columns', []],
      ['missing dates', []],
      ['kinds', ['nothing']],
      ['duplicate names', []],
    ]);
  });
});

describe('frames that pandas 3 read from us', () => {
  const texts: readonly { name: string; text: string }[] = load('written-by-candlecast.json');
  const { frames }: { frames: readonly Read[] } = load('read-by-pandas.json');
  const cases = framesForPandas.map(({ name, frame, firstRow }, place) => {
    const { text } = texts[place];
    return { name, frame: frame as AnyFrame, firstRow, text, read: frames[place] };
  });

  it.each(cases)('$name: we still write the text that it read', ({ frame, firstRow, text }) => {
    expect(encodeFrame(frame, { firstRow }).df).toEqual({ __type__: 'dataframe', __value__: text });
  });

  it.each(cases)('$name: it read what we held', ({ frame, firstRow, read }) => {
    expect(read.names).toEqual(frame.names);
    expect(read.index).toEqual(Array.from({ length: frame.length }, (_, row) => firstRow + row));
    for (const [place, values] of read.columns.entries()) {
      for (const [row, value] of values.entries()) {
        // pandas reads 15 decimals, and no infinities.
        const cell = frame.at(row, read.names[place]);
        expectCell(Math.abs(Number(cell)) === Infinity ? NaN : cell, value, 1e-15);
      }
    }
  });
});

/** Numbers come as text; those near 0 lose what is behind the last decimal, the others their last bit. */
function expectCell(cell: CellValue | undefined, value: string | boolean | null, decimals: number): void {
  if (typeof cell === 'bigint') expect(String(cell)).toBe(value);
  else if (typeof cell !== 'number') expect(cell).toBe(value);
  else if (value === null) expect(cell).toBeNaN();
  else expect(Math.abs(cell - Number(value))).toBeLessThanOrEqual(Math.max(decimals, Math.abs(Number(value)) * 1e-14));
}

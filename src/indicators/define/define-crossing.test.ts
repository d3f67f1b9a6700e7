import { describe, expect, it } from 'vitest';
import { readCases, readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { crossedAbove } from '../crossings/crossed-above.ts';
import { crossedBelow } from '../crossings/crossed-below.ts';

const { series } = readSeries();
const both = [crossedAbove, crossedBelow].map((crossing) => [crossing.name, crossing] as const);

describe.each(both)('%s', (name, crossing) => {
  it('gives row by row what it gives for all rows, for a series and for a level', () => {
    for (const { input, outputs } of readCases(name)) {
      const [a, b] = input;
      const other = typeof b === 'number' ? b : series[b];
      const rows = Array.from(series[a], (_, i) => Number(crossing(series[a], other, i)));
      expect(rows).toEqual(Array.from(outputs.value));
      expect(Array.from(crossing(series[a], other))).toEqual(rows);
    }
  });

  it('never crosses a level that is not a number', () => {
    expect(crossing(series.walk, Number.NaN)).toEqual(new Uint8Array(series.walk.length));
  });

  it('refuses a row that either series does not have', () => {
    const short = [1, 2, 3];
    for (const row of [-1, 3, 0.5, Number.NaN]) {
      const refused = expect.objectContaining({ code: 'INDICATOR_NO_SUCH_ROW', value: row });
      expect(() => crossing(short, 2, row)).toThrow(refused);
      expect(() => crossing(short, 2, row)).toThrow(`${name}: series a has rows 0 to 2, found row ${row}`);
    }
    expect(() => crossing(series.walk, short, 3)).toThrow(`${name}: series b has rows 0 to 2, found row 3`);
    expect(() => crossing([], 2, 0)).toThrow(`${name}: series a has no rows, found row 0`);
  });

  it('refuses a row of what is not a series', () => {
    const missing: unknown = undefined;
    const refused = expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' });
    expect(() => Reflect.apply(crossing, undefined, [missing, 30, 1])).toThrow(refused);
    expect(() => Reflect.apply(crossing, undefined, [[1, 2], 'close', 1])).toThrow(refused);
  });
});

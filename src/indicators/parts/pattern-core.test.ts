import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandlePattern } from './candle-pattern.ts';
import { candleSettings } from './candle-settings.ts';
import { PatternCore } from './pattern-core.ts';

/** Feels a change of any bit in what a pattern can see. */
class Sensitive extends CandlePattern {
  private readonly first = this.candle(2);
  private readonly last = this.candle(0);
  private readonly averages = [
    this.average(this.first, candleSettings.bodyLong),
    this.average(this.last, candleSettings.near),
    this.average(this.candle(1), candleSettings.shadowShort),
    this.average(this.last, candleSettings.shadowVeryLong),
  ];

  judge(): number {
    const seen = [this.first.open, this.first.low, this.last.high, this.last.close];
    return [...seen, ...this.averages.map(({ value }) => value)].reduce((sum, each, i) => sum + each * (i + 1), 0);
  }
}

const LOOKBACK = 12;
const start = () => new PatternCore(LOOKBACK, new Sensitive());

const price = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: 1e-3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, 0, 1e12) },
);
const candles = fc.array(fc.tuple(price, price, price, price), { maxLength: 160 });
const pieces = fc.array(
  fc.record({ way: fc.constantFrom('run', 'update', 'copy'), rows: fc.integer({ min: 0, max: 70 }) }),
  { minLength: 1, maxLength: 20 },
);

const columnsOf = (rows: readonly (readonly number[])[]) =>
  [0, 1, 2, 3].map((place) => Float64Array.from(rows, (row) => row[place]));

/** Takes the rows in these pieces, over and over, and the last ones in one run. */
function inPieces(
  columns: readonly Float64Array[],
  steps: readonly { readonly way: string; readonly rows: number }[],
): Float64Array {
  const [open, high, low, close] = columns;
  const out = new Float64Array(open.length);
  let core = start();
  let at = 0;
  for (const { way, rows } of steps) {
    const end = Math.min(at + rows, open.length);
    if (way === 'run') core.run(columns, [out], at, end);
    else if (way === 'copy') core = strayedCopy(core, columns);
    else
      for (let i = at; i < end; i++)
        out[i] = core.update({ open: open[i], high: high[i], low: low[i], close: close[i] });
    if (way !== 'copy') at = end;
  }
  core.run(columns, [out], at, open.length);
  return out;
}

/** A core that has seen other rows before it becomes this one, while this one goes on elsewhere. */
function strayedCopy(core: PatternCore, columns: readonly Float64Array[]): PatternCore {
  const copy = start();
  const { length } = columns[0];
  copy.run(columns, [new Float64Array(length)], 0, length);
  copy.assign(core);
  core.run(columns, [new Float64Array(length)], 0, length);
  return copy;
}

describe('PatternCore', () => {
  it('judges the same whether rows come singly, in runs or to a copy', () => {
    const property = fc.property(candles, pieces, (rows, steps) => {
      const columns = columnsOf(rows);
      const whole = new Float64Array(rows.length);
      start().run(columns, [whole], 0, rows.length);
      const found = inPieces(columns, steps);
      expect(found.findIndex((value, i) => !Object.is(value, whole[i]))).toBe(-1);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('judges nothing before the lookback, and everything from there on', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [100 + i, 103 + i, 99 + i, 101 + i]);
    const out = new Float64Array(rows.length).fill(-1);
    start().run(columnsOf(rows), [out], 0, rows.length);
    expect(out.findIndex((value) => value !== 0)).toBe(LOOKBACK);
    expect(out.subarray(LOOKBACK)).not.toContain(0);
    expect(out.subarray(LOOKBACK)).not.toContain(-1);
  });
});

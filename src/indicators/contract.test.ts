import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batch,
  type Columns,
  columnsOf,
  disagreement,
  firstDifference,
  lookback,
  play,
  rowsOf,
  start,
} from '../../tests/fixtures/indicators/call-indicator.ts';
import {
  inputsOfCase,
  longInputs,
  plainInputs,
  shapedInputs,
} from '../../tests/fixtures/indicators/indicator-inputs.ts';
import { type OracleCase, readCases } from '../../tests/fixtures/indicators/read-fixture.ts';
import { toleranceOf } from '../../tests/fixtures/indicators/tolerance-of.ts';
import { computeAfresh, type Keeper, keptBy } from './define/compute-columns.ts';
import { firstComplete } from './define/input-shape.ts';
import { indicators, type Parameter } from './index.ts';

/** Parameters with which 200 rows are mostly values. */
function smallValue(parameter: Parameter): fc.Arbitrary<number | string> {
  if (parameter.kind === 'choice') return fc.constantFrom(...parameter.choices);
  const { kind, min, max } = parameter;
  if (kind === 'integer') return fc.integer({ min, max: Math.min(max, 40) });
  return fc.double({ min: Math.max(min, -9), max: Math.min(max, 9), noNaN: true });
}

const anyNumber = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 1e-9, max: 1e12, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e-9, 1e12) },
);

const other = (row: readonly number[]) => row.map((value) => value * 1.7 + 3);

describe.each(indicators.map((indicator) => [indicator.name, indicator] as const))('%s', (name, indicator) => {
  const shapes = shapedInputs(indicator);
  const plain = plainInputs(indicator);
  const count = indicator.outputs.length;
  const smallSettings = fc.record(
    Object.fromEntries(Object.entries(indicator.parameters).map(([key, parameter]) => [key, smallValue(parameter)])),
  );
  const anyRow = fc.array(anyNumber, { minLength: indicator.inputs.length, maxLength: indicator.inputs.length });
  const anyShape = fc.constantFrom(...shapes.keys());

  const { cases, fault } = fixtureOf(name);

  it('has a fixture', () => expect(fault).toBeUndefined());

  it.each(cases)('equals the oracle on %s', (_, each) => {
    const inputs = inputsOfCase(indicator, each);
    const found = batch(indicator, inputs, each.settings);
    // Where no row is complete, Python's wrapper runs the C function on the last row alone, and AD is 0 there. A stream cannot
    // know which row is the last, and there is nothing that a value could be of.
    if (indicator.inputs.length > 1 && firstComplete(inputs) === inputs[0].length)
      return expect(blanksOnly(found, indicator.kind)).toBe(true);
    const expected = indicator.outputs.map((output) => each.outputs[output]);
    expect(disagreement(found, expected, toleranceOf(name, each.settings))).toBeUndefined();
  });

  it('gives the same bits streamed as in a batch', () => {
    for (const [shape, inputs] of shapes) {
      const stream = play(start(indicator), rowsOf(inputs), count);
      expect(firstDifference(stream, batch(indicator, inputs)), shape).toBeUndefined();
    }
  });

  it('gives the same bits streamed as in a batch, whatever the parameters and values', () => {
    const property = fc.property(smallSettings, fc.array(anyRow, { maxLength: 130 }), (settings, rows) => {
      const stream = play(start(indicator, settings), rows, count);
      const whole = batch(indicator, columnsOf(rows, indicator.inputs.length), settings);
      expect(firstDifference(stream, whole)).toBeUndefined();
    });
    fc.assert(property, { numRuns: 60 });
  });

  // A crossing has no core: it looks at two rows.
  it.runIf(indicator.kind !== 'bool')(
    'gives the same bits in pieces, each run by a core that took over from another',
    () => {
      const cuts = fc.array(fc.nat(200), { maxLength: 8 });
      const property = fc.property(smallSettings, anyShape, cuts, (settings, shape, at) => {
        const inputs = inputsOf(shape);
        const pieces = keptBy(piecewise(at), () => batch(indicator, inputs, settings));
        expect(firstDifference(pieces, batch(indicator, inputs, settings))).toBeUndefined();
      });
      fc.assert(property, { numRuns: 60 });
    },
  );

  it('peeks at a candle without having seen it', () => {
    for (const [shape, inputs] of shapes) {
      const rows = rowsOf(inputs);
      const stream = start(indicator);
      const peeked: number[][] = [];
      const updated = rows.map((row) => {
        stream.peek(other(row));
        stream.peek(row.map(() => Number.NaN));
        peeked.push(stream.peek(row));
        return stream.update(row);
      });
      const expected = batch(indicator, inputs);
      expect(firstDifference(columnsOf(updated, count), expected), shape).toBeUndefined();
      expect(firstDifference(columnsOf(peeked, count), expected), shape).toBeUndefined();
    }
  });

  it('replaces its last candle: a copy from before goes on as if it had never come', () => {
    for (const [shape, inputs] of shapes) {
      let stream = start(indicator);
      const values = rowsOf(inputs).map((row) => {
        const before = stream.copy();
        stream.update(other(row));
        stream = before;
        return stream.update(row);
      });
      expect(firstDifference(columnsOf(values, count), batch(indicator, inputs)), shape).toBeUndefined();
    }
  });

  it('copies into streams that live on their own', () => {
    // 37 is where NaN rows begin: a copy must know that it is past its head.
    for (const inputs of [plain, holed(plain)]) {
      const expected = batch(indicator, inputs);
      const rows = rowsOf(inputs);
      const elsewhere = rows.slice(0, 60).map((row) => row.map((value) => value * 1e6));
      for (const at of [0, 1, 13, 20, 21, 37, 57, 100, 199]) {
        const original = start(indicator);
        play(original, rows.slice(0, at), count);
        const [copy, strayed] = [original.copy(), original.copy()];
        play(strayed, elsewhere, count);
        const rest = expected.map((column) => column.slice(at));
        for (const stream of [original, copy]) {
          expect(firstDifference(play(stream, rows.slice(at), count), rest)).toBeUndefined();
        }
      }
    }
  });

  it('leaves its input alone, and gives a new result each time', () => {
    for (const [shape, inputs] of shapes) {
      const before = inputs.map((column) => column.slice());
      const [first, second] = [batch(indicator, inputs), batch(indicator, inputs)];
      for (const column of first) column.fill(-1);
      expect(firstDifference(inputs, before), shape).toBeUndefined();
      expect(firstDifference(second, batch(indicator, before)), shape).toBeUndefined();
    }
  });

  it('takes plain, frozen and single-precision arrays', () => {
    const frozen = plain.map((column) => Object.freeze(Array.from(column)));
    expect(firstDifference(batch(indicator, frozen), batch(indicator, plain))).toBeUndefined();
    const singles = plain.map((column) => Float32Array.from(column));
    const doubles = singles.map((column) => Float64Array.from(column));
    expect(firstDifference(batch(indicator, singles), batch(indicator, doubles))).toBeUndefined();
  });

  if (indicator.kind === 'float64') {
    it('has its first complete row after the lookback, counted from the first complete input row', () => {
      // The last of the columns is the last to begin.
      const head = indicator.inputs.length + 3;
      const long = repeated(plain, head + lookback(indicator) + 100);
      const inputs = long.map((column, position) => column.map((value, i) => (i < 4 + position ? Number.NaN : value)));
      const complete = completeRows(batch(indicator, inputs));
      expect(complete.indexOf(true)).toBe(head + lookback(indicator));
      expect(complete.lastIndexOf(false)).toBe(head + lookback(indicator) - 1);
    });

    it('has its first complete row after the lookback, whatever the parameters', () => {
      const property = fc.property(smallSettings, (settings) => {
        const due = lookback(indicator, settings);
        const found = completeRows(batch(indicator, plain, settings)).indexOf(true);
        expect(found).toBe(due < plain[0].length ? due : -1);
      });
      fc.assert(property, { numRuns: 40 });
    });
  } else {
    it('has its first value besides 0 after the lookback, and not later', () => {
      const long = longInputs(indicator);
      const due = lookback(indicator);
      const earliest = Array.from(long[0], (_, from) => {
        const [found] = batch(
          indicator,
          long.map((column) => column.slice(from, from + due + 9)),
        );
        return found.findIndex((value) => value !== 0);
      }).filter((row) => row >= 0);
      expect(Math.min(...earliest)).toBe(due);
    });
  }

  it('has as many rows as its input, and no value in fewer than the lookback', () => {
    const due = lookback(indicator);
    for (const length of [0, 1, due, due + 1]) {
      const found = batch(
        indicator,
        plain.map((column) => column.slice(0, length)),
      );
      const rows = Math.min(length, plain[0].length);
      expect(found.map((column) => column.length)).toEqual(found.map(() => rows));
      const early = found.flatMap((column) => [...column.subarray(0, due)]);
      if (indicator.kind !== 'float64') expect(early.every((value) => value === 0)).toBe(true);
      else expect(completeRows(found).filter(Boolean).length).toBe(Math.max(0, rows - due));
    }
  });

  function inputsOf(shape: string): Columns {
    const inputs = shapes.get(shape);
    if (inputs === undefined) throw new Error(`there is no shape "${shape}"`);
    return inputs;
  }
});

/** The cases with their titles, or why there are none: one missing file should not keep all other indicators from their tests. */
function fixtureOf(name: string): {
  readonly cases: readonly (readonly [string, OracleCase])[];
  readonly fault?: unknown;
} {
  try {
    return { cases: readCases(name).map((each) => [JSON.stringify([each.input, each.settings]), each]) };
  } catch (fault) {
    return { cases: [], fault };
  }
}

const blanksOnly = (columns: Columns, kind: string) =>
  columns.every((column) => column.every((value) => (kind === 'float64' ? Number.isNaN(value) : value === 0)));

/** Which rows are without a NaN. */
const completeRows = (columns: Columns) => rowsOf(columns).map((row) => !row.some(Number.isNaN));

/** As many rows, from the start again where there are no more. */
const repeated = (columns: Columns, rows: number) =>
  columns.map((column) => Float64Array.from({ length: rows }, (_, i) => column[i % column.length]));

/** Three rows in 37 are NaN in every column. */
const holed = (columns: Columns) =>
  columns.map((column) => column.map((value, i) => (i % 37 < 3 ? Number.NaN : value)));

/** Has columns computed a piece at a time, cut before these rows. */
function piecewise(cuts: readonly number[]): Keeper {
  return {
    compute(computation, values, inputs) {
      const columns = computeAfresh(computation, values, inputs);
      let from = firstComplete(inputs);
      for (const column of columns) column.fill(-7, from);
      let core = computation.start(values);
      const { length } = inputs[0];
      const ends = cuts.filter((cut) => cut > from && cut < length).toSorted((a, b) => a - b);
      for (const end of [...ends, length]) {
        const next = computation.start(values);
        next.assign(core);
        next.run(inputs, columns, from, end);
        [core, from] = [next, end];
      }
      return columns;
    },
  };
}

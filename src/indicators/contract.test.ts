import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batch,
  type Columns,
  firstDifference,
  isSingle,
  lookback,
  play,
  rowsOf,
  start,
} from '../../tests/fixtures/indicators/call-indicator.ts';
import { type OracleCase, readCases, readSeries } from '../../tests/fixtures/indicators/read-fixture.ts';
import * as api from './index.ts';
import { type AnyIndicator, IndicatorError, type Parameter, indicators } from './index.ts';

const { series, candles } = readSeries();

/**
 * The largest distance from the oracle, relative to the larger of the value and the middle band. 0, which is equal bits, for all
 * that are not named here.
 *
 * pandas updates one sum of squares and so carries rounding errors along; in a window of two rows they are largest beside the
 * spread, 2.3e-12 from the exact result. `rolling-moments.test.ts` holds our arithmetic to the exact result.
 */
const TOLERANCE: Readonly<Record<string, (settings: OracleCase['settings']) => number>> = {
  bollingerBands: ({ window }) => (window === 2 ? 3e-12 : 1e-12),
};

/** As many columns as the indicator takes, made from one series. */
function spread(indicator: AnyIndicator, values: Float64Array): Columns {
  const made = [values, values.toReversed(), values.map((value) => value * 0.5)];
  return indicator.inputs.map((_, position) => made[position]);
}

/** The shapes that prices come in, and some that they shouldn't. */
const shapes: Readonly<Record<string, Float64Array>> = {
  ...series,
  empty: new Float64Array(0),
  'one row': Float64Array.of(100),
  'two rows': Float64Array.of(100, 101),
  holes: series.walk.map((value, i) => (i % 37 < 3 ? Number.NaN : value)),
  zeros: new Float64Array(80),
  falling: Float64Array.from({ length: 120 }, (_, i) => 1000 - i),
};

const smallSettings = (indicator: AnyIndicator): fc.Arbitrary<Record<string, number | string>> =>
  fc.record(
    Object.fromEntries(Object.entries(indicator.parameters).map(([name, parameter]) => [name, smallValue(parameter)])),
  );

function smallValue(parameter: Parameter): fc.Arbitrary<number | string> {
  if (parameter.kind === 'choice') return fc.constantFrom(...parameter.choices);
  const { kind, min, max } = parameter;
  if (kind === 'integer') return fc.integer({ min, max: Math.min(max, 40) });
  return fc.double({ min: Math.max(min, -9), max: Math.min(max, 9), noNaN: true });
}

/** The least and the most that a parameter may be, or each of its choices. */
const extremes = (parameter: Parameter): readonly (number | string)[] =>
  parameter.kind === 'choice' ? parameter.choices : [parameter.min, parameter.max];

/** Values that a parameter may not have. */
function wrongValues(parameter: Parameter): readonly unknown[] {
  const never = [Number.NaN, Infinity, '14', null, {}];
  if (parameter.kind === 'choice') return [...never, 0, parameter.choices[0].toUpperCase()];
  const { kind, min, max } = parameter;
  const outside = [min - Math.abs(min) - 1, max * 2 + 1];
  return kind === 'integer' ? [...never, ...outside, min + 0.5] : [...never, ...outside];
}

const anyNumber = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 1e-9, max: 1e12, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e-9, 1e12) },
);

describe.each(indicators.map((indicator) => [indicator.name, indicator] as const))('%s', (name, indicator) => {
  const all = Object.entries(shapes).map(([shape, values]) => ({ shape, inputs: spread(indicator, values) }));
  const walk = spread(indicator, series.walk);

  function inputsOf({ input }: OracleCase): Columns {
    if (typeof input !== 'string') {
      const { length } = series.walk;
      return input.map((each) => (typeof each === 'string' ? series[each] : new Float64Array(length).fill(each)));
    }
    return isSingle(indicator) ? [series[input]] : indicator.inputs.map((column) => candles[input][column]);
  }

  it.each(readCases(name).map((each) => [JSON.stringify([each.input, each.settings]), each] as const))(
    'equals the oracle on %s',
    (_, each) => {
      const expected = indicator.outputs.map((output) => each.outputs[output]);
      const found = batch(indicator, inputsOf(each), each.settings);
      const tolerance = TOLERANCE[name]?.(each.settings) ?? 0;
      if (tolerance === 0) return expect(firstDifference(found, expected)).toBeUndefined();
      expect(largestError(found, expected)).toBeLessThan(tolerance);
    },
  );

  it('is described', () => {
    expect(Reflect.get(api, name)).toBe(indicator);
    expect([indicator.title, indicator.source]).not.toContain('');
    expect(indicator.inputs.length).toBeGreaterThan(0);
    for (const [name, parameter] of Object.entries(indicator.parameters)) {
      const { default: value } = parameter;
      const isAllowed =
        parameter.kind === 'choice'
          ? parameter.choices.includes(parameter.default)
          : parameter.min <= Number(value) && Number(value) <= parameter.max;
      expect(isAllowed, name).toBe(true);
    }
  });

  it('gives the same bits streamed as in a batch', () => {
    for (const { shape, inputs } of all) {
      const stream = play(start(indicator), rowsOf(inputs), indicator.outputs.length);
      expect(firstDifference(stream, batch(indicator, inputs)), shape).toBeUndefined();
    }
  });

  it('gives the same bits streamed as in a batch, whatever the parameters and values', () => {
    const row = fc.array(anyNumber, { minLength: indicator.inputs.length, maxLength: indicator.inputs.length });
    const property = fc.property(smallSettings(indicator), fc.array(row, { maxLength: 130 }), (settings, rows) => {
      const inputs = indicator.inputs.map((_, position) => Float64Array.from(rows, (values) => values[position]));
      const stream = play(start(indicator, settings), rows, indicator.outputs.length);
      expect(firstDifference(stream, batch(indicator, inputs, settings))).toBeUndefined();
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('peeks at a candle without having seen it', () => {
    for (const { shape, inputs } of all) {
      const peeked = start(indicator);
      const plain = start(indicator);
      for (const row of rowsOf(inputs)) {
        peeked.peek(row.map((value) => value * 1.7 + 3));
        peeked.peek(row.map(() => Number.NaN));
        const value = peeked.peek(row);
        expect(value, shape).toEqual(plain.update(row));
        expect(peeked.update(row), shape).toEqual(value);
      }
    }
  });

  it('copies into streams that live on their own', () => {
    // 37 is where NaN rows begin: a copy must know that it is past its head.
    for (const inputs of [walk, spread(indicator, shapes.holes)]) {
      const expected = batch(indicator, inputs);
      const rows = rowsOf(inputs);
      const elsewhere = rows.slice(0, 60).map((row) => row.map((value) => value * 1e6));
      for (const at of [0, 1, 13, 20, 21, 37, 57, 100, 199]) {
        const original = start(indicator);
        play(original, rows.slice(0, at), indicator.outputs.length);
        const [copy, strayed] = [original.copy(), original.copy()];
        play(strayed, elsewhere, indicator.outputs.length);
        const rest = expected.map((column) => column.slice(at));
        for (const stream of [original, copy]) {
          expect(firstDifference(play(stream, rows.slice(at), indicator.outputs.length), rest)).toBeUndefined();
        }
      }
    }
  });

  it('leaves its input alone, and gives a new result each time', () => {
    for (const { shape, inputs } of all) {
      const before = inputs.map((column) => column.slice());
      const [first, second] = [batch(indicator, inputs), batch(indicator, inputs)];
      for (const column of first) column.fill(-1);
      expect(firstDifference(inputs, before), shape).toBeUndefined();
      expect(firstDifference(second, batch(indicator, before)), shape).toBeUndefined();
    }
  });

  it('takes plain, frozen and single-precision arrays', () => {
    const frozen = walk.map((column) => Object.freeze(Array.from(column)));
    expect(firstDifference(batch(indicator, frozen), batch(indicator, walk))).toBeUndefined();
    const singles = walk.map((column) => Float32Array.from(column));
    const doubles = singles.map((column) => Float64Array.from(column));
    expect(firstDifference(batch(indicator, singles), batch(indicator, doubles))).toBeUndefined();
  });

  it('has its first complete row after the lookback, counted from the first complete input row', () => {
    const head = 7;
    const inputs = walk.map((column) => column.map((value, i) => (i < head ? Number.NaN : value)));
    const due = head + lookback(indicator);
    const found = batch(indicator, inputs);
    if (indicator.kind !== 'float64') return expect(found.flatMap((column) => [...column.slice(0, due)])).not.toContain(1);
    const complete = rowsOf(found).findIndex((row) => !row.some(Number.isNaN));
    expect(complete).toBe(due);
    expect(rowsOf(found).slice(due).flat().some(Number.isNaN)).toBe(false);
  });

  it('has as many rows as its input, and no value in fewer than the lookback', () => {
    for (const length of [0, 1, lookback(indicator), lookback(indicator) + 1]) {
      const inputs = walk.map((column) => column.slice(0, length));
      const found = batch(indicator, inputs);
      expect(found.map((column) => column.length)).toEqual(found.map(() => length));
      const complete = rowsOf(found).filter((row) => !row.some(Number.isNaN)).length;
      if (indicator.kind === 'float64') expect(complete).toBe(Math.max(0, length - lookback(indicator)));
    }
  });

  it('refuses parameters that are out of range, and names what is due', () => {
    for (const [parameter, allowed] of Object.entries(indicator.parameters)) {
      for (const value of wrongValues(allowed)) {
        const settings = { [parameter]: value };
        const calls = [
          () => batch(indicator, walk, settings),
          () => start(indicator, settings),
          () => lookback(indicator, settings),
        ];
        for (const call of calls) {
          const error = thrownBy(call);
          expect(error).toMatchObject({ code: 'INDICATOR_BAD_PARAMETER', value });
          for (const part of [name, parameter, ...extremes(allowed)]) expect(error.message).toContain(String(part));
          if (typeof value === 'number') expect(error.message).toContain(String(value));
        }
      }
    }
  });

  it('takes both ends of each range, and defaults for what is left out', () => {
    for (const [parameter, allowed] of Object.entries(indicator.parameters)) {
      for (const end of extremes(allowed)) expect(batch(indicator, walk, { [parameter]: end })[0].length).toBe(200);
      const value = allowed.default;
      expect(firstDifference(batch(indicator, walk, { [parameter]: value }), batch(indicator, walk))).toBeUndefined();
      expect(
        firstDifference(batch(indicator, walk, { [parameter]: undefined }), batch(indicator, walk)),
      ).toBeUndefined();
    }
  });

  it('refuses what is not a series of numbers', () => {
    const holed = Array.from(series.walk, (value, i) => (i === 5 ? null : value));
    for (const wrong of [undefined, null, 'close', {}, holed, new BigInt64Array(9)]) {
      const inputs = indicator.inputs.map(() => wrong);
      const error = thrownBy(() => batch(indicator, inputs));
      expect(error).toMatchObject({ code: 'INDICATOR_BAD_INPUT' });
      expect(error.message).toContain(name);
    }
    expect(
      thrownBy(() =>
        batch(
          indicator,
          indicator.inputs.map(() => holed),
        ),
      ).message,
    ).toContain('null at row 5');
  });

  it('refuses series of different lengths', () => {
    if (indicator.inputs.length === 1) return;
    const inputs = walk.map((column, position) => column.slice(position));
    const error = thrownBy(() => batch(indicator, inputs));
    expect(error).toMatchObject({ code: 'INDICATOR_WRONG_LENGTH' });
    expect(error.message).toContain(`${indicator.inputs[1]} has 199`);
  });
});

describe('indicators', () => {
  it('lists every indicator that is exported, each once', () => {
    const exported = Object.values<unknown>(api).filter((each) => typeof each === 'function' && 'lookback' in each);
    expect(new Set(indicators)).toEqual(new Set(exported));
    expect(new Set(indicators.map(({ name }) => name)).size).toBe(indicators.length);
  });
});

function thrownBy(call: () => unknown): IndicatorError {
  try {
    call();
  } catch (error) {
    if (error instanceof IndicatorError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Infinite where one of the two is NaN and the other is not. */
function largestError(found: Columns, expected: Columns): number {
  const errors = expected.flatMap((column, position) =>
    Array.from(column, (value, i) => {
      if (Object.is(value, found[position][i])) return 0;
      const size = Math.max(Math.abs(value), Math.abs(expected[1][i]));
      const error = Math.abs(found[position][i] - value) / size;
      return Number.isNaN(error) ? Infinity : error;
    }),
  );
  return Math.max(...errors);
}

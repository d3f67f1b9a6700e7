import { describe, expect, it } from 'vitest';
import { batch, firstDifference, lookback, start } from '../../tests/fixtures/indicators/call-indicator.ts';
import { plainInputs } from '../../tests/fixtures/indicators/indicator-inputs.ts';
import * as api from './index.ts';
import { IndicatorError, indicators, type Parameter } from './index.ts';

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

describe.each(indicators.map((indicator) => [indicator.name, indicator] as const))('%s', (name, indicator) => {
  const plain = plainInputs(indicator);
  const { length } = plain[0];

  it('is described', () => {
    expect(Reflect.get(api, name)).toBe(indicator);
    expect([indicator.title, indicator.source]).not.toContain('');
    expect(indicator.inputs.length).toBeGreaterThan(0);
    for (const [key, parameter] of Object.entries(indicator.parameters)) {
      const { default: value } = parameter;
      const isAllowed =
        parameter.kind === 'choice'
          ? parameter.choices.includes(parameter.default)
          : parameter.min <= Number(value) && Number(value) <= parameter.max;
      expect(isAllowed, key).toBe(true);
    }
  });

  it('refuses parameters that are out of range, and names what is due', () => {
    for (const [parameter, allowed] of Object.entries(indicator.parameters)) {
      for (const value of wrongValues(allowed)) {
        const settings = { [parameter]: value };
        const calls = [
          () => batch(indicator, plain, settings),
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
    const byDefault = batch(indicator, plain);
    for (const [parameter, allowed] of Object.entries(indicator.parameters)) {
      for (const end of extremes(allowed)) {
        const settings = { [parameter]: end };
        expect(batch(indicator, plain, settings)[0].length).toBe(length);
        expect(lookback(indicator, settings)).toBeGreaterThanOrEqual(0);
        expect(() => start(indicator, settings)).not.toThrow();
      }
      for (const value of [allowed.default, undefined]) {
        expect(firstDifference(batch(indicator, plain, { [parameter]: value }), byDefault)).toBeUndefined();
      }
    }
  });

  it('refuses what is not a series of numbers', () => {
    const holed = Array.from(plain[0], (value, i) => (i === 5 ? null : value));
    const given = (column: unknown) => indicator.inputs.map(() => column);
    for (const wrong of [undefined, null, 'close', {}, holed, new BigInt64Array(9)]) {
      const error = thrownBy(() => batch(indicator, given(wrong)));
      expect(error).toMatchObject({ code: 'INDICATOR_BAD_INPUT' });
      expect(error.message).toContain(name);
    }
    expect(thrownBy(() => batch(indicator, given(holed))).message).toContain('null at row 5');
  });

  it('refuses series of different lengths', () => {
    if (indicator.inputs.length === 1) return;
    const inputs = plain.map((column, position) => column.slice(position));
    const error = thrownBy(() => batch(indicator, inputs));
    expect(error).toMatchObject({ code: 'INDICATOR_WRONG_LENGTH' });
    expect(error.message).toContain(`${indicator.inputs[1]} has ${length - 1}`);
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

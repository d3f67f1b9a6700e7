import { describe, expect, it } from 'vitest';
import { readCases, readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { tdi } from './tdi.ts';

const { series } = readSeries();

describe('tdi', () => {
  // The contract allows the bands their last digits, and measures by the largest value of the row.
  it.each(readCases('tdi').map((each) => [JSON.stringify([each.input, each.settings]), each] as const))(
    "has qtpylib's strength and means to the bit on %s",
    (_, { input, settings, outputs }) => {
      const found = tdi(series[String(input)], settings);
      for (const name of ['rsi', 'rsiSmooth', 'rsiSignal'] as const) expect(found[name]).toEqual(outputs[name]);
    },
  );
});

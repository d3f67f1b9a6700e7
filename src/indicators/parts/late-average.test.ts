import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { maTypes } from './average.ts';
import { LateAverage } from './late-average.ts';
import { startAverage } from './start-average.ts';

const { walk } = readSeries().series;
const delay = 7;
const period = 4;

describe.each(maTypes)('a late average, %s', (type) => {
  const expected = new Float64Array(walk.length).fill(Number.NaN);
  startAverage(type, period).run([walk.subarray(delay)], [expected.subarray(delay)], 0, walk.length - delay);

  it('passes over the first values', () => {
    const late = new LateAverage(type, period, delay);
    expect(walk.map((value) => late.update(value))).toEqual(expected);
  });

  it('is run in pieces, whether they end in the delay or after it', () => {
    for (const cuts of [[3], [delay], [3, 5, 20], [40], [0, 40, 40]]) {
      const late = new LateAverage(type, period, delay);
      const out = new Float64Array(walk.length);
      let start = 0;
      for (const end of [...cuts, walk.length]) {
        late.run([walk], [out], start, end);
        start = end;
      }
      expect(out, cuts.join()).toEqual(expected);
    }
  });

  it('is assigned with what is left of the delay', () => {
    for (const at of [0, 3, delay, 50]) {
      const late = new LateAverage(type, period, delay);
      const copy = new LateAverage(type, period, delay);
      for (const value of walk.subarray(0, at)) late.update(value);
      copy.assign(late);
      for (const value of walk.subarray(0, 20)) late.update(value * 2);
      const rest = walk.slice(at).map((value) => copy.update(value));
      expect(rest).toEqual(expected.slice(at));
    }
  });
});

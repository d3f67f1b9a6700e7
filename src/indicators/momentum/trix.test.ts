import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { roc } from './roc.ts';
import { trix } from './trix.ts';

const { walk } = readSeries().series;

describe('trix', () => {
  it('is the rate of change of the values where it averages nothing', () => {
    const [found, expected] = [trix(walk, 1), roc(walk, 1)];
    expect(found[0]).toBeNaN();
    for (let row = 1; row < walk.length; row++) expect(found[row]).toBeCloseTo(expected[row], 12);
  });
});

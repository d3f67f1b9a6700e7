import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../tests/fixtures/indicators/read-fixture.ts';
import { ema } from '../overlap/ema.ts';
import { macd } from './macd.ts';
import { macdext } from './macdext.ts';
import { macdfix } from './macdfix.ts';

const { walk } = readSeries().series;

describe('macd', () => {
  it('takes the shorter period for the fast one, whichever is named so', () => {
    const named = macd(walk, { fastPeriod: 5, slowPeriod: 13, signalPeriod: 4 });
    expect(macd(walk, { fastPeriod: 13, slowPeriod: 5, signalPeriod: 4 })).toEqual(named);
  });

  it('equals macdext with exponential averages', () => {
    const periods = { fastPeriod: 5, slowPeriod: 13, signalPeriod: 4 };
    const kinds = { fastMaType: 'ema', slowMaType: 'ema', signalMaType: 'ema' } as const;
    expect(macdext(walk, { ...periods, ...kinds })).toEqual(macd(walk, periods));
  });

  it('begins the fast average late, so that it ends its first mean together with the slow one', () => {
    const [fastPeriod, slowPeriod] = [5, 13];
    const late = ema(walk.slice(slowPeriod - fastPeriod), fastPeriod);
    const slow = ema(walk, slowPeriod);
    const found = macd(walk, { fastPeriod, slowPeriod, signalPeriod: 2 }).macd;
    const expected = slow.map((value, row) =>
      row < slowPeriod ? Number.NaN : late[row - slowPeriod + fastPeriod] - value,
    );
    expect(found).toEqual(expected);
  });

  it.each([
    ['macd', macd(walk, { fastPeriod: 5, slowPeriod: 26, signalPeriod: 1 }), macd.lookback({ signalPeriod: 1 })],
    ['macdfix', macdfix(walk, { signalPeriod: 1 }), macdfix.lookback({ signalPeriod: 1 })],
  ])('%s has its own values for signals where the signal averages nothing', (_, found, lookback) => {
    const first = found.macd.findIndex((value) => !Number.isNaN(value));
    expect(first).toBe(lookback);
    expect(first).toBe(25);
    for (let row = first; row < walk.length; row++) {
      expect(found.macdSignal[row]).toBeCloseTo(found.macd[row], 12);
      expect(found.macdHist[row]).toBe(found.macd[row] - found.macdSignal[row]);
    }
  });
});

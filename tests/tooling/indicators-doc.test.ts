import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureIndicators, updateIndicatorsPage } from '../../scripts/indicators-doc.ts';
import { describeTalib08 } from '../../scripts/indicators/describe-talib-08.ts';
import { measureError } from '../../scripts/indicators/measure-error.ts';
import { type IndicatorsPage, printIndicatorsPage } from '../../scripts/indicators/print-indicators-page.ts';
import { ad, bollingerBands, cdlHammer, crossedAbove, ema, indicators, rsi } from '../../src/indicators/index.ts';
import { readTalib08 } from '../fixtures/indicators/read-fixture.ts';
import { temporaryTree } from './temporary-tree.ts';

const exact = { cases: 3, rows: 600, error: 0, differsWithoutRows: false };
const talib08 = readTalib08();
const small: IndicatorsPage = {
  groups: new Map([
    ['overlap', [{ indicator: bollingerBands, measured: { ...exact, error: 1.234e-13 } }]],
    ['momentum', [{ indicator: rsi, measured: exact }]],
    ['volume', []],
    ['crossings', [{ indicator: crossedAbove, measured: exact }]],
  ]),
  talib08,
  tolerances: { bollingerBands: { most: () => 1e-12, reason: 'pandas <drifts>' } },
};

/** The cells of the row whose call begins so. */
function rowOf(page: string, call: string): readonly string[] {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${call}`)) ?? '';
  return row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''));
}

describe('the page of indicators', () => {
  it('has a row for every indicator, measured against its fixture', () => {
    const page = printIndicatorsPage(measureIndicators());
    for (const { name, title } of indicators) expect(rowOf(page, `${name}(`)[1], name).toBe(title);
    expect(rowOf(page, 'ema(').slice(0, 6)).toEqual([
      '`ema(series, timePeriod = 30)`',
      'Exponential Moving Average',
      'a column',
      '29',
      'TA-Lib 0.6 EMA',
      'equal to the bit',
    ]);
  });

  it('is fresh until something changes', () => {
    const root = temporaryTree({});
    expect(updateIndicatorsPage(root, small, { checkOnly: true })).toBe(false);
    expect(updateIndicatorsPage(root, small, { checkOnly: false })).toBe(false);
    expect(updateIndicatorsPage(root, small, { checkOnly: true })).toBe(true);
    const path = join(root, 'docs/indicators.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('1.2e-13', '1.3e-13'));
    expect(updateIndicatorsPage(root, small, { checkOnly: true })).toBe(false);
  });

  it('says how large an error is, and why', () => {
    const page = printIndicatorsPage(small);
    expect(rowOf(page, 'bollingerBands(')).toContain('1.2e-13: pandas &lt;drifts>');
    expect(page).toContain('2 of 3 indicators are equal to the bit');
    expect(() => printIndicatorsPage({ ...small, tolerances: {} })).toThrow(/no reason: bollingerBands \(1\.2e-13\)$/);
  });

  it('tells of values that only the oracle has, where no row is complete', () => {
    const groups = new Map([['volume', [{ indicator: ad, measured: measureError(ad) }]]]);
    const page = printIndicatorsPage({ ...small, groups });
    expect(rowOf(page, 'ad(').join()).toContain('equal to the bit; no value where no row is complete');
    expect(page).toContain('0 of 1 indicators are equal to the bit');
  });

  it('leaves out empty groups, and the other TA-Lib where there is none', () => {
    const page = printIndicatorsPage(small);
    expect(page.match(/^### .*/gm)).toEqual(['### Overlap: averages and bands', '### Momentum', '### Crossings']);
    expect(rowOf(page, 'rsi(')).toHaveLength(7);
    expect(rowOf(page, 'crossedAbove(')).toHaveLength(6);
  });
});

describe('the measured error', () => {
  it('is 0 for equal bits, and counts what was compared', () => {
    const measured = measureError(ema);
    expect(measured.error).toBe(0);
    expect(measured.cases).toBeGreaterThan(5);
    expect(measured.rows).toBeGreaterThan(1000);
  });

  it('finds an indicator that is off, in one output of one row', () => {
    const off = (series: Float64Array, period: number) => {
      const found = Float64Array.from(ema(series, period));
      if (found.length > 40) found[40] *= 1 + 1e-9;
      return found;
    };
    const indicator = Object.assign(Object.defineProperty(off, 'name', { value: 'ema' }), { ...ema });
    expect(measureError(indicator).error).toBeCloseTo(1e-9, 12);
  });
});

describe('what TA-Lib 0.8 makes of an indicator', () => {
  it('is told from its measurements', () => {
    const nothing = { ofValue: 0, ofColumn: 0 };
    const difference = { inputs: [], finiteOnlyIn: { '0.6': [], '0.8': [] }, reason: 'sums anew' };
    const told = (ordinary: number, extreme: number) =>
      describeTalib08(
        {
          ...talib08,
          indicators: {
            x: {
              ...difference,
              ordinary: { ...nothing, ofColumn: ordinary },
              extreme: { ...nothing, ofColumn: extreme },
            },
          },
        },
        'x',
      );
    expect(told(3.54e-14, 0.5)).toBe('3.5e-14, 0.50 at extreme prices: sums anew');
    expect(told(0, 2e-9)).toBe('2.0e-9 at extreme prices: sums anew');
    expect(told(0, 0)).toBe('equal but for NaN, infinity or -0: sums anew');
  });

  it('is equal, or nothing for what is not of TA-Lib', () => {
    expect(describeTalib08(talib08, cdlHammer.name)).toBe('equal bits');
    expect(describeTalib08(talib08, bollingerBands.name)).toBe('');
  });
});

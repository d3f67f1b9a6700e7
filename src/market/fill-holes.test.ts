import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Candles, candleColumns, candlesFrame, noCandles } from './candles.ts';
import { fillHoles, mostFilledCandles } from './fill-holes.ts';
import { MarketError } from './market-error.ts';
import { nextCandleOpen, parseTimeframe } from './timeframe.ts';

interface Case {
  readonly timeframe: string;
  readonly candles: readonly number[][];
  readonly filled: readonly number[][];
}

const file = new URL('../../tests/fixtures/market/fill-holes.json', import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(file, 'utf8'));

const frameOf = (rows: readonly number[][]): Candles =>
  candlesFrame(rows.map(([date, open, high, low, close, volume]) => ({ date, open, high, low, close, volume })));
const rowsOf = ({ length, columns }: Candles): number[][] =>
  Array.from({ length }, (_, row) => candleColumns.map((name) => columns[name][row]));

describe('fillHoles', () => {
  it.each(cases)('fills $timeframe as freqtrade does (case %#)', ({ timeframe, candles, filled }) => {
    expect(rowsOf(fillHoles(frameOf(candles), parseTimeframe(timeframe)))).toEqual(filled);
  });

  it('has cases with and without holes', () => {
    const isWhole = ({ candles, filled }: Case) => candles.length === filled.length;
    expect(cases.filter(isWhole).length).toBeGreaterThan(5);
    expect(cases.filter((each) => !isWhole(each)).length).toBeGreaterThan(15);
  });

  it('hands back candles without holes themselves, and leaves the others as they were', () => {
    const minute = parseTimeframe('1m');
    const whole = frameOf([0, 1, 2].map((at) => [at * 60_000, 1, 1, 1, 1, 1]));
    expect(fillHoles(whole, minute)).toBe(whole);
    expect(fillHoles(noCandles, minute)).toBe(noCandles);
    const holed = frameOf([0, 3].map((at) => [at * 60_000, 1, 4, 1, 2, 9]));
    const filled = fillHoles(holed, minute);
    expect(rowsOf(holed).length).toBe(2);
    expect(rowsOf(filled)[2]).toEqual([120_000, 2, 2, 2, 2, 0]);
    expect(fillHoles(filled, minute)).toBe(filled);
  });

  it('puts candles where the calendar has them, and keeps one that is off it', () => {
    const month = parseTimeframe('1M');
    const [january, may] = [Date.UTC(2024, 0), Date.UTC(2024, 4)];
    const months = fillHoles(frameOf([january, may].map((date) => [date, 1, 1, 1, 1, 1])), month);
    expect(rowsOf(months).map(([date]) => date)).toEqual([0, 1, 2, 3, 4].map((n) => nextCandleOpen(january, month, n)));
    const off = fillHoles(
      frameOf([
        [7, 1, 1, 1, 1, 1],
        [180_000, 2, 2, 2, 2, 2],
      ]),
      parseTimeframe('1m'),
    );
    expect(rowsOf(off).map(([date]) => date)).toEqual([7, 60_000, 120_000, 180_000]);
  });

  it('refuses holes of years', () => {
    const wrong = frameOf([0, Date.UTC(2026, 0)].map((date) => [date, 1, 1, 1, 1, 1]));
    const fill = () => fillHoles(wrong, parseTimeframe('1m'));
    expect(fill).toThrow(MarketError);
    expect(fill).toThrow(String(mostFilledCandles));
  });
});

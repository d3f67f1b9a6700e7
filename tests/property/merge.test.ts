import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frame, type Numbers, timestamps } from '../../src/frame/index.ts';
import { candleOpen, nextCandleOpen, parseTimeframe, timeframeMs } from '../../src/market/index.ts';
import { mergeInformativePair } from '../../src/strategy/index.ts';

const timeframes = ['1m', '5m', '15m', '1h', '4h', '1d', '3d', '1w', '1M', '3M'].map(parseTimeframe);

/** Candles in a row, with some left out; the first opens this many candles after a time that both runs share. */
const run = (min: number, max: number) =>
  fc.record({
    start: fc.integer({ min, max }),
    kept: fc.array(
      fc.nat(9).map((drawn) => drawn > 1),
      { minLength: 0, maxLength: 60, size: 'max' },
    ),
  });

const example = fc
  .record({
    place: fc.nat(timeframes.length - 1),
    slowerBy: fc.nat(2),
    origin: fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2026, 0, 1) }),
    main: run(-5, 30),
    other: run(-8, 5),
    ffill: fc.boolean(),
  })
  .map(({ place, slowerBy, origin, main, other, ffill }) => {
    const timeframe = timeframes[place];
    const slower = timeframes[Math.min(place + slowerBy, timeframes.length - 1)];
    const opens = (tf: typeof timeframe, { start, kept }: typeof main) => {
      const first = nextCandleOpen(candleOpen(origin, tf), tf, start);
      return kept.flatMap((isKept, i) => (isKept ? [nextCandleOpen(first, tf, i)] : []));
    };
    return { timeframe, slower, ffill, dates: opens(timeframe, main), informative: opens(slower, other) };
  });

/** By the rule's words, row by row: the informative row each row sees, or -1. */
function model({ timeframe, slower, ffill, dates, informative }: ExampleOf<typeof example>): number[] {
  const closes = (open: number, tf: typeof timeframe) => nextCandleOpen(open, tf);
  const match = (row: number) =>
    informative.findIndex((open) => closes(open, slower) === closes(dates[row], timeframe));
  const matches = dates.map((_, row) => match(row));
  const firstMatch = matches.findIndex((place) => place !== -1);
  if (!ffill || firstMatch === -1) return matches;
  return dates.map((open, row) => {
    if (row >= firstMatch) return matches.slice(0, row + 1).findLast((place) => place !== -1) ?? -1;
    return informative.findLastIndex((other) => closes(other, slower) <= closes(open, timeframe));
  });
}

type ExampleOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

describe('mergeInformativePair', () => {
  it('shows every row what a search row by row finds, and nothing that closes later', () => {
    fc.assert(
      fc.property(example, (drawn) => {
        const { timeframe, slower, ffill, dates, informative } = drawn;
        const frame = Frame.of({ date: timestamps(dates), close: Float64Array.from(dates, (_, i) => i) });
        const other = Frame.of({
          date: timestamps(informative),
          place: Float64Array.from(informative, (_, i) => i),
          flag: Uint8Array.from(informative, (_, i) => i % 2),
          text: Frame.of({ date: timestamps(informative) }).label((i) => (i % 3 === 0 ? null : `t${i}`)),
        });
        const merged = mergeInformativePair(frame, other, {
          timeframe,
          informativeTimeframe: slower,
          ffill,
          suffix: 'x',
        });
        const rows = model(drawn);
        expect(merged.select(['date', 'close']).names).toEqual(frame.names);
        expect(Array.from<number>(merged.columns.place_x)).toEqual(rows.map((row) => (row === -1 ? Number.NaN : row)));
        expect(Array.from<number>(merged.columns.flag_x)).toEqual(
          rows.map((row) => (row === -1 ? Number.NaN : row % 2)),
        );
        expect(merged.columns.text_x).toEqual(rows.map((row) => (row === -1 ? null : other.columns.text[row])));
        expect(showsTheFuture(merged.columns.date, merged.columns.date_x, timeframe, slower)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same for a later part of the frame as long as the part starts with a match', () => {
    fc.assert(
      fc.property(example, fc.nat(59), (drawn, choice) => {
        const { timeframe, slower, dates, informative } = drawn;
        const matched = model({ ...drawn, ffill: false }).flatMap((place, row) => (place === -1 ? [] : [row]));
        fc.pre(matched.length > 0);
        const cut = matched[choice % matched.length];
        const frame = Frame.of({ date: timestamps(dates) });
        const other = Frame.of({ date: timestamps(informative), place: Float64Array.from(informative, (_, i) => i) });
        const options = { timeframe, informativeTimeframe: slower, suffix: 'x' } as const;
        const whole = mergeInformativePair(frame, other, options).slice(cut);
        const part = mergeInformativePair(frame.slice(cut), other, options);
        expect(part.columns.place_x).toEqual(whole.columns.place_x);
      }),
    );
  });
});

function showsTheFuture(
  dates: Numbers,
  shown: Numbers,
  timeframe: (typeof timeframes)[number],
  slower: (typeof timeframes)[number],
): boolean {
  return Array.from(dates).some((open, row) => nextCandleOpen(shown[row], slower) > nextCandleOpen(open, timeframe));
}

describe('the timeframes drawn', () => {
  it('ascend, so that the later one is the slower', () => {
    const lengths = timeframes.map(timeframeMs);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });
});

/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, Column, type ColumnKind, Frame, emptyFrame, timestamps } from '../frame/index.ts';
import { candlesFrame, nextCandleOpen, parseTimeframe } from '../market/index.ts';
import { type MergeOptions, mergeInformativePair } from './merge-informative-pair.ts';
import { StrategyError } from './strategy-error.ts';

type Cell = number | string | boolean | null;

interface FixtureCase {
  readonly name: string;
  readonly timeframe: string;
  readonly informative_timeframe: string;
  readonly options: {
    readonly ffill?: boolean;
    readonly append_timeframe?: boolean;
    readonly suffix?: string;
    readonly date_column?: string;
  };
  readonly frame: Readonly<Record<string, { readonly kind: ColumnKind; readonly values: readonly Cell[] }>>;
  readonly informative: FixtureCase['frame'];
  readonly merged: Readonly<Record<string, readonly Cell[]>>;
  readonly looks_ahead: readonly number[];
}

const fixture = new URL('../../tests/fixtures/merge/cases.json', import.meta.url);
const cases: readonly FixtureCase[] = JSON.parse(readFileSync(fixture, 'utf8'));

describe("mergeInformativePair, against freqtrade's results", () => {
  it.each(cases)('$name', (example) => {
    const merged = mergeFixture(example);
    expect(merged.names).toEqual(Object.keys(example.merged));
    const ahead = new Set(example.looks_ahead);
    for (const name of merged.names) {
      expect(merged.kind(name), name).toBe(expectedKind(example, name));
      const cells = cellsOf(merged, name);
      const expected = example.merged[name].map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell));
      const isCompared = (_: unknown, row: number) => !ahead.has(row);
      expect(cells.filter(isCompared), name).toEqual(expected.filter(isCompared));
    }
  });

  it('has cases in which freqtrade looks ahead, and does not', () => {
    const withLookahead = cases.filter((example) => example.looks_ahead.length > 0);
    expect(withLookahead.length).toBeGreaterThan(0);
    for (const example of withLookahead) {
      const merged = mergeFixture(example);
      const [own, other] = [parseTimeframe(example.timeframe), parseTimeframe(example.informative_timeframe)];
      const shown = merged.numbers(`date_${example.informative_timeframe}`);
      for (const row of example.looks_ahead) {
        const closes = nextCandleOpen(merged.numbers('date')[row], own);
        expect(Number.isNaN(shown[row]) || nextCandleOpen(shown[row], other) <= closes, `row ${row}`).toBe(true);
      }
    }
  });
});

describe('mergeInformativePair', () => {
  const candles = candlesFrame(
    [1, 2, 3].map((close, i) => ({ date: i * 300_000, open: 1, high: 4, low: 1, close, volume: 1 })),
  );
  const informative = Frame.of({ date: timestamps([0, 300_000, 600_000]), rsi: [30, Number.NaN, 50] });
  const same = { timeframe: '5m', informativeTimeframe: '5m' } as const;

  const errorOf = (run: () => unknown): StrategyError => {
    try {
      run();
    } catch (error) {
      if (error instanceof StrategyError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  };

  it('shares memory where rows align, and leaves both frames as they were', () => {
    const merged = mergeInformativePair(candles, informative, same);
    expect(merged.columns.rsi_5m).toEqual(Float64Array.of(30, Number.NaN, 50));
    expect(merged.column('rsi_5m').values).toBe(informative.column('rsi').values);
    expect(candles.names).not.toContain('rsi_5m');
    const later = mergeInformativePair(candles.slice(1), informative, same);
    expect(later.columns.rsi_5m).toEqual(Float64Array.of(Number.NaN, 50));
  });

  it('takes a suffix without being told not to append the timeframe', () => {
    const merged = mergeInformativePair(candles, informative, { ...same, suffix: 'default' });
    expect(merged.names.slice(-2)).toEqual(['date_default', 'rsi_default']);
  });

  it('refuses a suffix together with appendTimeframe: true', () => {
    const error = errorOf(() =>
      mergeInformativePair(candles, informative, { ...same, suffix: 'x', appendTimeframe: true }),
    );
    expect(error.code).toBe('STRATEGY_MERGE_BAD_OPTIONS');
    expect(error.message).toBe('suffix "x" and appendTimeframe: true were both given; columns get one of the two');
  });

  it('keeps names without either, where that gives no name twice', () => {
    const opened = informative.rename({ date: 'opened' });
    const merged = mergeInformativePair(candles, opened, { ...same, appendTimeframe: false, dateColumn: 'opened' });
    expect(merged.names.slice(-2)).toEqual(['opened', 'rsi']);
    const error = errorOf(() => mergeInformativePair(candles, informative, { ...same, appendTimeframe: false }));
    expect(error.code).toBe('STRATEGY_MERGE_SAME_NAME');
    expect(error.message).toContain('give a suffix, or leave appendTimeframe at its default');
  });

  it('refuses to merge twice under one name', () => {
    const once = mergeInformativePair(candles, informative, same);
    const error = errorOf(() => mergeInformativePair(once, informative, same));
    expect(error.code).toBe('STRATEGY_MERGE_SAME_NAME');
    expect(error.message).toBe(
      'the frame has a column "date_5m" already, and the informative frame\'s "date" would get that name: give another suffix',
    );
  });

  it('refuses a faster informative timeframe', () => {
    const error = errorOf(() =>
      mergeInformativePair(candles, informative, { timeframe: '1h', informativeTimeframe: '5m' }),
    );
    expect(error.code).toBe('STRATEGY_MERGE_FASTER');
    expect(error.message).toBe("a 5m frame can't be merged into a 1h frame: each row would stand for several");
  });

  it.each([
    ['1x', 'informativeTimeframe: "1x" is not a timeframe'],
    [undefined, 'informativeTimeframe: "undefined" is not a timeframe'],
  ])('refuses the timeframe %s', (informativeTimeframe, message) => {
    const options = { timeframe: '5m', informativeTimeframe } as MergeOptions;
    const error = errorOf(() => mergeInformativePair(candles, informative, options));
    expect(error.code).toBe('STRATEGY_MERGE_BAD_OPTIONS');
    expect(error.message).toContain(message);
  });

  it('says of a producer frame that is missing what to do', () => {
    const error = errorOf(() => mergeInformativePair(candles, emptyFrame, same));
    expect(error.code).toBe('STRATEGY_MERGE_NO_DATE');
    expect(error.message).toContain('whose status is "missing"; look at the status first');
    const undated = errorOf(() => mergeInformativePair(candles, informative.drop(['date']), same));
    expect(undated.message).toBe('the informative frame has no column "date"; it has rsi');
    const text = errorOf(() => mergeInformativePair(candles, informative.with({ date: ['a', 'b', 'c'] }), same));
    expect(text.message).toBe('the informative frame\'s column "date" is of kind string, wanted timestamp');
  });

  it.each([
    [[0, 600_000, 300_000], 'row 2 holds 1970-01-01T00:05:00.000Z, the row before 1970-01-01T00:10:00.000Z'],
    [[0, 0, 300_000], 'row 1 holds 1970-01-01T00:00:00.000Z, the row before 1970-01-01T00:00:00.000Z'],
    [[0, Number.NaN, 300_000], 'row 1 holds NaN, the row before 1970-01-01T00:00:00.000Z'],
  ])('refuses dates that do not ascend: %j', (dates, message) => {
    const error = errorOf(() => mergeInformativePair(candles, informative.with({ date: timestamps(dates) }), same));
    expect(error.code).toBe('STRATEGY_MERGE_DISORDER');
    expect(error.message).toBe(`the informative frame's column "date" does not ascend: ${message}`);
  });

  it('makes float64 of 64-bit integers', () => {
    const big = informative.with({ big: [1n, 2n, 2n ** 53n] });
    const merged = mergeInformativePair(candles, big, same);
    expect(merged.kind('big_5m')).toBe('float64');
    expect(merged.last('big_5m')).toBe(2 ** 53);
  });

  it('keeps timeframes of equal length and different spelling apart from calendar months', () => {
    const hours = Frame.of({ date: timestamps([0, 3_600_000]), rsi: [1, 2] });
    const minutes = mergeInformativePair(hours, hours, { timeframe: '1h', informativeTimeframe: '60m' });
    expect(minutes.columns.rsi_60m).toEqual(Float64Array.of(1, 2));
    const open = (month: number) => Date.UTC(2024, month, 1);
    const months = Frame.of({ date: timestamps([0, 1, 2, 3, 4, 5, 6].map(open)), rsi: [0, 1, 2, 3, 4, 5, 6] });
    const quarters = Frame.of({ date: timestamps([open(0), open(3)]), sum: [3, 12] });
    const merged = mergeInformativePair(months, quarters, { timeframe: '1M', informativeTimeframe: '3M' });
    expect(merged.columns.sum_3M).toEqual(Float64Array.of(Number.NaN, Number.NaN, 3, 3, 3, 12, 12));
  });
});

function mergeFixture({ frame, informative, timeframe, informative_timeframe, options }: FixtureCase): AnyFrame {
  return mergeInformativePair(frameOf(frame), frameOf(informative), {
    timeframe,
    informativeTimeframe: informative_timeframe,
    ...(options.ffill === undefined ? {} : { ffill: options.ffill }),
    ...(options.append_timeframe === undefined ? {} : { appendTimeframe: options.append_timeframe }),
    ...(options.suffix === undefined ? {} : { suffix: options.suffix }),
    ...(options.date_column === undefined ? {} : { dateColumn: options.date_column }),
  });
}

function frameOf(columns: FixtureCase['frame']): AnyFrame {
  return Frame.fromColumns(Object.entries(columns).map(([name, { kind, values }]) => [name, columnOf(kind, values)]));
}

function columnOf(kind: ColumnKind, values: readonly Cell[]): Column {
  if (kind === 'string')
    return Column.adopt(
      kind,
      values.map((value) => (value === null ? null : String(value))),
    );
  if (kind === 'bool') return Column.adopt(kind, Uint8Array.from(values, Number));
  return Column.adopt(
    kind,
    Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
  );
}

function expectedKind({ frame, informative, informative_timeframe, options }: FixtureCase, name: string): ColumnKind {
  if (Object.hasOwn(frame, name)) return frame[name].kind;
  const { kind } = informative[name.slice(0, -(options.suffix ?? informative_timeframe).length - 1)];
  return kind === 'string' || kind === 'timestamp' ? kind : 'float64';
}

function cellsOf(frame: AnyFrame, name: string): Cell[] {
  if (frame.kind(name) === 'string') return [...frame.strings(name)];
  return Array.from(frame.numbers(name), (value) => (Number.isNaN(value) ? null : value));
}

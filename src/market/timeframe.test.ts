import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarketError } from './market-error.ts';
import { candleOpen, isTimeframe, nextCandleOpen, parseTimeframe, timeframeMs } from './timeframe.ts';

const DAY_MS = 86_400_000;
const utc = (text: string) => Date.parse(text.includes('T') ? text : `${text}T00:00:00Z`);
const open = (time: number, timeframe: string) => candleOpen(time, parseTimeframe(timeframe));
const next = (time: number, timeframe: string, candles?: number) =>
  nextCandleOpen(time, parseTimeframe(timeframe), candles);

describe('parseTimeframe', () => {
  it.each(['1s', '1m', '5m', '15m', '1h', '4h', '1d', '3d', '1w', '2w', '1M', '3M', '1y', '99999m'])(
    'takes %s',
    (text) => {
      expect(isTimeframe(text)).toBe(true);
      expect(parseTimeframe(text)).toBe(text);
    },
  );

  it.each([
    '',
    'm',
    '5',
    '0m',
    '05m',
    '-5m',
    '5.5m',
    '5 m',
    ' 5m',
    '5m\n',
    '5min',
    '5H',
    '5D',
    '1Y',
    '100000m',
    '５m',
    '1e3m',
  ])('refuses %j', (text) => {
    expect(isTimeframe(text)).toBe(false);
    const expected = 'expected a number and one of s, m, h, d, w, M, y, for example 5m';
    const error = new MarketError('MARKET_BAD_TIMEFRAME', `"${text}" is not a timeframe; ${expected}`, { value: text });
    expect(() => parseTimeframe(text)).toThrow(error);
  });

  it('tells code and value', () => {
    expect.assertions(1);
    try {
      parseTimeframe('5 minutes');
    } catch (error) {
      expect(error).toMatchObject({ name: 'MarketError', code: 'MARKET_BAD_TIMEFRAME', value: '5 minutes' });
    }
  });
});

describe('timeframeMs', () => {
  it.each([
    ['1s', 1000],
    ['5m', 5 * 60_000],
    ['4h', 4 * 3_600_000],
    ['1d', DAY_MS],
    ['2w', 14 * DAY_MS],
    ['1M', 30 * DAY_MS],
    ['3M', 90 * DAY_MS],
    ['1y', 365 * DAY_MS],
  ])('%s', (timeframe, ms) => {
    expect(timeframeMs(parseTimeframe(timeframe))).toBe(ms);
  });
});

describe('candleOpen', () => {
  it.each([
    ['5m', '2026-11-20T09:07:07.369Z', '2026-11-20T09:05:00Z'],
    ['5m', '2026-11-20T09:05:00Z', '2026-11-20T09:05:00Z'],
    ['1h', '2026-11-20T09:59:59.999Z', '2026-11-20T09:00:00Z'],
    ['4h', '2026-11-20T03:59:59Z', '2026-11-20'],
    ['1d', '2026-11-20T23:59:59.999Z', '2026-11-20'],
    // 20 November 2026 is a Friday.
    ['1w', '2026-11-20T12:00:00Z', '2026-11-16'],
    ['1w', '2026-11-22T23:59:59.999Z', '2026-11-16'],
    ['1w', '2026-11-23', '2026-11-23'],
    ['1w', '1970-01-01', '1969-12-29'],
    ['1M', '2024-02-29T23:59:59.999Z', '2024-02-01'],
    ['1M', '2026-12-31T23:59:59.999Z', '2026-12-01'],
    ['3M', '2026-11-20', '2026-10-01'],
    ['3M', '2026-01-01', '2026-01-01'],
    ['6M', '2026-06-30', '2026-01-01'],
    ['1y', '2024-12-31T23:59:59.999Z', '2024-01-01'],
    ['1M', '1969-12-31T23:59:59.999Z', '1969-12-01'],
    ['3M', '1901-05-05', '1901-04-01'],
    ['1y', '1969-06-01', '1969-01-01'],
    ['5m', '1969-12-31T23:59:59.999Z', '1969-12-31T23:55:00Z'],
    ['3M', '-000001-12-31', '-000001-10-01'],
    ['3M', '0050-02-03', '0050-01-01'],
  ])('%s at %s is %s', (timeframe, time, expected) => {
    expect(new Date(open(utc(time), timeframe)).toISOString()).toBe(new Date(utc(expected)).toISOString());
  });

  it('does not round a time that has a fraction up into the next candle', () => {
    const opens = utc('2026-11-20T09:05:00Z');
    const justBefore = opens - 2 ** -12;
    expect(justBefore).toBeLessThan(opens);
    for (const timeframe of ['1s', '5m', '1h', '1w']) expect(open(justBefore, timeframe)).toBeLessThan(opens);
  });

  it('gives NaN for NaN', () => {
    for (const timeframe of ['5m', '1w', '1M', '1y']) expect(open(Number.NaN, timeframe)).toBeNaN();
  });
});

describe('nextCandleOpen', () => {
  it.each([
    ['5m', '2026-11-20T09:05:00Z', 1, '2026-11-20T09:10:00Z'],
    ['5m', '2026-11-20T09:05:00Z', 12, '2026-11-20T10:05:00Z'],
    ['5m', '2026-11-20T09:05:00Z', 0, '2026-11-20T09:05:00Z'],
    ['5m', '2026-11-20T09:05:00Z', -1, '2026-11-20T09:00:00Z'],
    ['1w', '2026-12-28', 1, '2027-01-04'],
    ['1M', '2024-01-01', 1, '2024-02-01'],
    ['1M', '2024-02-01', 1, '2024-03-01'],
    ['1M', '2026-12-01', 1, '2027-01-01'],
    ['1M', '2026-01-01', -1, '2025-12-01'],
    ['3M', '2026-10-01', 1, '2027-01-01'],
    ['3M', '2026-10-01', 3, '2027-07-01'],
    ['1y', '2024-01-01', 2, '2026-01-01'],
  ])('%s from %s on by %d is %s', (timeframe, from, candles, expected) => {
    expect(new Date(next(utc(from), timeframe, candles)).toISOString()).toBe(new Date(utc(expected)).toISOString());
  });
});

describe('candles against a calendar', () => {
  /** A day's candle openings by counting days and reading the calendar's fields: slow and plain. */
  function naiveOpen(time: number, count: number, unit: string): number {
    const date = new Date(time);
    const midnight = new Date(date);
    midnight.setUTCHours(0, 0, 0, 0);
    const isOpening = (day: Date) => {
      if (unit === 'w') return day.getUTCDay() === 1 && Math.round((day.getTime() / DAY_MS - 4) / 7) % count === 0;
      const monthsFromZero = day.getUTCFullYear() * 12 + day.getUTCMonth();
      return day.getUTCDate() === 1 && monthsFromZero % (unit === 'y' ? 12 * count : count) === 0;
    };
    while (!isOpening(midnight)) midnight.setUTCDate(midnight.getUTCDate() - 1);
    return midnight.getTime();
  }

  const timeframes = fc.record({
    count: fc.integer({ min: 1, max: 13 }),
    unit: fc.constantFrom('s', 'm', 'h', 'd', 'w', 'M', 'y'),
  });
  const times = fc.oneof(
    fc.integer({ min: utc('1900-01-01'), max: utc('2100-01-01') }),
    fc.double({ min: utc('1900-01-01'), max: utc('2100-01-01'), noNaN: true }),
  );

  it('agrees with counting days for weeks, months and years', () => {
    const long = fc.record({ count: fc.integer({ min: 1, max: 13 }), unit: fc.constantFrom('w', 'M', 'y') });
    fc.assert(
      fc.property(times, long, (time, { count, unit }) => {
        expect(open(time, `${count}${unit}`)).toBe(naiveOpen(Math.floor(time), count, unit));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with whole steps since the epoch for shorter ones', () => {
    const short = fc.record({ count: fc.integer({ min: 1, max: 99 }), unit: fc.constantFrom('s', 'm', 'h', 'd') });
    fc.assert(
      fc.property(times, short, (time, { count, unit }) => {
        const step = BigInt(count * { s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS }[unit]);
        const whole = BigInt(Math.floor(time));
        const steps = whole / step - (whole % step < 0n ? 1n : 0n);
        expect(open(time, `${count}${unit}`)).toBe(Number(steps * step));
      }),
    );
  });

  it('puts every time into exactly one candle', () => {
    fc.assert(
      fc.property(times, timeframes, (time, { count, unit }) => {
        const timeframe = `${count}${unit}`;
        const opened = open(time, timeframe);
        const closes = next(opened, timeframe);
        expect(opened).toBeLessThanOrEqual(time);
        expect(closes).toBeGreaterThan(time);
        expect(open(opened, timeframe)).toBe(opened);
        expect(open(closes, timeframe)).toBe(closes);
        expect(open(closes - 1, timeframe)).toBe(opened);
      }),
    );
  });

  it('goes many candles at once as far as one by one, and back', () => {
    fc.assert(
      fc.property(times, timeframes, fc.nat(20), (time, { count, unit }, candles) => {
        const timeframe = `${count}${unit}`;
        const opened = open(time, timeframe);
        let step = opened;
        for (let i = 0; i < candles; i++) step = next(step, timeframe);
        expect(next(opened, timeframe, candles)).toBe(step);
        expect(next(step, timeframe, -candles)).toBe(opened);
      }),
    );
  });
});

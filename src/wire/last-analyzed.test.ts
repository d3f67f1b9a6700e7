import { describe, expect, it } from 'vitest';
import { decodeLastAnalyzed, encodeLastAnalyzed } from './last-analyzed.ts';

describe('the time of an analysis', () => {
  it.each([
    ['1970-01-01T00:00:00+00:00', 0],
    ['2026-11-20T09:07:07.369043+00:00', Date.UTC(2026, 10, 20, 9, 7, 7) + 369.043],
    ['2026-11-20T09:07:07.000001+00:00', Date.UTC(2026, 10, 20, 9, 7, 7) + 0.001],
    ['1969-12-31T23:59:59.999999+00:00', -0.001],
    ['0001-01-01T00:00:00+00:00', Date.parse('0001-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999000+00:00', Date.UTC(10_000, 0, 1) - 1],
  ])('%s is written and read', (text, lastAnalyzed) => {
    expect(encodeLastAnalyzed(lastAnalyzed)).toBe(text);
    expect(decodeLastAnalyzed(text)).toEqual({ status: 'time', lastAnalyzed });
  });

  it.each([
    ['2026-11-20T09:07:07Z', '2026-11-20T09:07:07+00:00'],
    ['2026-11-20t09:07:07.5z', '2026-11-20T09:07:07.500000+00:00'],
    ['2026-11-20 14:37:07.1234569+05:30', '2026-11-20T09:07:07.123456+00:00'],
    ['2026-11-19T23:07:07.369-10:00', '2026-11-20T09:07:07.369000+00:00'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00+00:00'],
    // The last double of that year, where doubles are 1/32 ms apart.
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999969+00:00'],
  ])('%s is read as %s', (text, utc) => {
    const outcome = decodeLastAnalyzed(text);
    expect(outcome.status === 'time' && encodeLastAnalyzed(outcome.lastAnalyzed)).toBe(utc);
  });

  it.each([
    [undefined],
    [null],
    [1_795_165_627_369],
    [''],
    ['now'],
    ['2026-11-20'],
    ['2026-11-20T09:07:07'],
    ['2026-02-30T00:00:00Z'],
    ['2026-13-01T00:00:00Z'],
    ['2026-11-20T24:00:01Z'],
    ['2026-11-20T09:07:07+99:99'],
    ['0000-01-01T00:00:00Z'],
    ['2026-11-20T09:07:07Z\n'],
  ])('%j is refused', (text) => {
    expect(decodeLastAnalyzed(text)).toMatchObject({ status: 'refused', code: 'WIRE_BAD_LAST_ANALYZED' });
  });

  it.each([
    [Date.UTC(2026, 10, 20, 9, 7, 8) - 0.0004, '2026-11-20T09:07:08+00:00'],
    [1.0004, '1970-01-01T00:00:00.001000+00:00'],
    [1.0006, '1970-01-01T00:00:00.001001+00:00'],
  ])('%d is rounded to the microsecond', (time, text) => {
    expect(encodeLastAnalyzed(time)).toBe(text);
  });

  it.each([Number.NaN, Infinity, -1e15, 1e15])('%d cannot be written', (time) => {
    expect(() => encodeLastAnalyzed(time)).toThrow(expect.objectContaining({ code: 'WIRE_BAD_LAST_ANALYZED' }));
  });
});

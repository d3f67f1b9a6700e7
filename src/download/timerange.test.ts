import { describe, expect, it } from 'vitest';
import { DownloadError } from './download-error.ts';
import { lastDays, parseTimerange } from './timerange.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

describe('parseTimerange', () => {
  it.each([
    ['20240101-20240201', utc('2024-01-01T00:00'), utc('2024-02-01T00:00')],
    ['20240229T1230-20240301T235959', utc('2024-02-29T12:30'), utc('2024-03-01T23:59:59')],
    ['', undefined, undefined],
    ['20240101-', utc('2024-01-01T00:00'), undefined],
    ['-20240201', undefined, utc('2024-02-01T00:00')],
    ['1704067200-1706745600', 1_704_067_200_000, 1_706_745_600_000],
    ['1704067200999-1706745600', 1_704_067_200_000, 1_706_745_600_000],
    ['20240101-20240101', utc('2024-01-01T00:00'), utc('2024-01-01T00:00')],
  ])('reads %s', (text, from, until) => {
    expect(parseTimerange(text)).toEqual({ ...(from && { from }), ...(until && { until }) });
  });

  it.each([
    ['-', 'two moments'],
    ['20240101', 'two moments'],
    ['20240101-20240102-20240103', 'two moments'],
    ['20240201-20240101', 'ends before it begins'],
    ['20240230-', '"20240230" is in no calendar'],
    ['20240101T2400-', 'in no calendar'],
    ['2024-01', '"2024" is no moment'],
    ['20240101T12-', 'no moment'],
    ['x-', 'no moment'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseTimerange(text)).toThrow(DownloadError);
    expect(() => parseTimerange(text)).toThrow(reason);
  });
});

it('counts days back to a midnight', () => {
  expect(lastDays(3, utc('2024-03-01T12:34'))).toEqual({ from: utc('2024-02-27T00:00') });
  expect(lastDays(1, utc('2024-03-01T00:00'))).toEqual({ from: utc('2024-02-29T00:00') });
});

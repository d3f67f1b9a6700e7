import { describe, expect, it } from 'vitest';
import { parseTimeframe } from '../market/index.ts';
import { type HeldRange, type PlanWish, planDownload } from './plan-download.ts';
import { parseTimerange } from './timerange.ts';

const utc = (text: string) => Date.parse(`2024-${text}Z`);
const held: HeldRange = { first: utc('03-10T00:00'), last: utc('03-20T00:00') };

function plan(range: string, more: Partial<PlanWish> & { readonly held?: HeldRange } = {}) {
  return planDownload(more.held, {
    timeframe: parseTimeframe('1h'),
    range: range === '' ? {} : parseTimerange(range),
    newPairsDays: 30,
    prepend: false,
    now: utc('03-31T12:34'),
    ...more,
  });
}

describe('planDownload', () => {
  it('begins a new file as many days back as asked for, and ends before the candle that is open', () => {
    expect(plan('')).toEqual({ since: utc('03-01T13:00'), until: utc('03-31T12:00'), direction: 'after' });
    expect(plan('', { newPairsDays: 2 }).since).toBe(utc('03-29T13:00'));
  });

  it('takes the ends of a range with it, as freqtrade does when it loads one', () => {
    expect(plan('20240305-20240306')).toEqual({
      since: utc('03-05T00:00'),
      until: utc('03-06T01:00'),
      direction: 'after',
    });
    expect(plan('20240305T0030-20240306T0030')).toMatchObject({ since: utc('03-05T01:00'), until: utc('03-06T01:00') });
    expect(plan('20240305-20240501').until).toBe(utc('03-31T12:00'));
  });

  it('goes on from the last candle, which is fetched again, so that there is never a gap', () => {
    const after = { since: held.last, until: utc('03-31T12:00'), direction: 'after' };
    expect(plan('', { held })).toEqual(after);
    expect(plan('20240325-', { held })).toEqual(after);
    expect(plan('20240301-', { held })).toEqual({ ...after, note: expect.stringContaining('--prepend') });
  });

  it('has nothing to do where the file reaches beyond the range', () => {
    const { since, until } = plan('-20240315', { held });
    expect(since).toBeGreaterThanOrEqual(until);
  });

  it('goes back from the first candle with prepend, and adds nothing behind', () => {
    expect(plan('20240301-', { held, prepend: true })).toEqual({
      since: utc('03-01T00:00'),
      until: held.first,
      direction: 'before',
    });
    const { since, until } = plan('20240312-', { held, prepend: true });
    expect(since).toBeGreaterThanOrEqual(until);
    expect(plan('20240305-', { prepend: true })).toMatchObject({ since: utc('03-05T00:00'), direction: 'after' });
  });

  it('counts months by the calendar', () => {
    const months = { timeframe: parseTimeframe('1M') };
    expect(plan('20240115-20240220', months)).toMatchObject({ since: utc('02-01T00:00'), until: utc('03-01T00:00') });
  });
});

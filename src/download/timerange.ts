import { DAY_MS } from './day.ts';
import type { TimestampMs } from '../market/index.ts';
import { DownloadError } from './download-error.ts';

/** From when to when candles are wanted, ends included; an end that is not there is not limited. */
export interface Timerange {
  readonly from?: TimestampMs;
  readonly until?: TimestampMs;
}

const MOMENT = /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?)?$/;

/**
 * A timerange as freqtrade writes it: two moments with `-` between them, of which one may be missing. A moment is a day
 * (20240131), a day and a time (20240131T1230, 20240131T123059), or seconds (10 digits) or milliseconds (13) since 1970; all in
 * UTC. As in freqtrade, milliseconds are cut to whole seconds.
 *
 * @throws DownloadError DOWNLOAD_BAD_TIMERANGE.
 */
export function parseTimerange(text: string): Timerange {
  if (text === '') return {};
  const parts = text.split('-');
  if (parts.length !== 2 || parts.every((part) => part === ''))
    throw badTimerange(text, 'expected two moments around a "-"');
  const [from, until] = parts.map((part) => (part === '' ? undefined : momentOf(part, text)));
  if (from !== undefined && until !== undefined && from > until) throw badTimerange(text, 'it ends before it begins');
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

/** The days before `now`, from a midnight in UTC on. */
export function lastDays(days: number, now: TimestampMs): Timerange {
  const from = now - days * DAY_MS;
  return { from: from - (((from % DAY_MS) + DAY_MS) % DAY_MS) };
}

function momentOf(part: string, timerange: string): TimestampMs {
  if (/^\d{10}$/.test(part)) return Number(part) * 1000;
  if (/^\d{13}$/.test(part)) return Number(part.slice(0, 10)) * 1000;
  const { year, month, day, hour = '00', minute = '00', second = '00' } = MOMENT.exec(part)?.groups ?? {};
  if (year === undefined) throw badTimerange(timerange, `"${part}" is no moment`);
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  // Date.parse makes 1 March of 30 February, and the next day of 24:00.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) {
    throw badTimerange(timerange, `"${part}" is in no calendar`);
  }
  return time;
}

function badTimerange(text: string, what: string): DownloadError {
  const message = `"${text}" is not a timerange: ${what}; write it as in 20240101-20240201, 20240101- or -20240201T1230`;
  return new DownloadError('DOWNLOAD_BAD_TIMERANGE', message, { value: text });
}

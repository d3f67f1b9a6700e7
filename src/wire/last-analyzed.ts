import type { TimestampMs } from '../market/index.ts';
import { describeValue } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';
import { WireError } from './wire-error.ts';

/** The years 1 to 9999, outside which Python has no dates. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const END_MS = Date.UTC(10_000, 0, 1);
/** The last double before that. */
const LAST_MS = END_MS - 1 / 32;

/** In a millisecond. */
const MICROSECONDS = 1000;
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * A time as Python's `isoformat` writes it in UTC: six digits of fraction, none where the microseconds are 0. Finer parts are
 * rounded.
 *
 * @throws WireError WIRE_BAD_LAST_ANALYZED outside the years 1 to 9999.
 */
export function encodeLastAnalyzed(time: TimestampMs): string {
  // Apart from the seconds the fraction is exact in any year.
  const wholeSeconds = Math.floor(time / 1000);
  const rounded = Math.round((time - wholeSeconds * 1000) * MICROSECONDS);
  const [seconds, fraction] = rounded === 1e6 ? [wholeSeconds + 1, 0] : [wholeSeconds, rounded];
  if (!(seconds * 1000 >= FIRST_MS && seconds * 1000 < END_MS)) {
    const message = `the time of the analysis must be milliseconds since 1970, in the years 1 to 9999; found ${time}`;
    throw new WireError('WIRE_BAD_LAST_ANALYZED', message, { value: time });
  }
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${text}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`;
}

/** RFC 3339 as milliseconds since the epoch, to the microsecond; what is finer is cut off, as Python does. */
export function decodeLastAnalyzed(
  text: unknown,
): { readonly status: 'time'; readonly lastAnalyzed: TimestampMs } | Refused {
  const match = typeof text === 'string' ? RFC_3339.exec(text) : null;
  if (match === null) return badTime(text);
  const [, day, time, fraction = '', offset] = match;
  const local = Date.parse(`${day}T${time}Z`);
  // Engines let 30 February pass as 2 March.
  if (Number.isNaN(local) || new Date(local).toISOString() !== `${day}T${time}.000Z`) return badTime(text);
  const utc = Date.parse(`${day}T${time}${offset.toUpperCase()}`);
  if (!(utc >= FIRST_MS && utc < END_MS)) return badTime(text);
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const exact = utc * MICROSECONDS + microseconds;
  // Beyond the years 1684 to 2255 doubles have no room for microseconds.
  const lastAnalyzed = Number.isSafeInteger(exact) ? exact / MICROSECONDS : utc + microseconds / MICROSECONDS;
  return { status: 'time', lastAnalyzed: Math.min(lastAnalyzed, LAST_MS) };
}

function badTime(found: unknown): Refused {
  const expected = 'expected a time such as 2026-11-20T09:07:07.369043+00:00';
  return refused('WIRE_BAD_LAST_ANALYZED', `la: ${expected}, found ${describeValue(found)}`);
}

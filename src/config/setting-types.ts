import { isIP } from 'node:net';
import { z } from 'zod';

// What a schema tells besides its type, in zod's metadata, which z.toJSONSchema carries along:
//   allowed  words for the range, where the type and its limits don't say it
//   secret   the value is shown nowhere
//   notYet   values that freqtrade knows and Candlecast does not support yet
//   nullIsAbsent  null is as if the key were not there
//   casesBy  the key whose value tells which of several objects this is
//   foreign  an object with another program's keys: they are taken as they are, those named like secrets are hidden
//   live     a change of it, or of a setting in it, can be applied to a bot that runs
// What a setting is for stands in its description.

/** Text that says something. */
export const text = z.string().min(1);

/** A schema whose value is shown nowhere. Give it last, before `default` or `exactOptional`. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ secret: true });
}

/** A schema for which null is as if the key were not there. Give it before `exactOptional`. */
export function absentIfNull<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ nullIsAbsent: true });
}

/** A token or password: secret, and not empty, since an empty one protects nothing. */
export const secretText = text.meta({ secret: true, allowed: 'any text but ""' });

/** `5m`, `1h`, `1d`, `1w`, `1M`. */
export const timeframe = z
  .string()
  .regex(/^[1-9]\d{0,4}[smhdwMy]$/)
  .meta({ allowed: 'a timeframe such as "5m", "1h" or "1d"' });

/** Milliseconds since the Unix epoch, or an ISO date or time for `Date.parse`, which takes a date alone as UTC midnight. */
export const moment = z
  .union([z.int().min(0), z.string().refine(isMoment)])
  .meta({ allowed: 'an ISO date such as "2026-01-31" or "2026-01-31T12:00:00Z", or milliseconds since 1970' });

// Without a zone, Date.parse would take a time as local, and two machines would start at different candles.
function isMoment(value: string): boolean {
  const form = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(value);
  if (form === null || Number.isNaN(Date.parse(value))) return false;
  // Date.parse rolls 30 February over to March.
  return new Date(`${form[1]}T00:00:00Z`).toISOString().startsWith(form[1]);
}

/** A host name, IPv4 or IPv6 address. */
export const host = z
  .string()
  .refine(isHost)
  .meta({ allowed: 'a host name or IP address alone, such as "127.0.0.1", without "ws://" and without a port' });

function isHost(value: string): boolean {
  const bare = /^\[(.*)\]$/.exec(value)?.[1];
  return bare === undefined
    ? isIP(value) !== 0 || /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u.test(value)
    : isIP(bare) === 6;
}

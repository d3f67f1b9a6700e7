import { didYouMean } from '../util/nearest-name.ts';
import { MarketServerError } from './market-server-error.ts';

/** Faults of whole requests, answered instead of what was asked for. */
export const requestFaultNames = ['429', '418', '5xx', 'timeout', 'truncated'] as const;
/** Faults of candles, in answers and streams alike. */
export const candleFaultNames = ['duplicated', 'late', 'missing', 'repainted', 'yesterday'] as const;
export const faultNames = [...requestFaultNames, ...candleFaultNames, 'quiet', 'skew'] as const;

export type RequestFaultName = (typeof requestFaultNames)[number];
export type CandleFaultName = (typeof candleFaultNames)[number];
export type FaultName = (typeof faultNames)[number];

/** How one fault is injected. What a field means for which fault stands in docs/market-server.md. */
export interface FaultSetting {
  /** The share of requests or candles that it strikes, 0 to 1, default 1. */
  readonly rate?: number;
  /** How long, in ms of the market's time; for `skew` how far ahead, behind where negative. */
  readonly ms?: number;
  /** It ends after so many requests; for request faults and `duplicated`. */
  readonly times?: number;
  /** Only requests whose path holds this, as in `klines`; for request faults. */
  readonly path?: string;
  /** What `Retry-After` says, in seconds of the wall, for `429` and `418`; a ban by `418` lasts as long. Default 1, and 5 for 418. */
  readonly retryAfterS?: number;
}

/** Which faults are injected, from the moment the plan is put in force. */
export type FaultPlan = { readonly [Name in FaultName]?: FaultSetting };

/** How long a candle's fault lasts, or yesterday's candles, where it is not said. */
export const defaultFaultMs: Readonly<Record<Exclude<FaultName, RequestFaultName | 'duplicated'>, number>> = {
  late: 2000,
  missing: 60_000,
  repainted: 60_000,
  yesterday: Infinity,
  quiet: Infinity,
  skew: 3_600_000,
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MS_PATTERN = /^([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const RATE_PATTERN = /^(?:0|1|0?\.\d+|1\.0+|0\.\d+)$/;

/** The longest time that a fault may last or skew by. */
const LONGEST_MS = 366 * 86_400_000;
const takesMs: ReadonlySet<FaultName> = new Set(['late', 'missing', 'repainted', 'yesterday', 'quiet', 'skew']);
const takesTimes: ReadonlySet<FaultName> = new Set([...requestFaultNames, 'duplicated']);

/**
 * A plan of faults as the command line has them: a name, then in any order and each after a colon a share (`0.01`), a time
 * (`90s`, `1h`), a count (`x3`) and a part of a path (`/klines`).
 *
 * @throws MarketServerError SERVER_BAD_FAULT.
 */
export function parseFaults(texts: readonly string[]): FaultPlan {
  const plan: { [Name in FaultName]?: FaultSetting } = {};
  for (const text of texts) {
    const [nameText, ...parts] = text.split(':');
    const name = faultName(nameText, text);
    plan[name] = checkSetting(name, Object.assign({}, ...parts.map((part) => readPart(part, text))));
  }
  return plan;
}

function faultName(name: string, text: string): FaultName {
  const found = faultNames.find((known) => known === name);
  if (found !== undefined) return found;
  const expected = `expected one of ${faultNames.join(', ')}${didYouMean(name, faultNames)}`;
  throw new MarketServerError('SERVER_BAD_FAULT', `fault "${text}": "${name}" is none; ${expected}`, { value: text });
}

function readPart(part: string, text: string): FaultSetting {
  const time = MS_PATTERN.exec(part);
  if (time !== null) return { ms: Number(time[1]) * unitMs[time[2]] };
  if (RATE_PATTERN.test(part)) return { rate: Number(part) };
  const times = /^x([1-9]\d{0,8})$/.exec(part);
  if (times !== null) return { times: Number(times[1]) };
  if (/^\/\S+$/.test(part)) return { path: part };
  const expected = 'expected a share from 0 to 1, a time such as 90s, a count such as x3 or a path such as /klines';
  throw new MarketServerError('SERVER_BAD_FAULT', `fault "${text}": "${part}" is not understood; ${expected}`, {
    value: text,
  });
}

/**
 * A plan from outside: an object with names of faults, each with a setting, or null for none.
 *
 * @throws MarketServerError SERVER_BAD_FAULT.
 */
export function decodeFaults(value: unknown): FaultPlan {
  const plan: { [Name in FaultName]?: FaultSetting } = {};
  for (const [key, setting] of Object.entries(asObject(value, 'the plan'))) {
    const name = faultName(key, key);
    if (setting !== null) plan[name] = checkSetting(name, decodeSetting(name, asObject(setting, name)));
  }
  return plan;
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw badSetting(what, 'an object', value);
}

const numbersOfSetting = ['rate', 'ms', 'times', 'retryAfterS'] as const;

function decodeSetting(name: FaultName, given: Readonly<Record<string, unknown>>): FaultSetting {
  const setting: { -readonly [Key in keyof FaultSetting]: FaultSetting[Key] } = {};
  for (const [key, value] of Object.entries(given)) {
    const number = numbersOfSetting.find((known) => known === key);
    if (number !== undefined && typeof value === 'number') setting[number] = value;
    else if (key === 'path' && typeof value === 'string') setting.path = value;
    else throw badSetting(`${name}.${key}`, 'rate, ms, times or retryAfterS with a number, or path with text', value);
  }
  return setting;
}

/** @throws MarketServerError SERVER_BAD_FAULT */
function checkSetting(name: FaultName, setting: FaultSetting): FaultSetting {
  const { rate = 1, ms, times, path, retryAfterS } = setting;
  if (!(rate >= 0 && rate <= 1)) throw badSetting(`${name}, the share`, 'from 0 to 1', rate);
  const leastMs = name === 'skew' ? -LONGEST_MS : 0;
  if (ms !== undefined && !(takesMs.has(name) && ms >= leastMs && ms <= LONGEST_MS)) {
    throw badSetting(`${name}, the time`, takesMs.has(name) ? `from ${leastMs} to ${LONGEST_MS} ms` : 'not given', ms);
  }
  if (times !== undefined && !(takesTimes.has(name) && Number.isInteger(times) && times >= 1)) {
    throw badSetting(`${name}, the count`, takesTimes.has(name) ? 'a whole number from 1' : 'not given', times);
  }
  if (path !== undefined && !takesTimes.has(name)) throw badSetting(`${name}, the path`, 'not given', path);
  if (retryAfterS !== undefined && !(retryAfterS >= 0 && retryAfterS <= 86_400 && name.startsWith('4'))) {
    throw badSetting(`${name}, retryAfterS`, 'from 0 to 86400, for 429 and 418', retryAfterS);
  }
  return setting;
}

function badSetting(where: string, expected: string, found: unknown): MarketServerError {
  const message = `fault ${where}: expected ${expected}, found ${String(found)}`;
  return new MarketServerError('SERVER_BAD_FAULT', message, { value: found });
}

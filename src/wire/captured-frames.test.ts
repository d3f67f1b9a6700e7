import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyFrame } from '../frame/index.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import type { AnalyzedFrameMessage, Message } from './message.ts';
import { decodeRequest, encodeRequest } from './request.ts';
import { rowRange, wholeFrame } from './row-range.ts';

interface Capture {
  readonly sent?: readonly string[];
  readonly received?: readonly string[];
  readonly frames?: readonly (readonly [number, string])[];
}

const folder = new URL('../../tests/fixtures/freqtrade-wire/', import.meta.url);

const parse = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const load = (name: string): Capture => parse(name);

const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

function messageOf(text: string): Message {
  const outcome = decodeMessage(text);
  if (outcome.status !== 'message') throw new Error(`not decoded: ${JSON.stringify(outcome)}`);
  return outcome.message;
}

function frameMessageOf(name: string): AnalyzedFrameMessage {
  const message = messageOf(load(name).received?.[0] ?? '');
  if (message.type !== 'analyzed_df') throw new Error(`${name} holds a ${message.type} message`);
  return message;
}

describe('every message that stock freqtrade sent', () => {
  const messages = names.flatMap((name) => {
    if (name.startsWith('7')) return [];
    return (load(name).received ?? []).map((text, place) => ({ title: `${name} [${place}]`, text }));
  });
  // The recorder cut long texts.
  const whole = messages.filter(({ text }) => !/\[\d+ chars\]$/.test(text));

  it.each(whole)('$title is decoded', ({ text }) => {
    const message = messageOf(text);
    expect(message.type).toBe(JSON.parse(text).type);
  });

  it.each(whole)('$title says the same after a way through our own encoder', ({ text }) => {
    const message = messageOf(text);
    const again = messageOf(encodeMessage(message, firstRowOf(message)));
    expect(plain(again)).toEqual(plain(message));
  });

  it.each(messages.filter((message) => !whole.includes(message)))('$title, which was cut, is refused', ({ text }) => {
    expect(decodeMessage(text)).toMatchObject({ status: 'refused', code: 'WIRE_NOT_JSON' });
  });
});

function firstRowOf(message: Message): { firstRow?: number } {
  return message.type === 'analyzed_df' && message.firstRow !== undefined ? { firstRow: message.firstRow } : {};
}

/** For comparing. What is open in a stock frame is declared in our own, which say so. */
function plain(message: Message): unknown {
  if (message.type !== 'analyzed_df') return message;
  const { undetermined: _, declared: _declared, frame, ...others } = message;
  return { ...others, schema: frame.schema, columns: { ...frame.columns } };
}

describe('frames of a stock producer', () => {
  it('has the rows, labels, key and time of the request for the last 5', () => {
    const message = frameMessageOf('03_df_request_limit5_pair.json');
    expect(message.key).toEqual({ pair: 'BTC/USDT', timeframe: '5m', candleType: 'spot' });
    expect(message.lastAnalyzed).toBe(Date.parse('2026-11-20T09:06:58.818Z') + 0.385);
    expect(message.firstRow).toBe(295);
    expect(message.frame.length).toBe(5);
    expect(message.frame.last('date')).toBe(1_730_000_100_000);
    expect(message.frame.last('close')).toBe(0.00010223);
    expect(Array.from(message.frame.numbers('enter_short'))).toEqual([NaN, NaN, NaN, 1, NaN]);
    expect(message.frame.schema).toMatchObject({ enter_long: 'int', enter_short: 'float64', enter_tag: 'string' });
    expect(message.undetermined).toEqual([]);
  });

  it('has neither columns nor a time for a pair without a frame', () => {
    const message = frameMessageOf('11_unknown_pair.json');
    expect(message.frame.names).toEqual([]);
    expect(message.lastAnalyzed).toBe(0);
    expect(encodeMessage(message)).toBe(load('11_unknown_pair.json').received?.[0]);
  });

  it('keeps the columns of a frame without rows, those undetermined whose name does not tell', () => {
    const { frame, undetermined } = frameMessageOf('12_empty_df_with_columns.json');
    expect(frame.length).toBe(0);
    expect(frame.names).toHaveLength(14);
    expect(undetermined).toEqual(['ind_0', 'ind_1', 'enter_long', 'exit_long', 'enter_short', 'exit_short']);
  });
});

interface Held {
  readonly column: string;
  readonly original_dtype: string;
  readonly original: readonly string[];
}

describe('awkward columns', () => {
  const held: readonly Held[] = parse('70_decode.json');
  const whole = frameMessageOf('50_awkward_full.json').frame;
  const lastRow = frameMessageOf('51_awkward_tail1.json');

  it('are all there', () => {
    expect(whole.names).toEqual(held.map(({ column }) => column));
  });

  it.each(held)('$column holds what the producer held', ({ column, original }) => {
    expectValues(whole, column, original.map(heldValue));
  });

  it.each(held)('$column is of the kind that the producer held', ({ column, original_dtype, original }) => {
    expect(whole.kind(column)).toBe(kindOfHeld(column, original_dtype, original));
  });

  it.each(held)('$column has the same last value in the last row alone', ({ column }) => {
    const [mine, theirs] = [whole.last(column), lastRow.frame.last(column)];
    const isTruthWithNulls = column === 'flag_none';
    expect(isTruthWithNulls || typeof mine === 'bigint' ? Number(theirs) : theirs).toEqual(
      typeof mine === 'bigint' ? Number(mine) : mine,
    );
  });

  it('are undetermined where the last row shows nothing and their name says nothing', () => {
    expect(lastRow.undetermined).toEqual([]);
    expect(lastRow.frame.kind('exit_long')).toBe('float64');
    expect(lastRow.frame.kind('exit_tag')).toBe('string');
  });
});

/** A value in Python's notation as we show it; numbers within what ten decimals keep. */
function heldValue(text: string): unknown {
  const date = /^Timestamp\('([^']+)'/.exec(text);
  if (date !== null) return Date.parse(/[+-]\d{4}$/.test(date[1]) ? date[1] : `${date[1]}Z`);
  const duration = /^Timedelta\('0 days (\d\d):(\d\d):(\d\d)'\)$/.exec(text);
  if (duration !== null) return (Number(duration[1]) * 60 + Number(duration[2])) * 60_000;
  if (text === 'True' || text === 'False') return text === 'True';
  if (text === 'None') return null;
  if (text.endsWith('inf') || text === 'nan' || text === 'NaT') return NaN;
  if (text.startsWith("'")) return pythonText(text);
  if (/^[[{]/.test(text)) return JSON.parse(text.replaceAll('None', 'null').replaceAll("'", '"'));
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

function pythonText(text: string): string {
  const inner = text.slice(1, -1).replaceAll('"', '\\"');
  return JSON.parse(`"${inner}"`);
}

function expectValues(frame: AnyFrame, name: string, values: readonly unknown[]): void {
  for (const [row, value] of values.entries()) {
    const cell = frame.at(row, name);
    if (typeof value === 'object' && value !== null) expect(JSON.parse(String(cell))).toEqual(value);
    else if (typeof value === 'bigint') expect(BigInt(String(cell))).toBe(value);
    else if (typeof value === 'number') expectClose(Number(cell), value);
    else if (typeof value === 'boolean') expect(Boolean(cell)).toBe(value);
    else expect(Number.isNaN(cell) ? null : cell).toBe(value);
  }
}

/** Stock writes 10 decimals, or 10 digits for very large and small numbers: there, the largest double becomes infinite. */
function expectClose(found: number, held: number): void {
  if (Number.isNaN(held)) expect(found).toBeNaN();
  else if (Math.abs(held) === Number.MAX_VALUE) expect(found).toBe(held * 1.1);
  else expect(Math.abs(found - held)).toBeLessThanOrEqual(Math.max(5.0001e-11, Math.abs(held) * 5.0001e-10));
}

function kindOfHeld(column: string, dtype: string, original: readonly string[]): string {
  if (dtype.startsWith('datetime') && (column === 'date' || column.startsWith('date_1'))) return 'timestamp';
  if (original.includes('NaT') || dtype.startsWith('float')) return 'float64';
  if (dtype.startsWith('datetime') || dtype.startsWith('timedelta')) return 'int';
  if (dtype === 'bool') return 'bool';
  if (dtype.includes('int')) return original.every((text) => Number.isSafeInteger(Number(text))) ? 'int' : 'int64';
  return original.some((text) => text === 'True') ? 'float64' : 'string';
}

describe('numbers as stock writes them', () => {
  const formats: readonly { value: string; wire: string }[] = parse('71_number_format.json');

  it.each(formats)('$wire is $value, a float', ({ value, wire }) => {
    const split = { columns: ['x'], index: [0], data: ['cell'] };
    const df = { __type__: 'dataframe', __value__: JSON.stringify(split).replace('"cell"', `[${wire}]`) };
    const data = { key: ['BTC/USDT', '5m', 'spot'], df, la: '1970-01-01T00:00:00+00:00' };
    const message = messageOf(JSON.stringify({ type: 'analyzed_df', data }));
    if (message.type !== 'analyzed_df') throw new Error(message.type);
    expect(message.frame.kind('x')).toBe('float64');
    expectClose(Number(message.frame.at(0, 'x')), Number(heldValue(value)));
  });
});

describe('requests of consumers', () => {
  const subscribe = (topics: readonly string[], unknownTopics: readonly string[] = []) => ({
    type: 'subscribe',
    topics,
    unknownTopics,
    candlecast: undefined,
  });
  const frames = (limit: number, pair: string | null = 'BTC/USDT') => ({
    type: 'analyzed_df',
    rows: rowRange(limit),
    pair,
  });

  it.each([
    ['01_subscribe_ok.json', 0, subscribe(['whitelist', 'analyzed_df'])],
    ['02_whitelist_request.json', 0, { type: 'whitelist' }],
    ['03_df_request_limit5_pair.json', 0, frames(5)],
    ['04_df_request_limit5_all.json', 0, frames(5, null)],
    ['05_df_request_no_data.json', 0, { type: 'analyzed_df', rows: wholeFrame, pair: null }],
    ['06_df_request_default.json', 0, frames(1500, null)],
    ['10_pair_in_whitelist_without_df.json', 0, frames(1, null)],
    ['25_extra_keys.json', 0, { type: 'whitelist' }],
    ['26_subscribe_unknown_topic.json', 0, subscribe(['whitelist'], ['bogus'])],
    ['28_subscribe_empty.json', 0, subscribe([])],
    ['31_limit_float.json', 0, frames(2)],
    ['32_limit_zero.json', 0, { ...frames(1), rows: wholeFrame }],
    ['33_limit_negative.json', 0, { ...frames(1), rows: { take: 'from', skip: 295 } }],
    ['34_no_limit_key.json', 0, frames(1500)],
    ['39_dataframe_in_request.json', 0, { type: 'whitelist' }],
    ['42_invalid_utf8_in_text.json', 0, { type: 'whitelist' }],
    ['43_resubscribe_replaces.json', 0, subscribe(['analyzed_df'])],
    ['43_resubscribe_replaces.json', 1, subscribe(['new_candle'])],
  ])('%s [%i] is understood', (name, place, request) => {
    expect(decodeRequest(load(name).sent?.[place] ?? '')).toEqual({ status: 'request', request });
  });

  it.each([
    ['20_malformed_json.json', 'WIRE_NOT_JSON', 'expected one JSON object'],
    ['21_json_not_object_list.json', 'WIRE_NOT_AN_OBJECT', 'found a list'],
    ['22_json_string.json', 'WIRE_NOT_AN_OBJECT', 'found text "hello"'],
    ['22b_json_null.json', 'WIRE_NOT_AN_OBJECT', 'found null'],
    ['23_missing_type.json', 'WIRE_NO_TYPE', 'expected "subscribe", "whitelist" or "analyzed_df", found nothing'],
    ['24_unknown_type.json', 'WIRE_UNKNOWN_TYPE', 'Invalid request type: frobnicate'],
    ['27_subscribe_string.json', 'WIRE_BAD_TOPICS', 'found text "whitelist"'],
    ['28b_subscribe_number.json', 'WIRE_BAD_TOPICS', 'found the number 5'],
    ['29_limit_string.json', 'WIRE_BAD_LIMIT', 'limit: expected a number of rows'],
    ['30_limit_null.json', 'WIRE_BAD_LIMIT', 'found null'],
    ['35_pair_number.json', 'WIRE_BAD_PAIR', 'found the number 123'],
    ['36_pair_list.json', 'WIRE_BAD_PAIR', 'found a list'],
    ['37_data_list.json', 'WIRE_BAD_DATA', 'found a list'],
    ['40_nan_literal.json', 'WIRE_NOT_JSON', 'not JSON'],
  ])('%s is refused with %s', (name, code, part) => {
    const outcome = decodeRequest(load(name).sent?.[0] ?? '');
    expect(outcome).toMatchObject({ status: 'refused', code, reason: expect.stringContaining(part) });
  });

  it('are written as a stock consumer writes them', () => {
    const texts = load('60_emc_requests.json').frames?.map(([, text]) => text) ?? [];
    const requests = texts.map((text) => {
      const outcome = decodeRequest(text);
      if (outcome.status === 'refused') throw new Error(outcome.reason);
      return outcome.request;
    });
    expect(requests).toEqual([subscribe(['whitelist', 'analyzed_df']), { type: 'whitelist' }, frames(1500, null)]);
    expect(requests.map(encodeRequest)).toEqual(texts);
  });
});

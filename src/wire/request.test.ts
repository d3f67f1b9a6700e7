import { describe, expect, it } from 'vitest';
import { Frame } from '../frame/index.ts';
import { decodeRequest, encodeRequest, type Request } from './request.ts';
import { rowRange, selectRows, wholeFrame } from './row-range.ts';
import { topics } from './topics.ts';

const outcomeOf = (value: unknown) => decodeRequest(JSON.stringify(value));

describe('encodeRequest', () => {
  it.each<[Request, string]>([
    [{ type: 'analyzed_df', rows: wholeFrame, pair: null }, '{"type":"analyzed_df"}'],
    [
      { type: 'analyzed_df', rows: wholeFrame, pair: 'BTC/USDT' },
      '{"type":"analyzed_df","data":{"limit":0,"pair":"BTC/USDT"}}',
    ],
    [{ type: 'analyzed_df', rows: rowRange(-5), pair: null }, '{"type":"analyzed_df","data":{"limit":-5,"pair":null}}'],
    [
      { type: 'subscribe', topics: ['whitelist'], unknownTopics: ['bogus'], isCandlecast: false },
      '{"type":"subscribe","data":["whitelist","bogus"]}',
    ],
  ])('%j', (request, text) => {
    expect(encodeRequest(request)).toBe(text);
    expect(decodeRequest(text)).toEqual({ status: 'request', request });
  });

  it.each<[Request, string]>([
    [{ type: 'analyzed_df', rows: { take: 'last', rows: 1501 }, pair: null }, 'WIRE_BAD_LIMIT'],
    [{ type: 'analyzed_df', rows: { take: 'last', rows: 0 }, pair: null }, 'WIRE_BAD_LIMIT'],
    [{ type: 'analyzed_df', rows: { take: 'from', skip: 0.5 }, pair: null }, 'WIRE_BAD_LIMIT'],
    [{ type: 'analyzed_df', rows: wholeFrame, pair: '' }, 'WIRE_BAD_PAIR'],
    [{ type: 'subscribe', topics: JSON.parse('["bogus"]'), unknownTopics: [], isCandlecast: false }, 'WIRE_BAD_TOPICS'],
  ])('refuses to write %j', (request, code) => {
    expect(() => encodeRequest(request)).toThrow(expect.objectContaining({ name: 'WireError', code }));
  });
});

describe('decodeRequest', () => {
  it.each([[undefined], [null], [''], [{}]])('takes data %j for no data, as Python does', (data) => {
    const request = { type: 'analyzed_df', rows: wholeFrame, pair: null };
    expect(outcomeOf({ type: 'analyzed_df', data })).toEqual({ status: 'request', request });
  });

  it.each([
    [0, wholeFrame],
    [-0.9, wholeFrame],
    [0.9, wholeFrame],
    [2.7, { take: 'last', rows: 2 }],
    [1500, { take: 'last', rows: 1500 }],
    [1e9, { take: 'last', rows: 1500 }],
    [-2.7, { take: 'from', skip: 2 }],
  ])('reads limit %d', (limit, rows) => {
    const request = { type: 'analyzed_df', rows, pair: null };
    expect(outcomeOf({ type: 'analyzed_df', data: { limit, pair: '' } })).toEqual({ status: 'request', request });
  });

  it.each([['"5"'], ['null'], ['true'], ['[5]'], ['1e400'], ['-1e400']])('refuses limit %s', (limit) => {
    const outcome = decodeRequest(`{"type":"analyzed_df","data":{"limit":${limit}}}`);
    expect(outcome).toMatchObject({ status: 'refused', code: 'WIRE_BAD_LIMIT' });
  });

  it('takes every topic once and names those that do not exist', () => {
    const request = { type: 'subscribe', topics, unknownTopics: ['a', '__proto__'], isCandlecast: false };
    const data = [...topics, 'a', '__proto__', ...topics, 'a'];
    expect(outcomeOf({ type: 'subscribe', data })).toEqual({ status: 'request', request });
  });

  it.each([[undefined], [null], ['whitelist'], [{ 0: 'whitelist' }], [[5]], [['whitelist', null]]])(
    'refuses topics %j',
    (data) => {
      expect(outcomeOf({ type: 'subscribe', data })).toMatchObject({ status: 'refused', code: 'WIRE_BAD_TOPICS' });
    },
  );

  it('does not look for a type in prototypes', () => {
    expect(decodeRequest('{"__proto__":{"type":"whitelist"}}')).toMatchObject({ code: 'WIRE_NO_TYPE' });
    expect(decodeRequest('{"type":"__proto__"}')).toMatchObject({ code: 'WIRE_UNKNOWN_TYPE' });
  });

  it('refuses what is too long or too deep, in a reason that is short', () => {
    const long = JSON.stringify({ type: 'x'.repeat(10_000) });
    expect(decodeRequest(long, { mostCharacters: 100 })).toMatchObject({ code: 'WIRE_TOO_LARGE' });
    const outcome = decodeRequest(long);
    expect(outcome.status === 'refused' && outcome.reason.length).toBeLessThan(150);
    const deep = `{"type":"whitelist","data":${'['.repeat(33)}${']'.repeat(33)}}`;
    expect(decodeRequest(deep)).toMatchObject({ code: 'WIRE_TOO_DEEP' });
    expect(decodeRequest('['.repeat(500_000))).toMatchObject({ status: 'refused' });
  });

  it('takes brackets in text for text', () => {
    const data = '[{"\\"'.repeat(100);
    expect(outcomeOf({ type: 'whitelist', data })).toMatchObject({ status: 'request' });
  });
});

describe('selectRows', () => {
  const frame = Frame.of({ x: Float64Array.from({ length: 300 }, (_, row) => row) });

  it.each([
    [5, 295, 300],
    [1500, 0, 300],
    [0, 0, 300],
    [-295, 295, 300],
    [-1, 1, 300],
    [-300, 300, 300],
    [-1000, 300, 300],
  ])('with limit %d takes rows %d to %d', (limit, start, end) => {
    const rows = selectRows(frame, rowRange(limit));
    expect(Array.from(rows.columns.x)).toEqual(Array.from({ length: end - start }, (_, i) => start + i));
    expect(rows.names).toEqual(['x']);
  });

  it('has no meaning for a limit that is no number', () => {
    expect(() => rowRange(Number.NaN)).toThrow(expect.objectContaining({ code: 'WIRE_BAD_LIMIT' }));
  });
});

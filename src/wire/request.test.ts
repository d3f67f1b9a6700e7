import { describe, expect, it } from 'vitest';
import { Frame } from '../frame/index.ts';
import { parsePair } from '../market/index.ts';
import { decodeRequest, encodeRequest, type Request } from './request.ts';
import { rowRange, selectRows, wholeFrame } from './row-range.ts';
import {
  type StreamLimits,
  type StreamSubscription,
  type SubscriptionOutcome,
  encodeSubscription,
} from './stream/index.ts';
import { topics } from './topics.ts';
import type { RequestLimits } from './wire-limits.ts';

const outcomeOf = (value: unknown) => decodeRequest(JSON.stringify(value));

const subscription: StreamSubscription = {
  version: 1,
  want: [{ pair: parsePair('BTC/USDT'), tail: 300 }],
  resume: { epoch: 0x9f3c12ab, streams: new Map([[7, 4182]]) },
};

describe('encodeRequest', () => {
  it.each<[Request, string]>([
    [{ type: 'analyzed_df', rows: wholeFrame, pair: null }, '{"type":"analyzed_df"}'],
    [
      { type: 'analyzed_df', rows: wholeFrame, pair: 'BTC/USDT' },
      '{"type":"analyzed_df","data":{"limit":0,"pair":"BTC/USDT"}}',
    ],
    [{ type: 'analyzed_df', rows: rowRange(-5), pair: null }, '{"type":"analyzed_df","data":{"limit":-5,"pair":null}}'],
    [
      { type: 'subscribe', topics: ['whitelist'], unknownTopics: ['bogus'], candlecast: undefined },
      '{"type":"subscribe","data":["whitelist","bogus"]}',
    ],
    [
      { type: 'subscribe', topics: [], unknownTopics: [], candlecast: { status: 'without-streams' } },
      '{"type":"subscribe","data":[],"candlecast":{}}',
    ],
    [
      {
        type: 'subscribe',
        topics: ['whitelist'],
        unknownTopics: [],
        candlecast: { status: 'subscription', subscription },
      },
      '{"type":"subscribe","data":["whitelist"],"candlecast":{"version":1,"want":[{"pair":"BTC/USDT","tail":300}],' +
        '"resume":{"epoch":"9f3c12ab","streams":{"7":4182}}}}',
    ],
    [
      { type: 'candlecast', control: { type: 'resync', stream: 7, have: 4180 } },
      '{"type":"candlecast","data":{"resync":{"stream":7,"have":4180}}}',
    ],
    [
      { type: 'candlecast', control: { type: 'ack', stream: 7, seq: 4182, bytes: 262_144 } },
      '{"type":"candlecast","data":{"ack":{"stream":7,"seq":4182,"bytes":262144}}}',
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
    [
      { type: 'subscribe', topics: JSON.parse('["bogus"]'), unknownTopics: [], candlecast: undefined },
      'WIRE_BAD_TOPICS',
    ],
  ])('refuses to write %j', (request, code) => {
    expect(() => encodeRequest(request)).toThrow(expect.objectContaining({ name: 'WireError', code }));
  });

  it.each<SubscriptionOutcome>([
    { status: 'refused', code: 'STREAM_BAD_SUBSCRIPTION', reason: 'candlecast: expected an object, found null' },
    { status: 'subscription', subscription: { ...subscription, version: 0 } },
    { status: 'subscription', subscription: { version: 1, want: [{ tail: 0 }] } },
  ])('refuses to write the subscription %j', (candlecast) => {
    const request: Request = { type: 'subscribe', topics: [], unknownTopics: [], candlecast };
    expect(() => encodeRequest(request)).toThrow(expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' }));
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
    const request = { type: 'subscribe', topics, unknownTopics: ['a', '__proto__'], candlecast: undefined };
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

describe('a Candlecast consumer', () => {
  const candlecastOf = (candlecast: unknown, limits: RequestLimits = {}) => {
    const outcome = decodeRequest(JSON.stringify({ type: 'subscribe', data: ['whitelist'], candlecast }), limits);
    if (outcome.status !== 'request' || outcome.request.type !== 'subscribe') throw new Error(outcome.status);
    return outcome.request.candlecast;
  };

  it('says so, whatever it says', () => {
    expect(candlecastOf(undefined)).toBeUndefined();
    expect(candlecastOf({})).toEqual({ status: 'without-streams' });
    for (const odd of [null, 1, [], { version: 0 }, { version: 1, want: {} }, { version: 1, resume: [] }]) {
      expect(candlecastOf(odd)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_SUBSCRIPTION' });
    }
  });

  it('wants and resumes up to the limits', () => {
    const most: StreamSubscription = {
      version: 1,
      want: Array.from({ length: 1000 }, (_, i) => ({
        pair: parsePair(`COIN${i}/USDT:USDT`),
        columns: Array.from({ length: 30 }, (_, column) => `indicator_${column}`),
        tail: 99_999,
      })),
      resume: { epoch: 1, streams: new Map(Array.from({ length: 10_000 }, (_, i) => [2 ** 32 - 1 - i, 2 ** 32 - 1])) },
    };
    const value = encodeSubscription(most);
    expect(candlecastOf(value)).toEqual({ status: 'subscription', subscription: most });
    const tooFew: readonly StreamLimits[] = [{ mostWants: 999 }, { mostStreams: 9999 }, { mostColumns: 29 }];
    for (const stream of tooFew) {
      expect(candlecastOf(value, { stream })).toMatchObject({ status: 'refused', code: 'STREAM_TOO_LARGE' });
    }
  });

  it.each([
    [{ later: {} }, 'WIRE_UNKNOWN_TYPE', 'candlecast: unknown control message; expected resync or ack'],
    [{ heartbeat: { streams: [] } }, 'WIRE_UNKNOWN_TYPE', 'expected resync or ack'],
    [undefined, 'STREAM_BAD_CONTROL', 'found nothing'],
    [{ resync: { stream: -1 } }, 'STREAM_BAD_CONTROL', 'resync.stream'],
    [{ ack: { stream: 1, seq: 1 } }, 'STREAM_BAD_CONTROL', 'ack.bytes'],
    [{ resync: { stream: 1 }, ack: {} }, 'STREAM_BAD_CONTROL', 'expected one of'],
  ])('is told what is wrong with the control message %j', (data, code, part) => {
    const outcome = outcomeOf({ type: 'candlecast', data });
    expect(outcome).toMatchObject({ status: 'refused', code, reason: expect.stringContaining(part) });
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

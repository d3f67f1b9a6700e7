import { describe, expect, it } from 'vitest';
import { Frame, emptyFrame } from '../frame/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../market/index.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import type { Message } from './message.ts';
import { encodeProducerControl } from './stream/index.ts';
import { isEventTopic, topics } from './topics.ts';
import { sealText } from './stream/sealed-text.ts';

const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' };
/** Typed by whoever takes it: what a caller without types may pass. */
const invalid = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('messages', () => {
  const frame = Frame.of({ close: Float64Array.of(1.5, 2) });
  const messages: readonly [Message, string][] = [
    [{ type: 'whitelist', pairs: [key.pair] }, '{"type":"whitelist","data":["BTC/USDT"]}'],
    [{ type: 'whitelist', pairs: [] }, '{"type":"whitelist","data":[]}'],
    [{ type: 'new_candle', key }, '{"type":"new_candle","data":["BTC/USDT","5m","spot"]}'],
    [{ type: 'exception', reason: 'no' }, '{"type":"exception","data":"no"}'],
    [{ type: 'status', fields: { status: 'running' } }, '{"type":"status","status":"running"}'],
    [{ type: 'entry', fields: {} }, '{"type":"entry"}'],
  ];

  it.each(messages)('%j', (message, text) => {
    expect(encodeMessage(message)).toBe(text);
    expect(decodeMessage(text)).toEqual({ status: 'message', message });
  });

  it('of frames stand as freqtrade has them, with one key more', () => {
    const message = { type: 'analyzed_df', key, frame, lastAnalyzed: 1000.001 } as const;
    const split = '{\\"columns\\":[\\"close\\"],\\"index\\":[298,299],\\"data\\":[[1.5],[2]]}';
    expect(encodeMessage(message, { firstRow: 298 })).toBe(
      `{"type":"analyzed_df","data":{"key":["BTC/USDT","5m","spot"],` +
        `"df":{"__type__":"dataframe","__value__":"${split}"},` +
        `"la":"1970-01-01T00:00:01.000001+00:00","candlecast":{"kinds":"f"}}}`,
    );
  });

  it('of an empty frame stand as freqtrade has them', () => {
    expect(encodeMessage({ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed: 0 })).toBe(
      `{"type":"analyzed_df","data":{"key":["BTC/USDT","5m","spot"],` +
        `"df":{"__type__":"dataframe","__value__":"{\\"columns\\":[],\\"index\\":[],\\"data\\":[]}"},` +
        `"la":"1970-01-01T00:00:00+00:00"}}`,
    );
  });

  it.each(topics.filter(isEventTopic))('of type %s keep their fields, whatever their names', (type) => {
    const text = `{"type":"${type}","data":[1],"__proto__":{"x":1},"constructor":null,"profit":-0.1}`;
    const outcome = decodeMessage(text);
    if (outcome.status !== 'message') throw new Error(outcome.status);
    expect(encodeMessage(outcome.message)).toBe(text);
    expect('fields' in outcome.message && Object.keys(outcome.message.fields)).toEqual([
      'data',
      '__proto__',
      'constructor',
      'profit',
    ]);
  });

  it('keep their type when a field has that name', () => {
    expect(encodeMessage({ type: 'warning', fields: { type: 'exit', status: 'x' } })).toBe(
      '{"type":"warning","status":"x"}',
    );
  });
});

describe('decodeMessage', () => {
  it('reads the troubles of a bot, which carry no data', () => {
    const message = { type: 'exception', reason: 'trouble' };
    expect(decodeMessage('{"type":"exception","status":"trouble"}')).toEqual({ status: 'message', message });
  });

  it('takes an empty candle type for spot', () => {
    const message = { type: 'new_candle', key };
    expect(decodeMessage('{"type":"new_candle","data":["BTC/USDT","5m",""]}')).toEqual({ status: 'message', message });
  });

  it('tells what a Candlecast producer says about its streams, within the limits', () => {
    const control = { type: 'heartbeat', streams: [{ stream: 7, seq: 1, now: 3 }] } as const;
    const text = encodeProducerControl(control);
    expect(decodeMessage(text)).toEqual({ status: 'control', control });
    expect(decodeMessage(text, { stream: { mostStreams: 0 } })).toMatchObject({
      status: 'refused',
      code: 'STREAM_TOO_LARGE',
    });
    expect(decodeMessage(sealText('{"type":"candlecast"}'))).toMatchObject({ code: 'STREAM_BAD_CONTROL' });
    expect(decodeMessage('{"type":"candlecast"}')).toMatchObject({ code: 'STREAM_BAD_CHECKSUM' });
    const unknown = { status: 'unknown-type', type: 'candlecast' };
    expect(decodeMessage(sealText('{"type":"candlecast","data":{"later":1}}'))).toEqual(unknown);
    // What a consumer says is nothing that a producer does.
    expect(decodeMessage(sealText('{"type":"candlecast","data":{"resync":{"stream":7}}}'))).toEqual(unknown);
  });

  it.each(['subscribe', '__proto__', ''])('tells of the unknown type "%s"', (type) => {
    expect(decodeMessage(JSON.stringify({ type }))).toEqual({ status: 'unknown-type', type });
  });

  it('is not told by a peer that a message was refused', () => {
    const text = '{"type":"status","status":"refused","code":"WIRE_NOT_JSON","reason":"x"}';
    expect(decodeMessage(text)).toMatchObject({ status: 'message', message: { type: 'status' } });
  });

  const data = { key: ['BTC/USDT', '5m', 'spot'], df: {}, la: '2026-11-20T09:07:07+00:00' };
  it.each([
    ['', 'WIRE_NOT_JSON'],
    ['[]', 'WIRE_NOT_AN_OBJECT'],
    ['{"type":1}', 'WIRE_NO_TYPE'],
    ['{"type":"whitelist"}', 'WIRE_BAD_DATA'],
    ['{"type":"whitelist","data":["BTC/USDT",5]}', 'WIRE_BAD_PAIR'],
    ['{"type":"whitelist","data":["BTC"]}', 'WIRE_BAD_PAIR'],
    ['{"type":"new_candle","data":["BTC/USDT","5m"]}', 'WIRE_BAD_KEY'],
    ['{"type":"new_candle","data":["BTC/USDT","5x","spot"]}', 'WIRE_BAD_KEY'],
    ['{"type":"new_candle","data":["BTC/USDT","5m","option"]}', 'WIRE_BAD_KEY'],
    ['{"type":"new_candle","data":[7,"5m","spot"]}', 'WIRE_BAD_KEY'],
    ['{"type":"exception","data":{}}', 'WIRE_BAD_DATA'],
    ['{"type":"analyzed_df","data":[]}', 'WIRE_BAD_DATA'],
    [JSON.stringify({ type: 'analyzed_df', data: { ...data, key: null } }), 'WIRE_BAD_KEY'],
    [JSON.stringify({ type: 'analyzed_df', data: { ...data, la: null } }), 'WIRE_BAD_LAST_ANALYZED'],
    [JSON.stringify({ type: 'analyzed_df', data }), 'WIRE_BAD_FRAME'],
    [`{"type":"status","x":${'['.repeat(40)}${']'.repeat(40)}}`, 'WIRE_TOO_DEEP'],
  ])('refuses %s with %s', (text, code) => {
    expect(decodeMessage(text)).toMatchObject({ status: 'refused', code });
  });

  it('refuses a text that is longer than the limit', () => {
    expect(decodeMessage('{"type":"status"}', { mostCharacters: 17 })).toMatchObject({ status: 'message' });
    expect(decodeMessage('{"type":"status"} ', { mostCharacters: 17 })).toMatchObject({ code: 'WIRE_TOO_LARGE' });
  });

  it('survives cells of any depth', () => {
    const cell = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const split = `{"columns":["x"],"data":[[${cell}]]}`;
    const text = JSON.stringify({
      type: 'analyzed_df',
      data: { ...data, df: { __type__: 'dataframe', __value__: split } },
    });
    const outcome = decodeMessage(text);
    const decoded =
      outcome.status === 'message' && outcome.message.type === 'analyzed_df' ? outcome.message : undefined;
    expect(decoded?.frame.at(0, 'x')).toBe(cell);
  });
});

describe('encodeMessage refuses', () => {
  it.each<[Message, string]>([
    [{ type: 'new_candle', key: { ...key, pair: invalid('BTC') } }, 'WIRE_BAD_KEY'],
    [{ type: 'new_candle', key: { ...key, timeframe: invalid('5') } }, 'WIRE_BAD_KEY'],
    [{ type: 'whitelist', pairs: [invalid('BTC')] }, 'WIRE_BAD_PAIR'],
    [{ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed: Number.NaN }, 'WIRE_BAD_LAST_ANALYZED'],
    [{ type: 'status', fields: { profit: 5n } }, 'WIRE_NOT_ENCODABLE'],
  ])('%o', (message, code) => {
    expect(() => encodeMessage(message)).toThrow(expect.objectContaining({ name: 'WireError', code }));
  });
});

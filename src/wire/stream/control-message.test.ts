import { describe, expect, it } from 'vitest';
import { Frame, ints, timestamps } from '../../frame/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import {
  type ConsumerControl,
  type ProducerControl,
  decodeConsumerControl,
  decodeProducerControl,
  encodeConsumerControl,
  encodeProducerControl,
} from './control-message.ts';
import { sealText } from './sealed-text.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { sameSchema, streamSchemaOf } from './stream-schema.ts';

const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' };
const frame = Frame.of({
  date: timestamps([1]),
  close: [1.5],
  enter_long: ints([1]),
  enter_tag: ['x'],
  up: [true],
  id: [1n],
});
const schema = streamSchemaOf(frame);
const epoch = 0x0f3c12ab;

const fromProducer: readonly [ProducerControl, string][] = [
  [
    { type: 'welcome', epoch, heartbeatMs: 1000, limits: { wants: 100 } },
    '{"welcome":1,"epoch":"0f3c12ab","heartbeatMs":1000,"limits":{"wants":100}}',
  ],
  [
    { type: 'schema', stream: 7, version: 1, key, schema },
    '{"schema":{"stream":7,"version":1,"key":["BTC/USDT","5m","spot"],"columns":[["date","t"],["close","f"],["enter_long","i"],' +
      '["enter_tag","s"],["up","b"],["id","l"]]}}',
  ],
  [{ type: 'end', stream: 7 }, '{"end":{"stream":7}}'],
  [
    {
      type: 'heartbeat',
      streams: [
        { stream: 7, seq: 4182 },
        { stream: 9, seq: 12, now: 15 },
        { stream: 10, seq: 12, now: 12 },
      ],
    },
    '{"heartbeat":{"streams":[[7,4182],[9,12,15],[10,12,12]]}}',
  ],
];
const fromConsumer: readonly [ConsumerControl, string][] = [
  [{ type: 'resync', stream: 7 }, '{"resync":{"stream":7}}'],
  [{ type: 'resync', stream: 7, have: 4180 }, '{"resync":{"stream":7,"have":4180}}'],
  [{ type: 'ack', stream: 7, seq: 4182, bytes: 262144 }, '{"ack":{"stream":7,"seq":4182,"bytes":262144}}'],
];
const textOf = (data: string) => `{"type":"candlecast","data":${data}}`;

describe('messages about streams', () => {
  it.each(fromProducer)('from a producer: %j', (control, data) => {
    expect(encodeProducerControl(control)).toBe(sealText(textOf(data)));
    expect(decodeProducerControl(textOf(data))).toEqual({ status: 'control', control });
  });

  it.each(fromConsumer)('from a consumer: %j', (control, data) => {
    expect(encodeConsumerControl(control)).toBe(textOf(data));
    expect(decodeConsumerControl(textOf(data))).toEqual({ status: 'control', control });
  });

  it('carry what a later version adds, which is passed over', () => {
    const later = textOf('{"end":{"stream":7,"why":"left"},"since":5}');
    expect(decodeProducerControl(later)).toEqual({ status: 'control', control: { type: 'end', stream: 7 } });
    const welcome = textOf('{"welcome":1,"epoch":"00000001","heartbeatMs":1,"limits":{"new":{"a":1},"wants":5}}');
    expect(decodeProducerControl(welcome)).toMatchObject({ control: { limits: { wants: 5 } } });
    expect(decodeProducerControl(textOf('{"later":{}}'))).toEqual({ status: 'unknown' });
    expect(decodeConsumerControl(textOf('{}'))).toEqual({ status: 'unknown' });
    // What a consumer says is nothing that a producer does.
    expect(decodeConsumerControl(textOf('{"end":{"stream":7}}'))).toEqual({ status: 'unknown' });
  });

  const schemaOf = (columns: string) =>
    `{"schema":{"stream":7,"version":1,"key":["BTC/USDT","5m","spot"],"columns":${columns}}}`;
  it.each([
    ['{', 'WIRE_NOT_JSON'],
    ['[]', 'WIRE_NOT_AN_OBJECT'],
    ['{"type":"whitelist","data":{}}', 'STREAM_BAD_CONTROL'],
    ['{"type":"candlecast"}', 'STREAM_BAD_CONTROL'],
    [textOf('{"end":{"stream":7},"welcome":1}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":2}'), 'STREAM_UNKNOWN_VERSION'],
    [textOf('{"welcome":"1"}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":1,"epoch":"12","heartbeatMs":1000}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":1,"epoch":"0000000g","heartbeatMs":1000}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":1,"epoch":"00000000","heartbeatMs":0}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":1,"epoch":"00000000","heartbeatMs":1e9}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"welcome":1,"epoch":"00000000","heartbeatMs":1,"limits":[]}'), 'STREAM_BAD_CONTROL'],
    [
      textOf(
        `{"welcome":1,"epoch":"00000000","heartbeatMs":1,"limits":{${Array.from({ length: 65 }, (_, i) => `"${i}":1`).join()}}}`,
      ),
      'STREAM_BAD_CONTROL',
    ],
    [textOf('{"schema":[]}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"schema":{"stream":-1}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"schema":{"stream":1,"version":4294967296}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"schema":{"stream":1,"version":1,"key":["BTC","5m","spot"]}}'), 'WIRE_BAD_KEY'],
    [textOf(schemaOf('{}')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","f"]]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","t"],["a","x"]]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","t"],["a"]]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","t"],[5,"f"]]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","t"],"ab"]')), 'STREAM_BAD_SCHEMA'],
    [textOf(schemaOf('[["date","t"],["a","f"],["a","f"]]')), 'STREAM_BAD_SCHEMA'],
    [textOf('{"end":7}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"end":{"stream":1.5}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":[]}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":{}}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":[7]}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":[[7]]}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":[[7,-0]]}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":[[7,5,4]]}}'), 'STREAM_BAD_CONTROL'],
    [textOf('{"heartbeat":{"streams":[[7,5,null]]}}'), 'STREAM_BAD_CONTROL'],
  ])('are refused from a producer: %s', (text, code) => {
    expect(decodeProducerControl(text)).toMatchObject({ status: 'refused', code });
  });

  it.each(['{"resync":7}', '{"resync":{"stream":"7"}}', '{"resync":{"stream":7,"have":null}}', '{"ack":{}}'])(
    'are refused from a consumer: %s',
    (data) =>
      expect(decodeConsumerControl(textOf(data))).toMatchObject({ status: 'refused', code: 'STREAM_BAD_CONTROL' }),
  );
  it.each(['{"ack":{"stream":7,"bytes":1}}', '{"ack":{"stream":7,"seq":1,"bytes":-1}}'])('as is %s', (data) => {
    expect(decodeConsumerControl(textOf(data))).toMatchObject({ status: 'refused', code: 'STREAM_BAD_CONTROL' });
  });

  it.each<[number, StreamLimits, StreamLimits]>([
    [1, { mostColumns: 6 }, { mostColumns: 5 }],
    [1, { mostNameLength: 10 }, { mostNameLength: 9 }],
    [3, { mostStreams: 3 }, { mostStreams: 2 }],
  ])('are taken up to their limits: %#', (which, enough, tooFew) => {
    const text = encodeProducerControl(fromProducer[which][0]);
    expect(decodeProducerControl(text, { ...defaultStreamLimits, ...enough }).status).toBe('control');
    expect(decodeProducerControl(text, { ...defaultStreamLimits, ...tooFew })).toMatchObject({
      code: 'STREAM_TOO_LARGE',
    });
  });

  it('are taken up to their limit of text and of pairs', () => {
    const text = encodeProducerControl(fromProducer[2][0]);
    const limits = { ...defaultStreamLimits, mostCharacters: text.length };
    expect(decodeProducerControl(text, limits).status).toBe('control');
    expect(decodeProducerControl(`${text} `, limits)).toMatchObject({ code: 'WIRE_TOO_LARGE' });
    const longPair = encodeProducerControl({
      type: 'schema',
      stream: 1,
      version: 1,
      key: { ...key, pair: parsePair(`${'A'.repeat(200)}/B`) },
      schema,
    });
    expect(decodeProducerControl(longPair)).toMatchObject({ code: 'STREAM_TOO_LARGE' });
  });

  it.each<ProducerControl>([
    { type: 'end', stream: -1 },
    { type: 'heartbeat', streams: [{ stream: 1, seq: 0.5 }] },
    { type: 'heartbeat', streams: [{ stream: 1, seq: 5, now: 4 }] },
    { type: 'heartbeat', streams: [{ stream: 1, seq: 5, now: 5.5 }] },
    { type: 'welcome', epoch: -1, heartbeatMs: 1000, limits: {} },
    { type: 'welcome', epoch, heartbeatMs: 0, limits: {} },
    { type: 'schema', stream: 1, version: Number.NaN, key, schema },
  ])('are not sent: %o', (control) => {
    expect(() => encodeProducerControl(control)).toThrow(expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' }));
  });
});

describe('a schema', () => {
  it('is that of frames with the same names and kinds in the same order', () => {
    expect(sameSchema(schema, streamSchemaOf(frame.head(0)))).toBe(true);
    expect(sameSchema(schema, streamSchemaOf(frame.drop(['id'])))).toBe(false);
    expect(sameSchema(schema, streamSchemaOf(frame.with({ close: ints([1]) })))).toBe(false);
    expect(
      sameSchema(schema, streamSchemaOf(frame.select(['close', 'date', 'enter_long', 'enter_tag', 'up', 'id']))),
    ).toBe(false);
  });

  it.each([frame.drop(['date']), frame.with({ date: [1] })])('needs dates', (dateless) => {
    expect(() => streamSchemaOf(dateless)).toThrow(expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' }));
  });
});

import { describe, expect, it } from 'vitest';
import { parsePair, parseTimeframe } from '../../market/index.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { type StreamSubscription, decodeSubscription, encodeSubscription } from './subscription.ts';

const full: StreamSubscription = {
  version: 1,
  want: [
    {
      pair: parsePair('BTC/USDT'),
      timeframe: parseTimeframe('5m'),
      candleType: 'spot',
      columns: ['rsi', 'close'],
      tail: 300,
      rate: 'candle',
    },
    { rate: 250 },
    {},
  ],
  resume: { epoch: 0x9f3c12ab, streams: new Map([[7, 4182]]) },
};
const fullValue = {
  version: 1,
  want: [
    { pair: 'BTC/USDT', timeframe: '5m', candleType: 'spot', columns: ['rsi', 'close'], tail: 300, rate: 'candle' },
    { rate: 250 },
    {},
  ],
  resume: { epoch: '9f3c12ab', streams: { 7: 4182 } },
};

describe('the key candlecast of a subscription', () => {
  it.each<[StreamSubscription, unknown]>([
    [full, fullValue],
    [{ version: 1 }, { version: 1 }],
    [
      { version: 1, want: [] },
      { version: 1, want: [] },
    ],
  ])('%#', (subscription, value) => {
    expect(JSON.parse(JSON.stringify(encodeSubscription(subscription)))).toEqual(value);
    expect(decodeSubscription(value)).toEqual({ status: 'subscription', subscription });
  });

  it('of a consumer that knows no streams has no version', () => {
    expect(decodeSubscription({})).toEqual({ status: 'without-streams' });
    expect(decodeSubscription({ want: 5 })).toEqual({ status: 'without-streams' });
  });

  it('of a later version is read as far as this one goes', () => {
    const value = { version: 3, want: [{ tail: 5, encoding: 'x' }], extra: 1 };
    expect(decodeSubscription(value)).toEqual({
      status: 'subscription',
      subscription: { version: 3, want: [{ tail: 5 }] },
    });
  });

  it('names a column once', () => {
    const value = { version: 1, want: [{ columns: ['a', 'b', 'a'] }] };
    expect(decodeSubscription(value)).toMatchObject({ subscription: { want: [{ columns: ['a', 'b'] }] } });
  });

  const want = (value: unknown) => ({ version: 1, want: [{}, value] });
  const resume = (value: unknown) => ({ version: 1, resume: value });
  it.each([
    [null, 'candlecast'],
    [[], 'candlecast'],
    [{ version: 0 }, 'candlecast.version'],
    [{ version: '1' }, 'candlecast.version'],
    [{ version: 1, want: {} }, 'want'],
    [want(5), 'want[1]'],
    [want({ pair: 'BTC' }), 'want[1].pair'],
    [want({ pair: null }), 'want[1].pair'],
    [want({ timeframe: '5' }), 'want[1].timeframe'],
    [want({ candleType: 'option' }), 'want[1].candleType'],
    [want({ columns: 'rsi' }), 'want[1].columns'],
    [want({ columns: [5] }), 'want[1].columns'],
    [want({ tail: 0 }), 'want[1].tail'],
    [want({ tail: 100_001 }), 'want[1].tail'],
    [want({ tail: 1.5 }), 'want[1].tail'],
    [want({ rate: 0 }), 'want[1].rate'],
    [want({ rate: 'never' }), 'want[1].rate'],
    [resume([]), 'resume'],
    [resume({ epoch: 5, streams: {} }), 'resume.epoch'],
    [resume({ epoch: '9F3C12AB', streams: {} }), 'resume.epoch'],
    [resume({ epoch: '9f3c12ab' }), 'resume.streams'],
    [resume({ epoch: '9f3c12ab', streams: { '07': 1 } }), 'resume.streams'],
    [resume({ epoch: '9f3c12ab', streams: { x: 1 } }), 'resume.streams'],
    [resume({ epoch: '9f3c12ab', streams: { 7: -1 } }), 'resume.streams.7'],
  ])('is refused: %j', (value, where) => {
    const outcome = decodeSubscription(value);
    expect(outcome).toMatchObject({ status: 'refused', code: 'STREAM_BAD_SUBSCRIPTION' });
    expect(outcome.status === 'refused' && outcome.reason.split(':')[0]).toBe(where);
  });

  it.each<[StreamLimits, StreamLimits]>([
    [{ mostWants: 3 }, { mostWants: 2 }],
    [{ mostColumns: 2 }, { mostColumns: 1 }],
    [{ mostNameLength: 8 }, { mostNameLength: 7 }],
    [{ mostStreams: 1 }, { mostStreams: 0 }],
  ])('is taken up to its limits %j', (enough, tooFew) => {
    expect(decodeSubscription(fullValue, { ...defaultStreamLimits, ...enough }).status).toBe('subscription');
    expect(decodeSubscription(fullValue, { ...defaultStreamLimits, ...tooFew })).toMatchObject({
      code: 'STREAM_TOO_LARGE',
    });
  });

  it.each<StreamSubscription>([
    { version: 0 },
    { version: 1, want: [{ tail: 0 }] },
    { version: 1, want: [{ rate: 0.5 }] },
    { version: 1, resume: { epoch: 2 ** 32, streams: new Map() } },
    { version: 1, resume: { epoch: 1, streams: new Map([[-1, 5]]) } },
  ])('is not sent: %o', (subscription) => {
    expect(() => encodeSubscription(subscription)).toThrow(expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' }));
  });
});

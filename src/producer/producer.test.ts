import { describe, expect, it } from 'vitest';
import { Column, emptyFrame, Frame, framesEqual, timestamps } from '../frame/index.ts';
import { type Pair, type PairKey, parsePair, parseTimeframe } from '../market/index.ts';
import { type ManualSocket, manualClock, manualSocket, sampleFrame, sampleKey } from '../testing/index.ts';
import { decodeMessage, type Message, type MessageSocketEvents } from '../wire/index.ts';
import { type Logger, silentLogger } from '../util/logger.ts';
import { ProducerError } from './producer-error.ts';
import type { ProducerOptions } from './producer-options.ts';
import { Producer } from './producer.ts';

const key = sampleKey();
const frame = sampleFrame({ rows: 300 });
const lastAnalyzed = Date.UTC(2026, 0, 6) + 0.25;
const clock = manualClock();
const allTopics = ['whitelist', 'analyzed_df', 'new_candle'];

function producerWith(options: ProducerOptions = {}): Producer {
  return new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', clock, ...options });
}

interface Attached {
  readonly socket: ManualSocket;
  readonly events: MessageSocketEvents;
}

function attach(producer: Producer, topics: readonly string[] = allTopics): Attached {
  const socket = manualSocket();
  const events = producer.attach(socket);
  events.onMessage(JSON.stringify({ type: 'subscribe', data: topics }));
  return { socket, events };
}

function decoded(text: string): Message {
  const outcome = decodeMessage(text);
  if (outcome.status !== 'message') throw new Error(text);
  return outcome.message;
}

const messages = ({ socket }: Attached): Message[] => socket.texts.map(decoded);
const types = (attached: Attached) => messages(attached).map(({ type }) => type);
const ask = (attached: Attached, data: object) => {
  attached.events.onMessage(JSON.stringify({ type: 'analyzed_df', data }));
  clock.advance(0);
};

function framesOf(attached: Attached) {
  return messages(attached).filter((message) => message.type === 'analyzed_df');
}

describe('publishing', () => {
  it('sends the changed rows, then the candle, to those who subscribed to each', () => {
    const producer = producerWith();
    producer.publish({ key, frame: frame.head(299), lastAnalyzed }, { newCandle: true });
    const [all, frames, none] = [attach(producer), attach(producer, ['analyzed_df']), attach(producer, ['whitelist'])];
    const rows = producer.publish({ key, frame, lastAnalyzed }, { newCandle: true });
    expect(rows).toBe(1);
    expect(types(all)).toEqual(['analyzed_df', 'new_candle']);
    expect(types(frames)).toEqual(['analyzed_df']);
    expect(types(none)).toEqual([]);
    const [row] = framesOf(all);
    expect(framesEqual(row.frame, frame.tail(1))).toBe(true);
    expect(row).toMatchObject({ key, lastAnalyzed, firstRow: 299 });
  });

  it('announces no candle that is not new', () => {
    const producer = producerWith();
    const consumer = attach(producer);
    producer.publish({ key, frame, lastAnalyzed }, { newCandle: false });
    expect(types(consumer)).toEqual(['analyzed_df']);
  });

  it('encodes once: every socket gets the very same bytes', () => {
    const producer = producerWith();
    producer.setWhitelist([key.pair]);
    const consumers = [attach(producer), attach(producer), attach(producer)];
    producer.publish({ key, frame, lastAnalyzed }, { newCandle: true });
    for (const consumer of consumers) ask(consumer, { limit: 1500, pair: null });
    const [first, ...others] = consumers.map(({ socket }) => socket.sent);
    expect(first).toHaveLength(3);
    for (const sent of others) for (const [i, bytes] of sent.entries()) expect(bytes).toBe(first[i]);
  });

  it('answers with the newest state, never with one that was encoded before', () => {
    const producer = producerWith();
    const consumer = attach(producer, ['whitelist']);
    producer.publish({ key, frame: frame.head(299), lastAnalyzed }, { newCandle: true });
    ask(consumer, { limit: 2, pair: key.pair });
    producer.publish({ key, frame, lastAnalyzed }, { newCandle: true });
    ask(consumer, { limit: 2, pair: key.pair });
    expect(framesOf(consumer).map((message) => message.frame.last('date'))).toEqual([
      frame.at(298, 'date'),
      frame.at(299, 'date'),
    ]);
  });

  it('leaves out a column that cannot be written, tells of it once, and sends the others', () => {
    const warnings: string[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (text: string) => warnings.push(text),
      child: () => logger,
    };
    const producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', logger });
    const consumer = attach(producer);
    const broken = Column.adopt(
      'int',
      Float64Array.from({ length: 300 }, (_, row) => row + 0.5),
    );
    for (let i = 0; i < 3; i++) {
      producer.publish({ key, frame: frame.with({ broken }), lastAnalyzed }, { newCandle: false });
    }
    expect(framesEqual(framesOf(consumer)[0].frame, frame)).toBe(true);
    expect(warnings).toEqual([
      'columns left out, since they are of kind int and hold other values, or a text of more than 16,384 characters, or their names are longer than 200: broken',
    ]);
  });

  it.each([
    [
      'without dates',
      Frame.of({ close: [1, 2] }),
      'the frame of BTC/USDT, 5m, spot has no column "date" of timestamps',
    ],
    ['with dates as numbers', Frame.of({ date: [1, 2] }), 'no column "date" of timestamps'],
    [
      'with a date twice',
      Frame.of({ date: timestamps([1, 2, 2]) }),
      'row 2: expected ascending dates, found date 2 after 2',
    ],
    ['with a missing date', Frame.of({ date: timestamps([NaN]) }), 'row 0: expected ascending dates, found date NaN'],
  ])('refuses a frame %s, and keeps what it had', (_, bad, message) => {
    const producer = producerWith();
    const consumer = attach(producer);
    producer.publish({ key, frame, lastAnalyzed }, { newCandle: false });
    const publish = () => producer.publish({ key, frame: bad, lastAnalyzed }, { newCandle: true });
    expect(publish).toThrow(ProducerError);
    expect(publish).toThrow(message);
    ask(consumer, { limit: 1500, pair: key.pair });
    expect(framesOf(consumer).map((sent) => sent.frame.length)).toEqual([300, 300]);
  });

  it('sends a frame without rows as it is', () => {
    const producer = producerWith();
    const consumer = attach(producer);
    expect(producer.publish({ key, frame: emptyFrame, lastAnalyzed }, { newCandle: false })).toBe(0);
    expect(framesOf(consumer)[0].frame.length).toBe(0);
  });
});

describe('the whitelist', () => {
  const [btc, eth, xrp] = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT'].map(parsePair);
  const published = (producer: Producer, ...keys: PairKey[]) => {
    for (const each of keys) producer.publish({ key: each, frame, lastAnalyzed }, { newCandle: false });
  };
  const keysAnswered = (producer: Producer, pair: Pair | null = null) => {
    const consumer = attach(producer, ['status']);
    ask(consumer, { limit: 1, pair });
    return framesOf(consumer).map((message) => Object.values(message.key).join(' '));
  };

  it('is sent when it changes, and only then', () => {
    const producer = producerWith();
    const consumer = attach(producer);
    for (const pairs of [[btc, eth], [btc, eth], [eth, btc], []]) producer.setWhitelist(pairs);
    expect(messages(consumer)).toEqual([
      { type: 'whitelist', pairs: [btc, eth] },
      { type: 'whitelist', pairs: [eth, btc] },
      { type: 'whitelist', pairs: [] },
    ]);
    expect(producer.whitelist).toEqual([]);
  });

  it('takes frames of the pairs that leave with it, and no others', () => {
    const producer = producerWith();
    const informative = sampleKey('DXY/USD', '1h');
    producer.setWhitelist([btc, eth]);
    published(producer, sampleKey(btc), sampleKey(eth), informative);
    producer.setWhitelist([btc, xrp]);
    expect(keysAnswered(producer)).toEqual(['BTC/USDT 5m spot', 'XRP/USDT 5m spot', 'DXY/USD 1h spot']);
    const consumer = attach(producer);
    ask(consumer, { limit: 1, pair: eth });
    expect(framesOf(consumer)[0]).toMatchObject({ frame: { length: 0 }, lastAnalyzed: 0 });
  });

  it('is as it was after a pair that is none', () => {
    const producer = producerWith();
    producer.setWhitelist([btc]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a caller without types may do
    expect(() => producer.setWhitelist(['nonsense' as Pair])).toThrow('which is not a pair');
    expect(producer.whitelist).toEqual([btc]);
  });

  it('orders the frames: each pair with its main timeframe, then its others', () => {
    const producer = producerWith();
    producer.setWhitelist([btc, eth]);
    published(producer, sampleKey(eth, '1h'), sampleKey(btc, '1h'), sampleKey(btc, '5m', 'mark'), sampleKey(btc));
    const ofBtc = ['BTC/USDT 5m spot', 'BTC/USDT 1h spot', 'BTC/USDT 5m mark'];
    expect(keysAnswered(producer)).toEqual([...ofBtc, 'ETH/USDT 5m spot', 'ETH/USDT 1h spot']);
    expect(keysAnswered(producer, btc)).toEqual(ofBtc);
  });
});

describe('connections', () => {
  it('are shown while they stand', () => {
    const producer = producerWith();
    const consumer = attach(producer, ['whitelist']);
    const idle = { queuedBytes: 0, pendingFrames: 0, behindSince: undefined };
    expect(producer.sessions).toMatchObject([{ remote: 'test:1', topics: ['whitelist'], mode: undefined, ...idle }]);
    consumer.events.onClose(1000, '');
    consumer.events.onClose(1000, '');
    expect(producer.sessions).toEqual([]);
  });

  it('are closed with 1012 when the producer stops, and none is taken after that', () => {
    const producer = producerWith();
    const consumer = attach(producer);
    let closes = 0;
    const counting = manualSocket();
    producer.attach({ ...counting, close: () => (closes += 1) });
    producer.close();
    producer.close();
    expect(closes).toBe(1);
    const late = attach(producer);
    producer.publish({ key, frame, lastAnalyzed }, { newCandle: true });
    for (const { socket } of [consumer, late]) {
      expect(socket.closedWith).toEqual({ code: 1012, reason: 'the producer is stopping' });
      expect(socket.sent).toEqual([]);
    }
  });

  it('are no more than allowed', () => {
    const producer = producerWith({ mostConsumers: 2 });
    const [first, second, third] = [attach(producer), attach(producer), attach(producer)];
    expect(third.socket.closedWith?.code).toBe(1013);
    expect(producer.sessions).toHaveLength(2);
    third.events.onClose(1013, '');
    first.events.onClose(1000, '');
    expect(attach(producer).socket.closedWith).toBeUndefined();
    expect(second.socket.closedWith).toBeUndefined();
  });

  it('that end with 1009 are told with what the limit would have to be, at widening intervals', () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    const producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', clock, logger });
    for (let times = 1; times <= 5; times++) {
      const consumer = attach(producer);
      producer.publish({ key, frame: sampleFrame({ rows: 300, seed: `${times}` }), lastAnalyzed }, { newCandle: true });
      consumer.events.onClose(1009, '');
    }
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('message_size_limit; set it to 1 or more there');
    attach(producer).events.onClose(1000, '');
    expect(warnings).toHaveLength(3);
  });

  it('hear what is announced, if they subscribed to it', () => {
    const producer = producerWith();
    const [status, entries] = [attach(producer, ['status']), attach(producer, ['entry'])];
    producer.announce('status', { status: 'running' });
    expect(status.socket.texts).toEqual(['{"type":"status","status":"running"}']);
    expect(entries.socket.texts).toEqual([]);
  });
});

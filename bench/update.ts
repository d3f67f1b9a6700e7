import { strict as assert } from 'node:assert';
import { Consumer, type ConsumerSocketEvents } from '../src/consumer/index.ts';
import { fromArrow, toArrow } from '../src/arrow/index.ts';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { type PairKey, parsePair } from '../src/market/index.ts';
import { Producer } from '../src/producer/index.ts';
import { encodeMessage, encodeRequest } from '../src/wire/index.ts';
import { FIVE_MINUTES, analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

const ROWS = 1500;
/** Frames that follow one another before it all begins anew. */
const FRAMES = 50;
/** One-row messages before a consumer begins anew, which takes a whole frame: so many that few samples hold one. */
const MESSAGES = 10_000;

const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: FIVE_MINUTES, candleType: 'spot' };
const producerName = 'default';

export const update: Benchmark = {
  name: 'update',
  title: 'one new candle of one pair, 1,500 rows and 60 columns: the work at both ends, without sockets',
  run: runUpdate,
};

function runUpdate(): Report {
  const all = analyzedFrame(ROWS + MESSAGES);
  const { first, rows } = messagesOf(all);
  const receiving = receiver(first, rows);
  const copy = receiving.receiveAll();
  assert(framesEqual(copy, all.tail(ROWS)), 'the copy must be what was sent');
  const report = compareAll([
    { subject: { name: 'producer: what changed, its text, handed to the socket', run: publisher(all) } },
    { subject: { name: 'consumer: from the text to a frame to read', run: receiving.receiveNext } },
  ]);
  receiving.stop();
  return report;
}

/** The message of the first rows, and one of each row after them. */
function messagesOf(all: AnyFrame): { readonly first: string; readonly rows: readonly string[] } {
  const textOf = (frame: AnyFrame, firstRow: number) =>
    encodeMessage({ type: 'analyzed_df', key, frame, lastAnalyzed: 1 }, { firstRow });
  const rows = Array.from({ length: MESSAGES }, (_, i) => textOf(all.slice(ROWS + i, ROWS + i + 1), ROWS - 1));
  return { first: textOf(all.head(ROWS), 0), rows };
}

/** Publishes the next frame at each call, to one subscriber whose socket takes everything. */
function publisher(all: AnyFrame): () => unknown {
  const frames = Array.from({ length: FRAMES + 1 }, (_, i) => unshared(all.slice(i, i + ROWS)));
  let [producer, at] = [subscribedProducer(frames[0]), 0];
  return () => {
    if (at === FRAMES) [producer, at] = [subscribedProducer(frames[0]), 0];
    const rows = producer.publish({ key, frame: frames[++at], lastAnalyzed: 1 }, { newCandle: true });
    assert.equal(rows, 1);
    return rows;
  };
}

function subscribedProducer(frame: AnyFrame): Producer {
  const producer = new Producer({ timeframe: key.timeframe, candleType: key.candleType });
  producer.publish({ key, frame, lastAnalyzed: 1 }, { newCandle: true });
  const session = producer.attach({ remote: 'bench', bufferedBytes: 0, sendText() {}, sendBinary() {}, close() {} });
  session.onMessage(
    encodeRequest({
      type: 'subscribe',
      topics: ['whitelist', 'analyzed_df'],
      unknownTopics: [],
      candlecast: { status: 'without-streams' },
    }),
  );
  return producer;
}

/** As an analysis makes it: in memory of its own. */
function unshared(frame: AnyFrame): AnyFrame {
  return fromArrow(toArrow(frame));
}

/** A consumer whose socket is a function call. */
function receiver(first: string, rows: readonly string[]) {
  let [consumer, at] = [connected(first), 0];
  const read = () => {
    const view = consumer.consumer.view(producerName, key);
    assert(view !== undefined && view.status !== 'missing');
    return view.frame;
  };
  const receiveNext = () => {
    if (at === rows.length) {
      consumer.consumer.stop();
      [consumer, at] = [connected(first), 0];
    }
    consumer.receive(rows[at++]);
    return read();
  };
  const receiveAll = () => {
    for (const text of rows.slice(at)) consumer.receive(text);
    at = rows.length;
    return read();
  };
  return { receiveNext, receiveAll, stop: () => consumer.consumer.stop() };
}

function connected(first: string): { readonly consumer: Consumer; readonly receive: (text: string) => void } {
  const sockets: ConsumerSocketEvents[] = [];
  const consumer = new Consumer({
    producers: [{ name: producerName, host: 'localhost', port: 1, wsToken: 'bench' }],
    openSocket: (_, events) => {
      sockets.push(events);
      return { send() {}, ping() {}, close() {} };
    },
    onEvent: (event) => assert(event.type === 'connected' || event.type === 'update', event.type),
  });
  consumer.start();
  const [socket] = sockets;
  socket.onOpen();
  socket.onMessage(first);
  return { consumer, receive: (text) => socket.onMessage(text) };
}

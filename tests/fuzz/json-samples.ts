import { readFileSync, readdirSync } from 'node:fs';
import { Frame, timestamps } from '../../src/frame/index.ts';
import { candleTypes, parsePair, parseTimeframe } from '../../src/market/index.ts';
import type { Random } from '../../src/util/random.ts';
import {
  type Message,
  encodeConsumerControl,
  encodeMessage,
  encodeProducerControl,
  encodeRequest,
  rowRange,
  topics,
} from '../../src/wire/index.ts';
import {
  randomConsumerControl,
  randomFrame,
  randomProducerControl,
  randomSubscription,
} from '../property/wire-stream-samples.ts';

/** Longer captures show no more. */
const MOST_CHARACTERS = 8000;
const MOST_MS = 253_402_300_799_999;

const folder = new URL('../fixtures/freqtrade-wire/', import.meta.url);

/** Texts that crossed the socket between stock peers. */
const captured: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name): string[] => {
    const { sent = [], received = [] } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    return sent.concat(received);
  })
  .filter((text) => text.length <= MOST_CHARACTERS);

const pairs = ['BTC/USDT', 'XRP/USDT:USDT', '1000漢/É'].map(parsePair);
const timeframes = ['5m', '1h', '1M'].map(parseTimeframe);
const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)];

/** A text that a peer of one kind or another would send. */
export function randomText(random: Random): string {
  switch (random.below(8)) {
    case 0:
      return pick(random, captured);
    case 1:
      return encodeProducerControl(randomProducerControl(random));
    case 2:
      return encodeConsumerControl(randomConsumerControl(random));
    case 3:
      return randomSubscribe(random);
    case 4:
      return encodeRequest({
        type: 'analyzed_df',
        rows: rowRange(random.below(4000) - 1000),
        pair: random.next() < 0.5 ? null : pick(random, pairs),
      });
    case 5:
      return encodeMessage(randomMessage(random));
    default:
      return randomFrameText(random);
  }
}

function randomSubscribe(random: Random): string {
  const subscription = randomSubscription(random);
  return encodeRequest({
    type: 'subscribe',
    topics: topics.filter(() => random.next() < 0.3),
    unknownTopics: random.next() < 0.2 ? ['later'] : [],
    candlecast: pick(random, [
      undefined,
      { status: 'without-streams' },
      { status: 'subscription', subscription },
      { status: 'subscription', subscription },
    ]),
  });
}

function randomMessage(random: Random): Message {
  const key = randomKey(random);
  switch (random.below(4)) {
    case 0:
      return { type: 'whitelist', pairs: pairs.slice(0, random.below(4)) };
    case 1:
      return { type: 'new_candle', key };
    case 2:
      return { type: 'exception', reason: 'no' };
    default:
      return { type: 'status', fields: { status: 'running', at: random.below(100), list: [1, { a: null }] } };
  }
}

/** As long as what a stock consumer takes for a whole frame. */
const long = Frame.of({
  date: timestamps(Array.from({ length: 101 }, (_, row) => row * 300_000)),
  close: Array.from({ length: 101 }, (_, row) => row / 8),
});

/** As Candlecast writes it, or without the declaration, as stock does. */
function randomFrameText(random: Random): string {
  const frame = random.next() < 0.05 ? long : randomFrame(random, random.below(6));
  const lastAnalyzed = random.next() < 0.8 ? random.next() * 4e12 : pick(random, [0, -1, MOST_MS, -62_135_596_800_000]);
  const text = encodeMessage(
    { type: 'analyzed_df', key: randomKey(random), frame, lastAnalyzed },
    { firstRow: random.below(1500) },
  );
  if (random.next() < 0.5) return text;
  const { type, data } = JSON.parse(text);
  const { candlecast: _, ...stock } = data;
  return JSON.stringify({ type, data: stock });
}

function randomKey(random: Random) {
  return { pair: pick(random, pairs), timeframe: pick(random, timeframes), candleType: pick(random, candleTypes) };
}

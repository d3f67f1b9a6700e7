import { describe, expect, it } from 'vitest';
import { type Pair, parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock, manualSocket, sampleFrame, sampleKey } from '../testing/index.ts';
import {
  type ConsumerAccess,
  decodeMessage,
  decodeStreamMessage,
  type Message,
  type ProducerControl,
} from '../wire/index.ts';
import { Producer } from './producer.ts';

const pairs = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT'].map(parsePair);
const frame = sampleFrame({ rows: 160 });
const onlyBtc: ConsumerAccess = { mayHavePair: (pair: Pair) => pair === 'BTC/USDT' };

/** A producer of three pairs, and what a consumer who may have so much of them is sent. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer = new Producer({
    timeframe: parseTimeframe('5m'),
    candleType: 'spot',
    clock: this.clock,
    epoch: 7,
  });
  readonly messages: Message[] = [];
  readonly controls: ProducerControl[] = [];
  readonly streams = new Set<number>();
  readonly #send: (text: string) => void;

  constructor(access: ConsumerAccess) {
    this.producer.setWhitelist(pairs);
    this.publish(150);
    const socket = manualSocket({
      onMessage: (text) => {
        const outcome = decodeMessage(text);
        if (outcome.status === 'message') this.messages.push(outcome.message);
        if (outcome.status === 'control') this.controls.push(outcome.control);
      },
      onBinary: (bytes) => {
        const outcome = decodeStreamMessage(bytes);
        if (outcome.status === 'message') this.streams.add(outcome.message.stream);
      },
    });
    const events = this.producer.attach(socket, access);
    this.#send = (text) => events.onMessage(text);
  }

  publish(rows: number): void {
    for (const pair of pairs) {
      this.producer.publish({ key: sampleKey(pair), frame: frame.head(rows), lastAnalyzed: 5 }, { newCandle: true });
    }
  }

  send(request: object): void {
    this.#send(JSON.stringify(request));
    for (let i = 0; i < 5; i++) this.clock.advance(0);
  }

  subscribe(topics: readonly string[], candlecast?: object): void {
    this.send({ type: 'subscribe', data: topics, candlecast });
  }

  get framesOf(): readonly string[] {
    return this.messages.flatMap((message) =>
      message.type === 'analyzed_df' ? [`${message.key.pair} ${message.frame.names.length}`] : [],
    );
  }

  get reasons(): readonly string[] {
    return this.messages.flatMap((message) => (message.type === 'exception' ? [message.reason] : []));
  }
}

describe('a consumer who may have one pair', () => {
  const all = frame.names.length;

  it('is told of no other, by whitelist, rows, requests or announcements', () => {
    const scene = new Scene(onlyBtc);
    scene.subscribe(['whitelist', 'analyzed_df', 'new_candle', 'entry', 'status']);
    scene.send({ type: 'whitelist' });
    scene.send({ type: 'analyzed_df' });
    scene.send({ type: 'analyzed_df', data: { pair: 'ETH/USDT', limit: 10 } });
    scene.publish(151);
    scene.producer.announce('entry', { pair: 'ETH/USDT', open_rate: 5 });
    scene.producer.announce('entry', { pair: 'BTC/USDT', open_rate: 5 });
    scene.producer.announce('status', { status: 'running' });
    expect(scene.framesOf).toEqual([`BTC/USDT ${all}`, `BTC/USDT ${all}`]);
    expect(JSON.stringify(scene.messages.filter(({ type }) => type !== 'analyzed_df'))).not.toMatch(/ETH|XRP/);
    expect(scene.messages.map(({ type }) => type)).toEqual([
      'whitelist',
      'analyzed_df',
      'analyzed_df',
      'new_candle',
      'entry',
      'status',
    ]);
    scene.producer.setWhitelist(pairs.slice(1));
    expect(scene.messages.at(-1)).toEqual({ type: 'whitelist', pairs: [] });
  });

  it('gets the stream of no other, whatever it wants', () => {
    const scene = new Scene(onlyBtc);
    scene.subscribe(['whitelist', 'analyzed_df'], { version: 1, want: [{ pair: 'ETH/USDT' }, {}] });
    scene.publish(151);
    const schemas = scene.controls.flatMap((control) => (control.type === 'schema' ? [control.key.pair] : []));
    expect(schemas).toEqual(['BTC/USDT']);
    expect(scene.streams.size).toBe(1);
  });
});

describe('a consumer who may have some columns', () => {
  const access: ConsumerAccess = { columns: new Set(['close', 'volume']) };

  it('gets those and the dates, as rows', () => {
    const scene = new Scene(access);
    scene.subscribe(['analyzed_df']);
    scene.send({ type: 'analyzed_df', data: { pair: 'BTC/USDT', limit: 10 } });
    scene.publish(151);
    const columns = scene.messages.flatMap((each) => (each.type === 'analyzed_df' ? [each.frame.names.join(' ')] : []));
    expect(columns).toEqual(Array(4).fill('date close volume'));
  });

  it('gets those and the dates, as a stream, and no more than it wants', () => {
    const scene = new Scene(access);
    scene.subscribe(['analyzed_df'], { version: 1, want: [{ pair: 'BTC/USDT', columns: ['close', 'open'] }, {}] });
    const columns = scene.controls.flatMap((each) => (each.type === 'schema' ? [each.schema.names.join(' ')] : []));
    expect(columns).toEqual(['date close', 'date close volume', 'date close volume']);
  });
});

describe('a consumer who may have some topics', () => {
  const access: ConsumerAccess = { topics: new Set(['whitelist', 'status'] as const) };

  it('gets those, and is told which it does not', () => {
    const scene = new Scene(access);
    scene.subscribe(['whitelist', 'analyzed_df', 'entry', 'status']);
    scene.publish(151);
    scene.producer.announce('entry', { pair: 'BTC/USDT' });
    scene.producer.announce('status', { status: 'running' });
    expect(scene.reasons).toEqual(['the token does not include the topic "analyzed_df", "entry"']);
    expect(scene.messages.map(({ type }) => type)).toEqual(['exception', 'status']);
  });

  it('gets no frames without that topic, neither as streams nor by request', () => {
    const scene = new Scene(access);
    scene.subscribe(['whitelist', 'analyzed_df'], { version: 1 });
    scene.send({ type: 'analyzed_df', data: { pair: 'BTC/USDT', limit: 10 } });
    scene.publish(151);
    expect(scene.streams.size).toBe(0);
    expect(scene.framesOf).toEqual([]);
    expect(scene.reasons.at(-1)).toBe('the token does not include the topic "analyzed_df"');
  });

  it('is told no whitelist without that topic', () => {
    const scene = new Scene({ topics: new Set(['status'] as const) });
    scene.send({ type: 'whitelist' });
    expect(scene.reasons).toEqual(['the token does not include the topic "whitelist"']);
    expect(scene.messages).toHaveLength(1);
  });
});

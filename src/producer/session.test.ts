import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Column, Frame, framesEqual } from '../frame/index.ts';
import { type AnalyzedFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { type ManualSocket, manualClock, manualSocket, sampleFrame, sampleKey } from '../testing/index.ts';
import { decodeMessage, type Message, type MessageSocketEvents } from '../wire/index.ts';
import type { ProducerOptions } from './producer-options.ts';
import { Producer } from './producer.ts';

const key = sampleKey();
const wholeFrame = sampleFrame({ rows: 320 });
const timeframe = parseTimeframe('5m');

/** A clock whose `turn` calls back the timers that are set by now, and no later ones. */
function turningClock() {
  let due: (() => void)[] = [];
  return {
    now: () => 0,
    setTimer(callback: () => void) {
      due.push(callback);
      return { cancel: () => void (due = due.filter((other) => other !== callback)) };
    },
    turn(): boolean {
      const callbacks = due;
      due = [];
      for (const callback of callbacks) callback();
      return callbacks.length > 0;
    },
  };
}

/** A producer of one pair, and a consumer of it that asked for nothing yet. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly producer: Producer;
  readonly socket: ManualSocket;
  readonly events: MessageSocketEvents;
  #rows = 300;
  #seen = 0;

  constructor(options: ProducerOptions = {}, topics: readonly string[] = ['whitelist', 'analyzed_df', 'new_candle']) {
    this.producer = new Producer({ timeframe, candleType: 'spot', clock: this.clock, ...options });
    this.producer.setWhitelist([key.pair]);
    this.publish();
    this.socket = manualSocket();
    this.events = this.producer.attach(this.socket);
    this.request({ type: 'subscribe', data: topics });
  }

  get analyzed(): AnalyzedFrame {
    return { key, frame: wholeFrame.head(this.#rows), lastAnalyzed: 5000 };
  }

  publish(): void {
    this.producer.publish(this.analyzed, { newCandle: true });
  }

  candle(): void {
    this.#rows += 1;
    this.publish();
  }

  request(request: object): void {
    this.events.onMessage(JSON.stringify(request));
    this.turn();
  }

  ask(limit: number, pair: string | null = null): void {
    this.post(limit, pair);
    this.turn();
  }

  /** Asks as `ask` does, and leaves the producer no turn to answer. */
  post(limit: number, pair: string | null = null): void {
    this.events.onMessage(JSON.stringify({ type: 'analyzed_df', data: { limit, pair } }));
  }

  /** What is due happens. */
  turn(): void {
    this.clock.advance(0);
  }

  release(): void {
    this.socket.release();
    this.turn();
  }

  /** Leaves out what was sent until now. */
  forget(): void {
    this.#seen = this.socket.texts.length;
  }

  get messages(): Message[] {
    return this.socket.texts.slice(this.#seen).map((text) => {
      const outcome = decodeMessage(text);
      if (outcome.status !== 'message') throw new Error(text);
      return outcome.message;
    });
  }

  get types(): string[] {
    return this.messages.map((message) =>
      message.type === 'analyzed_df' ? `${message.frame.length} rows` : message.type,
    );
  }

  get reasons(): string[] {
    return this.messages.flatMap((message) => (message.type === 'exception' ? [message.reason] : []));
  }
}

describe('subscriptions', () => {
  it('replace each other, and an empty one changes nothing', () => {
    const scene = new Scene({}, ['whitelist', 'analyzed_df']);
    scene.request({ type: 'subscribe', data: ['new_candle'] });
    scene.request({ type: 'subscribe', data: [] });
    scene.candle();
    expect(scene.types).toEqual(['new_candle']);
  });

  it('are taken as far as they are known, and the rest is named', () => {
    const scene = new Scene({}, ['new_candle', 'bogus', 'x'.repeat(1000)]);
    scene.candle();
    expect(scene.types).toEqual(['exception', 'new_candle']);
    expect(scene.reasons[0]).toBe(`unknown topic "bogus", "${'x'.repeat(60)}"`);
  });

  it('name no more unknown topics than a person reads', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `topic ${i}`);
    const [reason] = new Scene({}, names).reasons;
    expect(reason.length).toBeLessThan(300);
    expect(reason).toContain('"topic 9" and 990 more');
  });
});

describe('requests', () => {
  it('are answered with the rows asked for, numbered as in the whole', () => {
    const scene = new Scene();
    scene.ask(5, 'BTC/USDT');
    const [message] = scene.messages;
    expect(message).toMatchObject({ type: 'analyzed_df', key, firstRow: 295, lastAnalyzed: 5000 });
    expect(message.type === 'analyzed_df' && framesEqual(message.frame, scene.analyzed.frame.tail(5))).toBe(true);
  });

  it('for an unknown pair get an empty frame of 1970', () => {
    const scene = new Scene();
    scene.ask(5, 'NOPE/USDT');
    expect(scene.socket.texts).toEqual([
      '{"type":"analyzed_df","data":{"key":["NOPE/USDT","5m","spot"],' +
        '"df":{"__type__":"dataframe","__value__":"{\\"columns\\":[],\\"index\\":[],\\"data\\":[]}"},' +
        '"la":"1970-01-01T00:00:00+00:00"}}',
    ]);
  });

  it('for what is no pair are refused', () => {
    const scene = new Scene();
    scene.ask(5, 'bitcoin');
    expect(scene.reasons).toEqual(['expected a pair such as BTC/USDT, found "bitcoin"']);
  });

  it.each([
    [[20, 50, 20], '50 rows'],
    [[20, 0, 50], '300 rows'],
    [[-290, -295], '10 rows'],
    [[-295, 3], '300 rows'],
  ])('for one frame with the limits %j become one while they wait, of %s', (limits, answer) => {
    const scene = new Scene({ softLimitBytes: 1 });
    scene.socket.hold();
    scene.request({ type: 'whitelist' });
    for (const limit of limits) scene.ask(limit);
    expect(scene.producer.sessions[0].pendingFrames).toBe(1);
    scene.release();
    expect(scene.types).toEqual(['whitelist', answer]);
  });

  it('in a flood cost one encoding, and none before others had their turn', () => {
    const scene = new Scene();
    for (let limit = 1; limit <= 1500; limit++) scene.post(limit);
    expect(scene.types).toEqual([]);
    scene.candle();
    scene.turn();
    expect(scene.types).toEqual(['1 rows', 'new_candle', '301 rows']);
  });

  it.each([
    ['few', 5, 8],
    ['many', 5000, 1],
  ])('are answered in turns: of %s rows, %i, at most %i frames', (_, rows, most) => {
    const clock = turningClock();
    const producer = new Producer({
      timeframe,
      candleType: 'spot',
      clock,
      softLimitBytes: Infinity,
      hardLimitBytes: Infinity,
    });
    const pairs = Array.from({ length: 30 }, (__, i) => parsePair(`C${i}/USDT`));
    producer.setWhitelist(pairs);
    const frame = sampleFrame({ rows });
    for (const pair of pairs) producer.publish({ key: sampleKey(pair), frame, lastAnalyzed: 0 }, { newCandle: false });
    const socket = manualSocket();
    producer.attach(socket).onMessage('{"type":"analyzed_df"}');
    const turns: number[] = [];
    for (let sent = 0; clock.turn(); sent = socket.sent.length) turns.push(socket.sent.length - sent);
    expect(Math.max(...turns)).toBe(most);
    expect(socket.sent).toHaveLength(pairs.length);
  });

  it('wait for nothing once the connection is closed', () => {
    const scene = new Scene();
    scene.post(5);
    scene.events.onClose(1000, '');
    expect(scene.clock.pendingTimers).toBe(0);
    scene.turn();
    expect(scene.types).toEqual([]);
  });

  it('past the limit are refused, and those before are served', () => {
    const scene = new Scene({ softLimitBytes: 1, mostPending: 3 });
    scene.socket.hold();
    for (let i = 1; i <= 8; i++) scene.post(1, `C${i}/USDT`);
    scene.release();
    expect(scene.reasons).toHaveLength(5);
    expect(scene.reasons[0]).toBe('too many requests: 3 frames wait to be sent; ask again later');
    expect(scene.types.filter((type) => type !== 'exception')).toEqual(['0 rows', '0 rows', '0 rows']);
  });

  it('for all pairs are served as far as there is room', () => {
    const scene = new Scene({ mostPending: 2 });
    scene.producer.setWhitelist([key.pair, ...['C1/USDT', 'C2/USDT'].map(parsePair)]);
    const before = scene.types.length;
    scene.ask(3);
    expect(scene.types.slice(before)).toEqual(['exception', '3 rows', '0 rows']);
  });

  it('that our own side cannot serve are answered, and the connection is kept', () => {
    const clock = manualClock();
    const producer = new Producer({ timeframe, candleType: 'spot', clock });
    const broken = Column.later('float64', wholeFrame.length, () => {
      throw new Error('no memory');
    });
    const frame = Frame.fromColumns([
      ...wholeFrame.names.map((name) => [name, wholeFrame.column(name)] as const),
      ['broken', broken],
    ]);
    producer.publish({ key, frame, lastAnalyzed: 1 }, { newCandle: false });
    const socket = manualSocket();
    const events = producer.attach(socket);
    events.onMessage('{"type":"analyzed_df","data":{"pair":"BTC/USDT"}}');
    clock.advance(0);
    events.onMessage('{"type":"whitelist"}');
    expect(socket.texts).toEqual([
      '{"type":"exception","data":"Error processing request"}',
      '{"type":"whitelist","data":[]}',
    ]);
  });
});

describe('messages that are refused', () => {
  const bad = '{nope';

  it('are answered with the reason', () => {
    const scene = new Scene();
    scene.events.onMessage('');
    expect(scene.types).toEqual(['exception']);
    scene.events.onMessage(bad);
    scene.events.onBinary(new Uint8Array(20));
    expect(scene.reasons[1]).toContain('not JSON');
    expect(scene.reasons[2]).toBe('expected JSON text, found a binary frame of 20 bytes');
    expect(scene.socket.closedWith).toBeUndefined();
  });

  it('close the connection with 1008 when there are too many in a row', () => {
    const scene = new Scene({ mostRefused: 3 });
    for (let i = 0; i < 3; i++) scene.events.onMessage(bad);
    scene.request({ type: 'whitelist' });
    for (let i = 0; i < 3; i++) scene.events.onMessage(bad);
    expect(scene.socket.closedWith).toBeUndefined();
    scene.events.onMessage(bad);
    expect(scene.socket.closedWith).toEqual({ code: 1008, reason: 'more than 3 bad messages in a row' });
    const sent = scene.socket.sent.length;
    scene.request({ type: 'whitelist' });
    scene.events.onBinary(new Uint8Array(1));
    scene.candle();
    expect(scene.socket.sent).toHaveLength(sent);
  });

  it.each([
    ['for what is no pair', { type: 'analyzed_df', data: { limit: 1, pair: 'BTC' } }],
    ['for topics that do not exist', { type: 'subscribe', data: ['bogus'] }],
  ])('count as bad where they are well-formed requests %s', (_, request) => {
    const scene = new Scene({ mostRefused: 3 });
    for (let i = 0; i < 3; i++) scene.request(request);
    scene.ask(1);
    for (let i = 0; i < 3; i++) scene.request(request);
    expect(scene.socket.closedWith).toBeUndefined();
    scene.request(request);
    expect(scene.socket.closedWith).toEqual({ code: 1008, reason: 'more than 3 bad messages in a row' });
  });

  it('do not fill the log', () => {
    let warnings = 0;
    const logger = { debug() {}, info() {}, error() {}, warn: () => void (warnings += 1), child: () => logger };
    const producer = new Producer({ timeframe, candleType: 'spot', logger, mostRefused: Infinity });
    const events = producer.attach(manualSocket());
    for (let i = 0; i < 1000; i++) events.onMessage(bad);
    expect(warnings).toBe(10);
  });
});

describe('a consumer that reads slowly', () => {
  it('gets requested frames as it reads, and new rows before them', () => {
    const scene = new Scene({ softLimitBytes: 1 });
    scene.socket.hold();
    scene.ask(200);
    scene.ask(100);
    scene.candle();
    expect(scene.types).toEqual(['200 rows', '1 rows', 'new_candle']);
    scene.release();
    expect(scene.types).toEqual(['200 rows', '1 rows', 'new_candle', '100 rows']);
    const last = scene.messages[3];
    expect(last.type === 'analyzed_df' && framesEqual(last.frame, scene.analyzed.frame.tail(100))).toBe(true);
  });

  it('gets no single rows while the whole frame waits', () => {
    const scene = new Scene({ softLimitBytes: 1 });
    scene.socket.hold();
    scene.request({ type: 'whitelist' });
    scene.ask(0);
    scene.candle();
    scene.candle();
    scene.release();
    expect(scene.types).toEqual(['whitelist', 'new_candle', 'new_candle', '302 rows']);
  });

  it('gets one whole frame a key when it catches up, and the whitelist', () => {
    const scene = new Scene({ softLimitBytes: 2000, hardLimitBytes: 4000 });
    scene.socket.hold();
    for (let i = 0; i < 15; i++) scene.candle();
    const queued = scene.socket.sent.length;
    expect(scene.producer.sessions[0]).toMatchObject({ pendingFrames: 1 });
    scene.producer.setWhitelist([key.pair, parsePair('ETH/USDT')]);
    scene.request({ type: 'whitelist' });
    expect(scene.socket.sent).toHaveLength(queued);
    scene.release();
    expect(scene.types.slice(queued)).toEqual(['whitelist', '315 rows']);
    scene.candle();
    expect(scene.types.slice(queued + 2)).toEqual(['1 rows', 'new_candle']);
  });

  it('costs bounded memory, whatever it sends and whatever happens', () => {
    const [softLimitBytes, hardLimitBytes] = [20_000, 100_000];
    const scene = new Scene({ softLimitBytes, hardLimitBytes, mostPending: 50, mostRefused: Infinity });
    scene.socket.hold();
    const longest = 200_000;
    for (let i = 0; i < 2000; i++) {
      scene.publish();
      scene.request({ type: 'whitelist' });
      scene.events.onMessage('{nope');
      scene.ask(i % 300, i % 2 === 0 ? null : `P${i}/USDT`);
      scene.producer.setWhitelist(i % 2 === 0 ? [key.pair] : [key.pair, parsePair('ETH/USDT')]);
      expect(scene.socket.bufferedBytes).toBeLessThan(hardLimitBytes + longest);
      expect(scene.producer.sessions[0].pendingFrames).toBeLessThanOrEqual(51);
    }
  });

  it('is closed with 4001 when it does not drain in time, once', () => {
    const scene = new Scene({ softLimitBytes: 500, hardLimitBytes: 1000, drainTimeoutMs: 60_000 });
    let closes = 0;
    const socket = manualSocket();
    const close = socket.close.bind(socket);
    socket.close = (code, reason) => {
      closes += 1;
      close(code, reason);
    };
    const events = scene.producer.attach(socket);
    events.onMessage('{"type":"subscribe","data":["analyzed_df"]}');
    socket.hold();
    for (let i = 0; i < 3; i++) scene.candle();
    expect(scene.producer.sessions[1]).toMatchObject({ pendingFrames: 1 });
    scene.clock.advance(60_000);
    scene.candle();
    expect(socket.closedWith).toBeUndefined();
    scene.clock.advance(1);
    for (let i = 0; i < 5; i++) scene.candle();
    expect(socket.closedWith).toEqual({ code: 4001, reason: 'did not read what was queued within 60 s' });
    expect(closes).toBe(1);
    const sent = socket.sent.length;
    socket.release();
    expect(socket.sent).toHaveLength(sent);
  });

  it('has its time anew after it caught up', () => {
    const scene = new Scene({ softLimitBytes: 500, hardLimitBytes: 1000, drainTimeoutMs: 60_000 });
    for (let i = 0; i < 4; i++) {
      scene.socket.hold();
      for (let i = 0; i < 3; i++) scene.candle();
      expect(scene.producer.sessions[0]).toMatchObject({ pendingFrames: 1 });
      scene.clock.advance(50_000);
      scene.release();
    }
    expect(scene.socket.closedWith).toBeUndefined();
  });
});

describe('a short frame', () => {
  const short = (rows: number) => {
    const scene = new Scene();
    scene.producer.setWhitelist([]);
    scene.producer.setWhitelist([key.pair]);
    scene.producer.publish({ ...scene.analyzed, frame: wholeFrame.head(rows) }, { newCandle: true });
    scene.forget();
    return scene;
  };
  const blankAndRows = (message: Message) => {
    if (message.type !== 'analyzed_df') throw new Error(message.type);
    const { frame } = message;
    const dates = frame.numbers('date');
    const blank = Array.from(dates).findIndex((date) => !Number.isNaN(date));
    return { frame, blank };
  };

  it.each([1, 50, 99])('of %i rows comes with a first copy for who asks again for what it was answered', (rows) => {
    const scene = short(rows);
    scene.ask(1500);
    expect(scene.types).toEqual([`${rows} rows`]);
    scene.ask(1500, key.pair);
    expect(scene.types).toEqual([`${rows} rows`, '100 rows', `${rows} rows`]);
    const [, first, answer] = scene.messages;
    const { frame, blank } = blankAndRows(first);
    expect(blank).toBe(100 - rows);
    for (const name of frame.names) {
      const cells = Array.from({ length: blank }, (_, row) => frame.at(row, name));
      expect(cells.filter((cell) => cell !== null && !Number.isNaN(cell))).toEqual([]);
    }
    expect(answer.type === 'analyzed_df' && framesEqual(answer.frame, wholeFrame.head(rows))).toBe(true);
  });

  it("has its own values in a first copy, integers beyond a float's left out", () => {
    const scene = short(50);
    scene.ask(1500);
    scene.ask(1500, key.pair);
    const { frame } = blankAndRows(scene.messages[1]);
    const plain = ['date', 'open', 'awkward', 'date_1h', 'enter_tag'];
    expect(framesEqual(frame.slice(50).select(plain), wholeFrame.head(50).select(plain))).toBe(true);
    expect(Array.from(frame.slice(50).numbers('count'))).toEqual(Array.from(wholeFrame.head(50).numbers('count')));
    expect(Array.from(frame.slice(50).numbers('is_up'))).toEqual(Array.from(wholeFrame.head(50).numbers('is_up')));
    expect(Array.from(frame.numbers('large')).filter((value) => !Number.isNaN(value))).toEqual([]);
  });

  it.each<[string, (scene: Scene) => void, readonly string[]]>([
    ['of all pairs', (scene) => scene.ask(1500), ['50 rows']],
    ['for a part of it', (scene) => scene.ask(49, key.pair), ['49 rows']],
    [
      'by a Candlecast consumer',
      (scene) => (
        scene.request({ type: 'subscribe', data: ['analyzed_df'], candlecast: {} }),
        scene.ask(1500, key.pair)
      ),
      ['50 rows'],
    ],
    [
      'by one who is not subscribed',
      (scene) => (scene.request({ type: 'subscribe', data: ['whitelist'] }), scene.ask(1500, key.pair)),
      ['50 rows'],
    ],
    [
      'once more after a first copy',
      (scene) => (scene.ask(1500, key.pair), scene.forget(), scene.ask(1500, key.pair)),
      ['50 rows'],
    ],
  ])('comes alone when it is asked for again %s', (_, ask, types) => {
    const scene = short(50);
    scene.ask(1500);
    scene.forget();
    ask(scene);
    expect(scene.types).toEqual(types);
  });

  it('comes with a first copy again where a row came since, which could not be joined', () => {
    const scene = short(50);
    scene.ask(1500);
    for (const rows of [51, 52]) {
      scene.ask(1500, key.pair);
      scene.producer.publish({ ...scene.analyzed, frame: wholeFrame.head(rows) }, { newCandle: false });
      scene.forget();
      scene.ask(1500, key.pair);
      expect(scene.types).toEqual(['100 rows', `${rows} rows`]);
    }
  });

  it('comes with a first copy however many rows came before it was asked for again', () => {
    const scene = short(50);
    scene.ask(1500);
    scene.producer.publish({ ...scene.analyzed, frame: wholeFrame.head(51) }, { newCandle: false });
    scene.forget();
    scene.ask(1500, key.pair);
    expect(scene.types).toEqual(['100 rows', '51 rows']);
  });

  it('comes once more by itself, since stock consumers lose the requests of their first seconds', () => {
    const scene = short(50);
    scene.ask(1500);
    scene.forget();
    scene.clock.advance(1999);
    expect(scene.types).toEqual([]);
    scene.clock.advance(1);
    scene.turn();
    expect(scene.types).toEqual(['50 rows']);
    scene.ask(1500);
    scene.clock.advance(1_000_000);
    scene.turn();
    expect(scene.types).toEqual(['50 rows', '50 rows']);
    scene.ask(1500, key.pair);
    expect(scene.types).toEqual(['50 rows', '50 rows', '100 rows', '50 rows']);
  });

  it.each<[string, (scene: Scene) => void]>([
    ['who is no longer subscribed', (scene) => scene.request({ type: 'subscribe', data: ['whitelist'] })],
    ['whose pair left', (scene) => scene.producer.setWhitelist([])],
    ['where it is no longer short', (scene) => scene.candle()],
    ['who asked for it again before', (scene) => scene.ask(1500, key.pair)],
    ['who is gone', (scene) => scene.events.onClose(1000, '')],
  ])('does not come by itself to one %s', (_, meanwhile) => {
    const scene = short(50);
    scene.ask(1500);
    meanwhile(scene);
    scene.forget();
    scene.clock.advance(10_000);
    scene.turn();
    expect(scene.types).toEqual([]);
  });

  it('leaves no timer behind with a consumer that is gone', () => {
    const scene = short(50);
    scene.ask(1500);
    const timers = scene.clock.pendingTimers;
    scene.events.onClose(1000, '');
    expect(scene.clock.pendingTimers).toBe(timers - 1);
  });

  it('of 100 rows comes alone, since it is no short one', () => {
    const scene = short(100);
    for (let i = 0; i < 3; i++) scene.ask(1500, key.pair);
    expect(scene.types).toEqual(['100 rows', '100 rows', '100 rows']);
  });
});

describe('requests as stock freqtrade was sent them', () => {
  const folder = new URL('../../tests/fixtures/freqtrade-wire/', import.meta.url);
  const capture = (name: string): { readonly sent: readonly string[] } =>
    JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const sceneAfter = (name: string): Scene => {
    const scene = new Scene({}, ['status']);
    for (const text of capture(name).sent) scene.events.onMessage(text);
    scene.turn();
    return scene;
  };

  it.each([
    ['03_df_request_limit5_pair.json', ['5 rows']],
    ['04_df_request_limit5_all.json', ['5 rows']],
    ['05_df_request_no_data.json', ['300 rows']],
    ['06_df_request_default.json', ['300 rows']],
    ['10_pair_in_whitelist_without_df.json', ['1 rows']],
    ['11_unknown_pair.json', ['0 rows']],
    ['31_limit_float.json', ['2 rows']],
    ['32_limit_zero.json', ['300 rows']],
    ['33_limit_negative.json', ['5 rows']],
    ['34_no_limit_key.json', ['300 rows']],
    ['02_whitelist_request.json', ['whitelist']],
    ['25_extra_keys.json', ['whitelist']],
    ['01_subscribe_ok.json', []],
    ['28_subscribe_empty.json', []],
    ['43_resubscribe_replaces.json', []],
    ['20_malformed_json.json', ['exception']],
    ['21_json_not_object_list.json', ['exception']],
    ['22_json_string.json', ['exception']],
    ['22b_json_null.json', ['exception']],
    ['23_missing_type.json', ['exception']],
    ['24_unknown_type.json', ['exception']],
    ['26_subscribe_unknown_topic.json', ['exception']],
    ['27_subscribe_string.json', ['exception']],
    ['28b_subscribe_number.json', ['exception']],
    ['29_limit_string.json', ['exception']],
    ['30_limit_null.json', ['exception']],
    ['35_pair_number.json', ['exception']],
    ['36_pair_list.json', ['exception']],
    ['37_data_list.json', ['exception']],
    ['40_nan_literal.json', ['exception']],
  ])('%s: %j', (name, answers) => {
    const scene = sceneAfter(name);
    expect(scene.types).toEqual(answers);
    expect(scene.socket.closedWith).toBeUndefined();
    scene.request({ type: 'whitelist' });
    expect(scene.types).toEqual([...answers, 'whitelist']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, emptyFrame, framesEqual } from '../frame/index.ts';
import { parsePair, type PairKey } from '../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../testing/index.ts';
import { decodeRequest, encodeMessage, encodeProducerControl, type Message, type Topic } from '../wire/index.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import { type ConsumerOptions, consumerSettings } from './consumer-options.ts';
import { ConsumerSession } from './consumer-session.ts';
import { FrameStore } from './frame-store.ts';
import { TooLongFrames } from './too-long-frames.ts';

const key = sampleKey();
const eth = sampleKey('ETH/USDT');
const all = sampleFrame({ rows: 1000 });

/** Half of its 1,000 rows fit. Where 1,500 are too long, 475 are asked for. */
const half = {
  messageSizeLimitBytes: Math.round(
    encodeMessage({ type: 'analyzed_df', key, frame: all, lastAnalyzed: 5 }).length / 2,
  ),
};
const ALL_1500_MB = (3 * half.messageSizeLimitBytes) / 2 ** 20;

interface SceneOptions extends ConsumerOptions {
  readonly firstRows?: number;
  readonly topics?: readonly Topic[];
  readonly store?: FrameStore;
  readonly tooLong?: TooLongFrames;
}

/** A session that has begun, and what a producer answers it as the test says. */
class Scene {
  readonly clock = manualClock(1_000_000);
  readonly store: FrameStore;
  readonly sent: string[] = [];
  readonly events: ConsumerEvent[] = [];
  readonly session: ConsumerSession;

  constructor({ firstRows, topics, store, tooLong, ...options }: SceneOptions = {}) {
    const settings = consumerSettings(options);
    this.store = store ?? new FrameStore(settings.mostFrames);
    this.store.setOnline();
    this.session = new ConsumerSession({
      producer: 'default',
      settings,
      store: this.store,
      clock: this.clock,
      ...(firstRows === undefined ? {} : { firstRows }),
      ...(topics === undefined ? {} : { topics }),
      ...(tooLong === undefined ? {} : { tooLong }),
      send: (text) => this.sent.push(text),
      emit: (event) => this.events.push(event),
    });
    this.session.start();
    // The first message shows that the producer is a stock one.
    this.session.onMessage('{"type":"status","status":"running"}');
    this.events.splice(0);
  }

  /** The requests for frames after the first one, which is for all. */
  get asked(): unknown[] {
    return this.sent.slice(3).map((text) => JSON.parse(text).data);
  }

  whitelist(...pairs: readonly string[]): void {
    this.message({ type: 'whitelist', pairs: pairs.map(parsePair) });
  }

  message(message: Message): void {
    this.session.onMessage(encodeMessage(message));
  }

  /** Rows `from` to `to` of the producer's frame, whose first row is `start`. */
  rows(
    from: number,
    to: number,
    { of = key, start = 0, frame = all }: { of?: PairKey; start?: number; frame?: AnyFrame } = {},
  ) {
    const message = { type: 'analyzed_df', key: of, frame: frame.slice(from, to), lastAnalyzed: to } as const;
    this.session.onMessage(encodeMessage(message, { firstRow: from - start }));
  }

  /** The same rows as a stock producer writes them: it does not declare its columns. */
  stockRows(from: number, to: number, { start = 0, frame = all }: { start?: number; frame?: AnyFrame } = {}): void {
    const message = { type: 'analyzed_df', key, frame: frame.slice(from, to), lastAnalyzed: to } as const;
    const parsed = JSON.parse(encodeMessage(message, { firstRow: from - start }));
    delete parsed.data.candlecast;
    this.session.onMessage(JSON.stringify(parsed));
  }

  /** A frame of that key was passed over, since it was so many MB long. */
  tooLong(megabytes: number, of = key): void {
    const beginning = encodeMessage({ type: 'analyzed_df', key: of, frame: all, lastAnalyzed: 5 }).slice(0, 512);
    expect(this.session.onTooLong({ bytes: megabytes * 2 ** 20, beginning })).toBe('known');
  }

  view(of = key) {
    const now = this.clock.now();
    const { frame } = this.store.view(of, { now, market: 0 });
    // Its newest candle closed just now.
    const market = frame.length === 0 ? 0 : Number(frame.last('date')) + 300_000;
    return this.store.view(of, { now, market });
  }

  expectCopy(from: number, to: number, frame = all): void {
    const view = this.view();
    expect(view.status).toBe('live');
    expect(framesEqual(view.frame, frame.slice(from, to))).toBe(true);
  }

  eventTypes(): string[] {
    return this.events.map((event) => event.type);
  }

  reasons(): string[] {
    return this.events.flatMap((event) => ('reason' in event ? [event.reason] : []));
  }
}

describe('the beginning', () => {
  it('sends what a stock consumer sends over a second, the last of it when the producer shows that it is a stock one', () => {
    const capture = new URL('../../tests/fixtures/freqtrade-wire/60_emc_requests.json', import.meta.url);
    const { frames } = JSON.parse(readFileSync(capture, 'utf8'));
    const sent = new Scene().sent.map((text) => JSON.parse(text));
    const wanted = frames.map(([, text]: [number, string]) => JSON.parse(text));
    // A key more, by which our producer knows its like, and which a stock one passes over.
    wanted[0].candlecast = { version: 1, serial: 1, want: [{ tail: 1500 }] };
    expect(sent).toEqual(wanted);
  });

  it('asks for as many rows as it is told, and for further topics', () => {
    const { sent } = new Scene({ initialCandleLimit: 300, topics: ['entry', 'whitelist'] });
    expect(JSON.parse(sent[0]).data).toEqual(['whitelist', 'analyzed_df', 'entry']);
    expect(JSON.parse(sent[2]).data).toEqual({ limit: 300, pair: null });
    expect(new Scene({ initialCandleLimit: 0 }).sent[2]).toBe('{"type":"analyzed_df"}');
    for (const text of sent) expect(decodeRequest(text).status).toBe('request');
  });
});

/** A session that has begun, to which nobody has answered yet. */
function opening() {
  const clock = manualClock(1_000_000);
  const sent: string[] = [];
  const session = new ConsumerSession({
    producer: 'default',
    settings: consumerSettings(),
    store: new FrameStore(),
    clock,
    send: (text) => sent.push(text),
    emit: () => {},
  });
  session.start();
  const types = () => sent.map((text) => JSON.parse(text).type);
  const subscriptions = () =>
    sent.map((text) => JSON.parse(text)).flatMap(({ candlecast }) => (candlecast === undefined ? [] : [candlecast]));
  const welcome = (serial: number) =>
    session.onMessage(encodeProducerControl({ type: 'welcome', epoch: 7, heartbeatMs: 500, limits: {}, serial }));
  return { clock, session, types, subscriptions, welcome };
}

describe('a producer that answers nothing at first', () => {
  it('is asked for rows after two seconds, and once', () => {
    const { clock, types } = opening();
    clock.advance(1999);
    expect(types()).toEqual(['subscribe', 'whitelist']);
    clock.advance(60_000);
    expect(types()).toEqual(['subscribe', 'whitelist', 'analyzed_df']);
  });

  it('is asked for nothing once it shows that it has streams, or is gone', () => {
    const welcomed = opening();
    welcomed.session.onMessage(encodeProducerControl({ type: 'welcome', epoch: 7, heartbeatMs: 500, limits: {} }));
    const gone = opening();
    gone.session.end();
    for (const { clock, types } of [welcomed, gone]) {
      clock.advance(60_000);
      expect(types()).toEqual(['subscribe', 'whitelist']);
      expect(clock.pendingTimers).toBe(0);
    }
  });
});

describe('what is wanted', () => {
  // As in seeds 5479 and 6694 of the simulation.
  it('is told to a producer whose welcome comes after it was given up, if it changed meanwhile', () => {
    const { clock, session, subscriptions, welcome } = opening();
    clock.advance(2000);
    session.setWant([{ pair: key.pair }]);
    expect(subscriptions()).toHaveLength(1);
    welcome(1);
    expect(subscriptions().at(-1)).toMatchObject({ serial: 2, want: [{ pair: 'BTC/USDT', tail: 1500 }] });
    welcome(2);
    expect(subscriptions()).toHaveLength(2);
  });

  it('is told again where an older subscription turns out to have come later', () => {
    const { clock, session, subscriptions, welcome } = opening();
    welcome(1);
    session.setWant([{ pair: key.pair }]);
    welcome(2);
    clock.advance(5000);
    session.onMessage(encodeProducerControl({ type: 'heartbeat', streams: [] }));
    expect(subscriptions()).toHaveLength(2);
    welcome(1);
    expect(subscriptions().at(-1)).toMatchObject({ serial: 3, want: [{ pair: 'BTC/USDT', tail: 1500 }] });
    welcome(3);
    expect(subscriptions()).toHaveLength(3);
  });
});

describe('histories', () => {
  it.each([1, 2, 50, 99, 100, 300])('of %i rows are taken after one request', (rows) => {
    const scene = new Scene();
    scene.whitelist('BTC/USDT');
    scene.rows(0, rows);
    scene.rows(rows, rows + 1);
    scene.rows(rows + 1, rows + 2);
    scene.expectCopy(0, rows + 2);
    expect(scene.asked).toEqual([]);
    expect(scene.eventTypes()).toEqual(['whitelist', 'update', 'update', 'update']);
  });

  it('are waited for when rows come first', () => {
    const scene = new Scene();
    scene.rows(60, 61);
    expect(scene.view()).toMatchObject({ status: 'missing', reason: 'its history has not arrived yet' });
    scene.rows(0, 61);
    scene.rows(61, 62);
    scene.expectCopy(0, 62);
    expect(scene.asked).toEqual([]);
  });

  it('are asked for again once the answer is overdue, one request at a time', () => {
    const scene = new Scene();
    scene.rows(60, 61);
    scene.clock.advance(9_999);
    scene.rows(61, 62);
    expect(scene.asked).toEqual([]);
    scene.clock.advance(1);
    for (let row = 62; row < 70; row++) scene.rows(row, row + 1);
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    scene.rows(0, 70);
    scene.expectCopy(0, 70);
  });

  it('are taken from a stock producer whose labels are no row numbers, after one request', () => {
    const scene = new Scene();
    scene.stockRows(69, 70, { start: -5000 });
    expect(scene.view().status).toBe('missing');
    scene.stockRows(0, 70, { start: -5000 });
    expect(scene.view()).toMatchObject({ status: 'live', frame: { length: 70 } });
    expect(scene.asked).toEqual([]);
  });

  it('are never some rows that a Candlecast producer rewrote', () => {
    const scene = new Scene();
    for (let at = 61; at < 500 && scene.asked.length < 3; at++) {
      scene.rows(at, at + 1);
      scene.clock.advance(60_000);
    }
    expect(scene.asked).toHaveLength(3);
    scene.rows(497, 500);
    expect(scene.view().status).toBe('missing');
    scene.rows(0, 500);
    scene.expectCopy(0, 500);
  });

  it('are never the late answer to an earlier request', () => {
    const scene = new Scene();
    scene.stockRows(0, 300);
    scene.stockRows(302, 303);
    scene.stockRows(250, 251);
    scene.clock.advance(10_000);
    scene.stockRows(250, 251);
    scene.clock.advance(60_000);
    scene.stockRows(250, 251);
    expect(scene.asked).toEqual([4, 1500, 1500].map((limit) => ({ limit, pair: 'BTC/USDT' })));
    scene.stockRows(299, 303);
    expect(scene.view()).toMatchObject({ frame: { length: 303 } });
  });

  it('hold no more rows than the producer does', () => {
    const scene = new Scene();
    scene.rows(0, 300);
    for (let i = 1; i <= 5; i++) scene.rows(299 + i, 300 + i, { start: i });
    scene.expectCopy(5, 305);
  });

  it('hold no more rows than are kept', () => {
    const scene = new Scene({ maxRows: 120 });
    scene.rows(0, 300);
    scene.rows(300, 301);
    scene.expectCopy(181, 301);
  });

  it('of fewer rows than were asked for are not waited for, where that many are all that is wanted', () => {
    const scene = new Scene({ initialCandleLimit: 20 });
    scene.rows(280, 300);
    scene.expectCopy(280, 300);
  });

  it('that are empty are told, and no error', () => {
    const scene = new Scene();
    scene.message({ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed: 0 });
    expect(scene.view()).toMatchObject({ status: 'missing', reason: 'the producer has not analyzed it yet' });
    expect(scene.events).toEqual([]);
    scene.rows(0, 50);
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    scene.rows(0, 50);
    scene.expectCopy(0, 50);
  });
});

describe('gaps', () => {
  function synced(options: SceneOptions = {}): Scene {
    const scene = new Scene(options);
    scene.whitelist('BTC/USDT');
    scene.rows(0, 300);
    return scene;
  }

  it('are closed by one request for what is missing', () => {
    const scene = synced();
    scene.rows(305, 306);
    expect(scene.view()).toMatchObject({ status: 'stale', reason: '5 candles missing before it' });
    scene.rows(306, 307);
    expect(scene.asked).toEqual([{ limit: 7, pair: 'BTC/USDT' }]);
    scene.rows(300, 307);
    scene.expectCopy(0, 307);
    expect(scene.events.filter((event) => event.type === 'resync')).toEqual([
      { type: 'resync', producer: 'default', key, why: 'gap', reason: '5 candles missing before it', asked: 7 },
    ]);
  });

  it('that the producer has too end after two requests', () => {
    const scene = synced();
    const holed = all.head(300).append(all.slice(350, 360));
    scene.rows(301, 302, { frame: holed });
    expect(scene.asked).toEqual([{ limit: 53, pair: 'BTC/USDT' }]);
    scene.rows(249, 302, { frame: holed });
    expect(scene.asked).toHaveLength(1);
    scene.rows(302, 303, { frame: holed });
    scene.expectCopy(0, 303, holed);
  });

  it('that grow while the answer is on its way end with the whole', () => {
    const scene = synced();
    scene.rows(302, 303);
    scene.rows(310, 314);
    expect(scene.asked).toEqual([
      { limit: 4, pair: 'BTC/USDT' },
      { limit: 1500, pair: 'BTC/USDT' },
    ]);
    scene.rows(0, 314);
    scene.expectCopy(0, 314);
  });

  it('are not asked for in more rows than were asked for at first', () => {
    const scene = synced({ initialCandleLimit: 40 });
    scene.rows(360, 361);
    expect(scene.asked).toEqual([{ limit: 40, pair: 'BTC/USDT' }]);
    scene.rows(321, 361);
    scene.expectCopy(321, 361);
  });

  it('are asked for anew after the request was lost', () => {
    const scene = synced();
    scene.rows(302, 303);
    scene.clock.advance(10_000);
    scene.rows(303, 304);
    expect(scene.asked).toEqual([
      { limit: 4, pair: 'BTC/USDT' },
      { limit: 5, pair: 'BTC/USDT' },
    ]);
  });
});

describe('frames that cannot be used', () => {
  it('of other columns drop the copy, which is fetched anew', () => {
    const scene = new Scene();
    scene.rows(0, 300);
    const wider = all.with({ rsi: new Float64Array(1000) });
    scene.rows(300, 301, { frame: wider });
    expect(scene.view()).toMatchObject({ status: 'missing', reason: "the producer's strategy has new columns: rsi" });
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    scene.rows(0, 301, { frame: wider });
    scene.expectCopy(0, 301, wider);
  });

  it('of numbers where a Candlecast producer declared text drop the copy, while those of a stock one may be text', () => {
    const numbers = all.with({ tag: new Float64Array(1000) });
    const texts = all.with({ tag: Array.from({ length: 1000 }, () => 'text') });
    for (const isStock of [false, true]) {
      const scene = new Scene();
      const take = isStock ? scene.stockRows.bind(scene) : scene.rows.bind(scene);
      take(0, 300, { frame: texts });
      take(300, 301, { frame: numbers });
      expect(scene.view().status).toBe(isStock ? 'live' : 'missing');
    }
  });

  it('of an older state are fetched anew, and the copy stays readable', () => {
    const scene = new Scene();
    scene.rows(0, 300);
    scene.rows(250, 251);
    expect(scene.view()).toMatchObject({ status: 'stale', frame: { length: 300 } });
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    scene.rows(0, 251);
    scene.expectCopy(0, 251);
  });

  it('are not asked for at the speed of the wire, where the answers are no better', () => {
    const scene = new Scene();
    const disordered = all.select(all.names.filter((name) => name !== 'date')).with({ date: new Float64Array(1000) });
    let answered = 0;
    const answer = () => {
      while (answered < scene.asked.length) {
        answered += 1;
        scene.rows(0, 300, { frame: disordered });
      }
    };
    scene.rows(0, 300, { frame: disordered });
    answer();
    expect(scene.asked.length).toBeLessThanOrEqual(2);
    for (let minute = 0; minute < 60; minute++) {
      scene.clock.advance(60_000);
      scene.rows(299, 300, { frame: disordered });
      answer();
    }
    expect(scene.asked.length).toBeLessThanOrEqual(20);
    expect(scene.asked.length).toBeGreaterThan(10);
    scene.clock.advance(1e6);
    scene.rows(299, 300);
    scene.rows(0, 300);
    scene.expectCopy(0, 300);
  });
});

describe('a frame that is too long', () => {
  it('is asked for again in fewer rows, the others are not', () => {
    const scene = new Scene(half);
    scene.whitelist('BTC/USDT', 'ETH/USDT');
    scene.tooLong(ALL_1500_MB);
    expect(scene.asked).toEqual([{ limit: 475, pair: 'BTC/USDT' }]);
    expect(scene.view()).toMatchObject({
      status: 'missing',
      reason: expect.stringContaining('longer than message_size_limit'),
    });
    scene.rows(0, 400, { of: eth });
    scene.rows(525, 1000);
    scene.expectCopy(525, 1000);
    expect(scene.view(eth)).toMatchObject({ status: 'live', frame: { length: 400 } });
    expect(scene.asked).toHaveLength(1);
  });

  it('is told with the setting and what it would have to be: the first at once, the others summed up', () => {
    const scene = new Scene();
    scene.tooLong(11.5);
    scene.tooLong(12, eth);
    scene.tooLong(9, sampleKey('XRP/USDT'));
    scene.tooLong(12.5, sampleKey('ADA/USDT'));
    scene.tooLong(12, eth);
    const troubles = () => scene.events.flatMap((event) => (event.type === 'trouble' ? [event.reason] : []));
    expect(troubles()).toEqual([
      'the frame of BTC/USDT, 5m, spot is a message of 11.5 MB, longer than message_size_limit, 8 MB; it would have to be 12',
    ]);
    scene.clock.advance(60_000);
    expect(troubles().slice(1)).toEqual([
      expect.stringMatching(
        /^the frame of ETH.*, the frame of XRP.*, the frame of ADA.* are messages of up to 12.5 MB, .* have to be 13$/,
      ),
    ]);
    const resyncs = scene.events.flatMap((event) => (event.type === 'resync' ? [[event.why, event.asked]] : []));
    expect(resyncs).toEqual([991, 950, 1266, 912, 475].map((rows) => ['too-long', rows]));
  });

  it('ends with one row, where it says so and is asked for no more', () => {
    const scene = new Scene();
    for (let i = 0; i < 100; i++) scene.tooLong(9);
    expect(scene.asked.length).toBeLessThan(13);
    expect(scene.view().reason).toContain('its newest row alone is a message of 9 MB');
    const asked = scene.asked.length;
    scene.clock.advance(1e9);
    scene.tooLong(9);
    expect(scene.asked).toHaveLength(asked);
    // Its columns became fewer.
    scene.rows(300, 301);
    expect(scene.asked.at(-1)).toEqual({ limit: 1500, pair: 'BTC/USDT' });
  });

  it('may be rows that nobody asked for, and then the frame is fetched', () => {
    const scene = new Scene();
    scene.rows(0, 300);
    scene.tooLong(9);
    expect(scene.view()).toMatchObject({ status: 'stale', frame: { length: 300 } });
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    scene.rows(0, 301);
    scene.expectCopy(0, 301);
  });

  it('may be rows that were rewritten while others are asked for: nothing is joined to those before it comes again', () => {
    const scene = new Scene();
    scene.rows(0, 300);
    scene.rows(302, 303);
    scene.tooLong(9);
    expect(scene.asked).toEqual([4, 1500].map((limit) => ({ limit, pair: 'BTC/USDT' })));
    scene.rows(299, 303);
    expect(scene.view()).toMatchObject({ status: 'stale', frame: { length: 300 } });
    scene.rows(0, 303);
    scene.expectCopy(0, 303);
    scene.rows(305, 306);
    expect(scene.asked.at(-1)).toEqual({ limit: 4, pair: 'BTC/USDT' });
  });

  it('is asked for in as many rows on every connection', () => {
    const tooLong = new TooLongFrames();
    for (let connection = 0; connection < 5; connection++) {
      const scene = new Scene({ ...half, tooLong });
      scene.tooLong(ALL_1500_MB);
      scene.rows(525, 1000);
      scene.expectCopy(525, 1000);
      expect(scene.asked).toEqual([{ limit: 475, pair: 'BTC/USDT' }]);
    }
  });

  it('is asked for in full where its columns changed', () => {
    const tooLong = new TooLongFrames();
    const scene = new Scene({ ...half, tooLong });
    scene.whitelist('BTC/USDT');
    scene.tooLong(ALL_1500_MB);
    scene.rows(525, 1000);
    scene.rows(720, 721, { frame: all.select(all.names.slice(0, 6)) });
    expect(tooLong.rowsOf(key)).toBeUndefined();
    expect(scene.asked.at(-1)).toEqual({ limit: 1500, pair: 'BTC/USDT' });
  });

  it('is asked for in more rows where those that came show that more fit, as on a new connection with other columns', () => {
    const tooLong = new TooLongFrames();
    tooLong.note(key, 400);
    // A row of the sample is some 150 bytes long, so that all fit by far.
    const scene = new Scene({ tooLong, firstRows: 400 });
    scene.rows(600, 1000);
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
    expect(scene.view()).toMatchObject({ status: 'live', frame: { length: 400 } });
    scene.rows(0, 1000);
    scene.expectCopy(0, 1000);
    expect(tooLong.rowsOf(key)).toBeUndefined();
    expect(scene.asked).toHaveLength(1);
  });

  it('takes nothing from the other timeframes of its pair, which come along in as few rows', () => {
    const scene = new Scene(half);
    const hourly = sampleKey('BTC/USDT', '1h');
    const history = sampleFrame({ rows: 450, timeframe: '1h' });
    scene.rows(0, 450, { of: hourly, frame: history });
    scene.tooLong(ALL_1500_MB);
    scene.rows(525, 1000);
    scene.rows(300, 450, { of: hourly, frame: history });
    expect(framesEqual(scene.view(hourly).frame, history)).toBe(true);
    expect(scene.asked).toHaveLength(1);
  });

  it('leaves the whole history to pairs that join', () => {
    const scene = new Scene({ firstRows: 388 });
    scene.whitelist('BTC/USDT');
    scene.whitelist('BTC/USDT', 'ETH/USDT');
    expect(scene.sent[2]).toContain('"limit":388');
    expect(scene.asked).toEqual([{ limit: 1500, pair: 'ETH/USDT' }]);
  });

  it('leaves no trace where its pair left', () => {
    const tooLong = new TooLongFrames();
    const scene = new Scene({ tooLong });
    scene.tooLong(9);
    scene.whitelist('ETH/USDT');
    expect(tooLong.rowsOf(key)).toBeUndefined();
  });

  it('may be no frame at all, or nothing that can be told', () => {
    const scene = new Scene();
    const tell = (beginning: string, bytes = 9e6) => scene.session.onTooLong({ bytes, beginning });
    expect(tell('{"type":"whitelist","data":["BTC/USDT",')).toBe('known');
    expect(tell('{"type":"whitelist","data":["BTC/USDT",')).toBe('known');
    expect(tell('[1,2,3,')).toBe('unknown');
    expect(scene.reasons()).toEqual([expect.stringContaining('what it sends as "whitelist" is a message of 8.59 MB')]);
    expect(tell('', 2 ** 30)).toBe('no-message');
    expect(scene.reasons()[1]).toBe('it sent what would be a message of 1020 MB, longer than any');
    expect(scene.asked).toEqual([]);
    expect(scene.session.unreadable).toBe(4);
  });

  it('counts as unreadable where there is nothing to ask for in its place', () => {
    const scene = new Scene();
    scene.tooLong(9);
    scene.tooLong(9, eth);
    expect(scene.session.unreadable).toBe(0);
    while (scene.view().reason?.includes('its newest row alone') !== true) scene.tooLong(9);
    expect(scene.session.unreadable).toBe(1);
    for (let i = 0; i < 5; i++) scene.tooLong(9);
    expect(scene.session.unreadable).toBe(6);
    scene.whitelist();
    expect(scene.session.unreadable).toBe(0);
  });
});

describe('a new connection', () => {
  const restarted = sampleFrame({ rows: 1000, seed: 'other values' });

  it('joins no row to a copy of the one before, which may be of another past', () => {
    const first = new Scene();
    first.rows(0, 300);
    const second = new Scene({ store: first.store });
    second.rows(300, 301, { frame: restarted });
    expect(second.view()).toMatchObject({
      status: 'stale',
      frame: { length: 300 },
      reason: 'it has not come again since the connection was lost',
    });
    expect(second.asked).toEqual([]);
    second.rows(0, 301, { frame: restarted });
    second.expectCopy(0, 301, restarted);
  });

  it('asks again for a copy that is never confirmed', () => {
    const first = new Scene();
    first.rows(0, 300);
    const second = new Scene({ store: first.store });
    second.clock.advance(10_000);
    second.rows(300, 301);
    expect(second.asked).toEqual([{ limit: 1500, pair: 'BTC/USDT' }]);
  });
});

describe('the whitelist', () => {
  it('brings new pairs, which are asked for once', () => {
    const scene = new Scene({ initialCandleLimit: 700 });
    scene.whitelist('BTC/USDT');
    scene.whitelist('BTC/USDT', 'ETH/USDT');
    scene.rows(50, 51, { of: eth });
    expect(scene.asked).toEqual([{ limit: 700, pair: 'ETH/USDT' }]);
    scene.rows(0, 51, { of: eth });
    expect(scene.view(eth)).toMatchObject({ status: 'live', frame: { length: 51 } });
    expect(scene.asked).toHaveLength(1);
  });

  it('of a new connection asks for nothing twice', () => {
    const first = new Scene();
    first.whitelist('BTC/USDT');
    const second = new Scene({ store: first.store });
    second.whitelist('BTC/USDT', 'ETH/USDT');
    expect(second.asked).toEqual([]);
  });

  it.each([{ isBack: true }, { isBack: false }])(
    'that a pair leaves (and comes back: $isBack) makes no history of an answer that was on its way',
    ({ isBack }) => {
      const scene = new Scene();
      scene.whitelist('BTC/USDT', 'ETH/USDT');
      scene.stockRows(0, 300);
      scene.stockRows(302, 303);
      scene.whitelist('ETH/USDT');
      if (isBack) scene.whitelist('BTC/USDT', 'ETH/USDT');
      scene.stockRows(299, 303);
      expect(scene.view()).toMatchObject({ status: isBack ? 'live' : 'stale', frame: { length: 303 } });
    },
  );

  it('that brings a pair back has it asked for again, short as it may be', () => {
    const scene = new Scene();
    scene.whitelist('BTC/USDT');
    scene.rows(0, 50);
    scene.whitelist();
    expect(scene.view().status).toBe('stale');
    scene.whitelist('BTC/USDT');
    scene.rows(500, 540, { start: 500 });
    scene.expectCopy(500, 540);
    expect(scene.asked).toHaveLength(1);
  });

  it('may be empty', () => {
    const scene = new Scene();
    scene.whitelist('BTC/USDT');
    scene.whitelist();
    expect(scene.store.pairs).toEqual([]);
    expect(scene.events.at(-1)).toEqual({ type: 'whitelist', producer: 'default', pairs: [] });
  });
});

describe('limits', () => {
  it('hold for the frames of a producer that names ever more pairs', () => {
    const scene = new Scene({ mostFrames: 10 });
    for (let i = 0; i < 500; i++) {
      const of = sampleKey(`C${i}/USDT`);
      scene.rows(0, 5, { of });
      scene.rows(7, 8, { of });
    }
    expect(scene.store.keys).toHaveLength(10);
    expect(scene.reasons().filter((reason) => reason.includes('no room'))).toEqual([
      'there is no room for the frame of C10/USDT, 5m, spot: 10 are held, as mostFrames says',
    ]);
    expect(scene.asked).toHaveLength(10);
  });

  it('hold for the whitelist', () => {
    const scene = new Scene({ mostFrames: 10 });
    scene.whitelist('BTC/USDT');
    scene.whitelist(...Array.from({ length: 5000 }, (_, i) => `C${i}/USDT`));
    expect(scene.store.pairs).toHaveLength(10);
    expect(scene.asked).toHaveLength(10);
    expect(scene.reasons()).toEqual(['its whitelist has 5000 pairs, mostFrames is 10; the others are left out']);
  });

  it('hold for the length of a message, in characters, which are never more than bytes', () => {
    const scene = new Scene({ messageSizeLimitBytes: 200 });
    scene.rows(0, 50);
    expect(scene.reasons()[0]).toContain('the message is too long');
    scene.whitelist('ÄÖ/USDT');
    expect(scene.store.pairs).toEqual(['ÄÖ/USDT']);
  });
});

describe('other messages', () => {
  it('are handed on', () => {
    const scene = new Scene({ topics: ['entry', 'new_candle'] });
    scene.message({ type: 'entry', fields: { pair: 'BTC/USDT', stake_amount: 5 } });
    scene.message({ type: 'new_candle', key });
    expect(scene.events).toEqual([
      { type: 'announcement', producer: 'default', topic: 'entry', fields: { pair: 'BTC/USDT', stake_amount: 5 } },
      { type: 'announcement', producer: 'default', topic: 'new_candle', fields: { ...key } },
    ]);
  });

  it('that say why a request was refused are told', () => {
    const scene = new Scene();
    scene.message({ type: 'exception', reason: 'no such thing' });
    expect(scene.reasons()).toEqual(['it answered: no such thing']);
  });

  it('of unknown types are told once a type, and are no error', () => {
    const scene = new Scene();
    for (let i = 0; i < 100; i++) scene.session.onMessage('{"type":"heartbeat"}');
    expect(scene.reasons()).toEqual(['it sends messages of the unknown type "heartbeat", which are not read']);
    for (let i = 0; i < 100; i++) scene.session.onMessage(`{"type":"kind ${i}"}`);
    expect(scene.reasons()).toHaveLength(20);
    expect(scene.session.unreadable).toBe(0);
  });

  it('that cannot be read are counted until one can', () => {
    const scene = new Scene();
    scene.session.onMessage('garbage');
    scene.session.onBinary(new Uint8Array(3));
    scene.session.onMessage('[]');
    expect(scene.session.unreadable).toBe(3);
    expect(scene.reasons()[1]).toBe('it sent a binary frame of 3 bytes, expected JSON text');
    scene.whitelist();
    expect(scene.session.unreadable).toBe(0);
  });
});

it('removes signals where that is wanted, from histories and rows alike', () => {
  const scene = new Scene({ removeEntryExitSignals: true });
  scene.rows(0, 50);
  scene.rows(50, 51);
  expect(scene.view()).toMatchObject({ status: 'live', frame: { length: 51 } });
  expect(Array.from(scene.view().frame.numbers('enter_long'))).toEqual(Array(51).fill(0));
  expect(scene.asked).toEqual([]);
});

describe('labels of the first row', () => {
  it("take rows that a Candlecast producer no longer has off the copy's head", () => {
    const scene = new Scene();
    scene.whitelist('BTC/USDT');
    scene.rows(0, 300);
    scene.rows(300, 301, { start: 250 });
    scene.expectCopy(250, 301);
  });

  it('of a producer that counts from 0 in every message take nothing', () => {
    const scene = new Scene();
    scene.whitelist('BTC/USDT');
    scene.rows(0, 300);
    scene.stockRows(300, 301, { start: 300 });
    expect(scene.view().frame.length).toBe(301);
    expect(scene.view().status).toBe('live');
  });
});

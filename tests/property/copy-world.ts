import { Consumer, type CopyView } from '../../src/consumer/index.ts';
import { type AnyFrame, Column, Frame, ints, timestamps } from '../../src/frame/index.ts';
import { type Pair, parsePair, parseTimeframe } from '../../src/market/index.ts';
import { Producer } from '../../src/producer/index.ts';
import { type ManualSocket, manualClock, manualOpener, manualSocket, sampleKey } from '../../src/testing/index.ts';
import type { MessageSocketEvents } from '../../src/wire/index.ts';
import { seededRandom } from '../../src/util/random.ts';

export const PAIRS = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT'] as const;

/** One thing that happens. Numbers are taken as far as they make sense at that moment. */
export type Happening =
  | { readonly what: 'append' | 'hole' | 'repaint' | 'vanish'; readonly pair: number; readonly count: number }
  | { readonly what: 'columns' | 'reconnect' | 'lose' | 'read' | 'serve'; readonly count: number }
  | { readonly what: 'whitelist'; readonly pair: number }
  | { readonly what: 'restart'; readonly seed: number }
  | { readonly what: 'wait'; readonly seconds: number };

interface ModelRow {
  readonly candle: number;
  /** Changes where a row is rewritten. */
  readonly version: number;
}

const START_MS = Date.UTC(2026, 0, 5);

/** One consumer of one producer, with a wire between them that carries a message when it is told to, and what the producer holds. */
export class CopyWorld {
  readonly clock = manualClock(START_MS);
  readonly consumer: Consumer;
  readonly #window: number;
  readonly #up: { readonly text: string; readonly life: number }[] = [];
  readonly #opener = manualOpener({ onSend: (text) => void this.#up.push({ text, life: this.#life }) });
  readonly #rows = new Map<Pair, ModelRow[]>();
  #producer: Producer;
  #socket: ManualSocket = manualSocket();
  #events: MessageSocketEvents | undefined;
  #whitelist: Pair[] = PAIRS.slice(0, 2).map(parsePair);
  #columns = 0;
  #seed = 0;
  #versions = 0;
  #life = 0;
  #toLose = 0;
  #isBroadcasting = false;
  #marketMs = START_MS;
  readonly #published = new Map<Pair, AnyFrame[]>();
  requests = 0;
  connections = 0;
  vanished = 0;

  constructor(options: { readonly window: number; readonly maxRows: number; readonly rows: number }) {
    this.#window = options.window;
    for (const pair of PAIRS) {
      this.#rows.set(
        parsePair(pair),
        Array.from({ length: options.rows }, (_, candle) => ({ candle, version: 0 })),
      );
    }
    this.#producer = this.#newProducer();
    this.consumer = new Consumer({
      streams: false,
      producers: [{ name: 'default', host: 'test', port: 1, wsToken: '' }],
      openSocket: this.#opener.openSocket,
      clock: this.clock,
      marketClock: {
        now: () => this.#marketMs,
        setTimer: (callback, delayMs) => this.clock.setTimer(callback, delayMs),
      },
      random: seededRandom('copy'),
      maxRows: options.maxRows,
      // The wire is silent for as long as a test likes.
      waitTimeoutMs: Infinity,
      onEvent() {},
    });
    this.consumer.start();
    this.#connect();
  }

  get whitelist(): readonly Pair[] {
    return this.#whitelist;
  }

  happen(happening: Happening): void {
    switch (happening.what) {
      case 'append':
      case 'hole':
      case 'repaint':
      case 'vanish':
        return this.#change(parsePair(PAIRS[happening.pair]), happening.what, happening.count);
      case 'columns':
        this.#columns = happening.count % 3;
        return this.#publishAll();
      case 'whitelist':
        return this.#toggle(parsePair(PAIRS[happening.pair]));
      case 'restart':
        return this.#restart(happening.seed);
      case 'reconnect':
        return this.#reconnect();
      case 'lose':
        this.#toLose = happening.count;
        return;
      case 'read':
        return this.#socket.read(happening.count);
      case 'serve':
        return this.#serve(happening.count);
      default:
        this.clock.advance(happening.seconds * 1000);
    }
  }

  /** Carries all that is on the wire, and what that leads to. */
  settle(): void {
    for (let turns = 0; this.#up.length > 0 || this.#socket.bufferedBytes > 0 || this.#hasPending(); turns++) {
      if (turns > 1000) throw new Error('requests and answers go on for ever');
      this.#serve(Infinity);
      this.#socket.read();
      this.clock.advance(0);
    }
  }

  #hasPending(): boolean {
    return this.#producer.sessions.some(({ pendingFrames }) => pendingFrames > 0);
  }

  /** One candle more for every pair, carried without loss. */
  finish(): void {
    this.#toLose = 0;
    this.settle();
    // Longer than any wait between requests.
    this.clock.advance(400_000);
    for (const pair of this.#whitelist) this.#change(pair, 'append', 1);
    this.settle();
  }

  /** Every frame of a pair that was published so far, the newest first. */
  publishedOf(pair: Pair): readonly AnyFrame[] {
    return this.#published.get(pair) ?? [];
  }

  /** The copy of a pair, at the moment when its newest candle closed: candles here come at any time. */
  view(pair: Pair): CopyView | undefined {
    const key = sampleKey(pair);
    const held = this.consumer.view('default', key);
    if (held !== undefined && held.status !== 'missing') this.#marketMs = Number(held.frame.last('date')) + 300_000;
    return this.consumer.view('default', key);
  }

  /** What the producer holds of a pair. */
  frameOf(pair: Pair): AnyFrame {
    const rows = (this.#rows.get(pair) ?? []).slice(-this.#window);
    const of = (value: (row: ModelRow) => number) => Float64Array.from(rows, value);
    const value = ({ candle, version }: ModelRow) => (candle * 31 + version * 7 + this.#seed) % 11;
    const frame = Frame.of({
      date: timestamps(of(({ candle }) => START_MS + candle * 300_000)),
      close: of((row) => [NaN, Infinity, -0, 1e-9][value(row)] ?? value(row) / 3),
      flag: ints(of((row) => value(row) % 2)),
      large: Column.adopt(
        'int64',
        BigInt64Array.from(rows, (row) => 2n ** 60n + BigInt(value(row))),
      ),
      tag: rows.map((row) => (value(row) === 5 ? null : `tag ${value(row)}`)),
    });
    if (this.#columns === 0) return frame;
    return this.#columns === 1 ? frame.with({ extra: of(value) }) : frame.drop(['tag']);
  }

  #change(pair: Pair, what: 'append' | 'hole' | 'repaint' | 'vanish', count: number): void {
    const rows = this.#rows.get(pair) ?? [];
    const next = (rows.at(-1)?.candle ?? 0) + 1;
    const place = rows.length - 1 - count;
    if (what === 'append') rows.push({ candle: next, version: 0 });
    else if (what === 'hole') rows.push({ candle: next + count + 1, version: 0 });
    else if (place <= 0) return;
    else if (what === 'repaint') rows[place] = { candle: rows[place].candle, version: ++this.#versions };
    else {
      this.vanished += 1;
      rows.splice(place, 1);
    }
    this.#publish(pair);
  }

  #publish(pair: Pair): void {
    if (!this.#whitelist.includes(pair)) return;
    this.#isBroadcasting = true;
    const frame = this.frameOf(pair);
    this.#published.set(pair, [frame, ...(this.#published.get(pair) ?? [])]);
    this.#producer.publish({ key: sampleKey(pair), frame, lastAnalyzed: 0 }, { newCandle: true });
    this.#isBroadcasting = false;
  }

  #publishAll(): void {
    for (const pair of this.#whitelist) this.#publish(pair);
  }

  #toggle(pair: Pair): void {
    const isThere = this.#whitelist.includes(pair);
    this.#whitelist = isThere ? this.#whitelist.filter((other) => other !== pair) : [...this.#whitelist, pair];
    this.#isBroadcasting = true;
    this.#producer.setWhitelist(this.#whitelist);
    this.#isBroadcasting = false;
    if (!isThere) this.#publish(pair);
  }

  #newProducer(): Producer {
    const producer = new Producer({
      timeframe: parseTimeframe('5m'),
      candleType: 'spot',
      clock: this.clock,
      softLimitBytes: 2000,
      hardLimitBytes: 6000,
      drainTimeoutMs: Infinity,
    });
    producer.setWhitelist(this.#whitelist);
    return producer;
  }

  /** The producer comes back with other values under the same dates. */
  #restart(seed: number): void {
    this.#seed = seed;
    this.#producer.close();
    this.#producer = this.#newProducer();
    this.#publishAll();
    this.#reconnect();
  }

  #reconnect(): void {
    this.#events?.onClose(1006, '');
    this.#opener.link.end();
    const attempts = this.#opener.links.length;
    for (let i = 0; i < 100 && this.#opener.links.length === attempts; i++) this.clock.advance(1000);
    this.#connect();
  }

  #connect(): void {
    this.#life += 1;
    this.connections += 1;
    const { link } = this.#opener;
    const socket = manualSocket({ onMessage: (text) => link.message(text) });
    socket.hold();
    const sendText = socket.sendText.bind(socket);
    this.#socket = Object.assign(Object.create(socket), {
      sendText: (utf8: Uint8Array, onSent?: () => void) => {
        if (!this.#isBroadcasting || this.#toLose === 0) return sendText(utf8, onSent);
        this.#toLose -= 1;
      },
    });
    this.#events = this.#producer.attach(this.#socket);
    link.open();
  }

  #serve(count: number): void {
    for (const { text, life } of this.#up.splice(0, count)) {
      this.requests += 1;
      if (life === this.#life) this.#events?.onMessage(text);
    }
  }
}

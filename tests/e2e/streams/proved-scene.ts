import { type ApiServer, createApiServer } from '../../../src/api/index.ts';
import {
  type ConnectOptions,
  type ConsumerEvent,
  type CopyView,
  type ProducerClient,
  connect,
} from '../../../src/consumer/index.ts';
import { type AnyFrame, firstDifference, framesEqual } from '../../../src/frame/index.ts';
import { type PairKey, pairKeyText } from '../../../src/market/index.ts';
import { Producer, type ProducerOptions } from '../../../src/producer/index.ts';
import { Conditions } from '../../../src/testing/conditions.ts';
import { silentLogger } from '../../../src/util/logger.ts';
import type { MessageSocket } from '../../../src/wire/index.ts';
import { dataClock } from './data-clock.ts';
import { MadeWindow, type WindowShape, keyOf, timeframe } from './made-window.ts';
import { apiSettings, TOKEN } from './peer-server.ts';

/** Where a pair's frames come from. */
export interface FrameSource {
  readonly frame: AnyFrame;
  /** One candle more. */
  next(): AnyFrame;
  /** Other values in so many of the last rows. */
  repainted?(rows: number): AnyFrame;
}

export interface ProvedProducerOptions {
  readonly pairs: number;
  /** Of made windows, 300 rows of 12 columns unless told. */
  readonly shape?: WindowShape;
  /** In the place of those. */
  readonly sourceOf?: (pair: number) => FrameSource;
  readonly limits?: ProducerOptions;
  /** Stands between the producer and the sockets of its consumers. */
  readonly through?: (socket: MessageSocket) => MessageSocket;
}

/** A producer behind a real server, which remembers every state of its streams. */
export class ProvedProducer implements AsyncDisposable {
  readonly producer: Producer;
  readonly port: number;
  /** Each pair's number of publications so far. */
  readonly publications: number[];
  readonly #windows: readonly FrameSource[];
  readonly #api: ApiServer;
  readonly #frames = new Map<string, AnyFrame>();
  readonly #states = new Map<string, { readonly key: PairKey; readonly frame: AnyFrame }>();

  private constructor(producer: Producer, api: ApiServer, port: number, windows: readonly FrameSource[]) {
    this.producer = producer;
    this.port = port;
    this.#api = api;
    this.#windows = windows;
    this.publications = windows.map(() => 0);
    producer.setWhitelist(windows.map((_, pair) => keyOf(pair).pair));
    for (const [pair, { frame }] of windows.entries()) this.publish(pair, frame);
  }

  static async start(options: ProvedProducerOptions): Promise<ProvedProducer> {
    const { pairs, shape = { rows: 300, columns: 12 }, limits, through = (socket) => socket } = options;
    const { sourceOf = (pair) => new MadeWindow('proved', pair, shape) } = options;
    const producer = new Producer({ timeframe, candleType: 'spot', ...limits });
    const api = await createApiServer({
      settings: apiSettings,
      logger: silentLogger,
      acceptMessageSocket: (socket, access) => producer.attach(through(socket), access),
    });
    const { port } = await api.listen();
    const windows = Array.from({ length: pairs }, (_, pair) => sourceOf(pair));
    return new ProvedProducer(producer, api, port, windows);
  }

  publish(pair: number, frame: AnyFrame): void {
    this.publications[pair] += 1;
    const key = keyOf(pair);
    this.producer.publish({ key, frame, lastAnalyzed: this.publications[pair] }, { newCandle: true });
    this.#frames.set(pairKeyText(key), frame);
    this.#note();
  }

  /** One candle more of a pair. */
  candle(pair: number): void {
    this.publish(pair, this.#windows[pair].next());
  }

  /** One candle more of each pair. */
  candles(): void {
    for (const pair of this.#windows.keys()) this.candle(pair);
  }

  /** Other values in the last rows of a pair. */
  repaint(pair: number, rows = Infinity): void {
    const frame = this.#windows[pair].repainted?.(rows);
    if (frame === undefined) throw new Error(`the frames of pair ${pair} are not repainted`);
    this.publish(pair, frame);
  }

  /** What is wrong with a copy; undefined where it is a state that there was, to the bit. */
  judge(key: PairKey, view: CopyView): string | undefined {
    // Streams that began since the last publication are at what was published then.
    this.#note();
    if (view.status === 'missing') return undefined;
    const { state, frame } = view;
    if (state === undefined) return 'it is no state of a stream';
    const known = this.#states.get(`${state.epoch} ${state.stream} ${state.seq}`);
    if (known === undefined) return `there was no state ${state.seq} of stream ${state.stream}`;
    if (pairKeyText(known.key) !== pairKeyText(key)) return `that is a state of ${pairKeyText(known.key)}`;
    if (framesEqual(frame, known.frame)) return undefined;
    return `it differs from state ${state.seq}: ${JSON.stringify(firstDifference(frame, known.frame))}`;
  }

  #note(): void {
    for (const { epoch, stream, seq, key, columns, tail } of this.producer.streams) {
      const place = `${epoch} ${stream} ${seq}`;
      const frame = this.#frames.get(pairKeyText(key));
      if (frame === undefined || this.#states.has(place)) continue;
      const rows = tail === undefined ? frame : frame.tail(tail);
      const names = rows.names.filter((name) => name === 'date' || columns === undefined || columns.includes(name));
      this.#states.set(place, { key, frame: rows.select(names) });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.producer.close();
    await this.#api.close();
  }
}

/** A consumer each of whose copies is judged whenever anything happens to it. */
export class ProvedConsumer implements Disposable {
  readonly client: ProducerClient;
  readonly events: ConsumerEvent[] = [];
  /** What was shown and never was so. */
  readonly wrong: string[] = [];
  /** Whether copies are compared as they come, which takes longer than all else. */
  isJudging = true;
  /** Copies that were judged. */
  judged = 0;
  readonly #producer: ProvedProducer;
  readonly #market = dataClock(timeframe);
  readonly #conditions = new Conditions();

  constructor(producer: ProvedProducer, options: Partial<ConnectOptions> = {}) {
    this.#producer = producer;
    this.client = connect({
      host: '127.0.0.1',
      port: producer.port,
      wsToken: TOKEN,
      sleepTimeMs: 250,
      marketClock: this.#market.clock,
      ...options,
      onEvent: (event) => {
        this.#onEvent(event);
        options.onEvent?.(event);
      },
    });
  }

  #onEvent(event: ConsumerEvent): void {
    this.events.push(event);
    if (event.type === 'update') this.#market.note(event.frame);
    if ('key' in event) this.#judge(event.key);
    else if (event.type === 'connected' || event.type === 'disconnected') this.judgeAll();
    this.#conditions.changed();
  }

  judgeAll(): void {
    for (const key of this.client.keys()) this.#judge(key);
  }

  #judge(key: PairKey): void {
    if (!this.isJudging) return;
    this.judged += 1;
    const fault = this.#producer.judge(key, this.view(key));
    if (fault !== undefined) this.wrong.push(`${pairKeyText(key)}: ${fault}`);
  }

  view(key: PairKey): CopyView {
    return this.client.frame(key.pair, key.timeframe, key.candleType);
  }

  until(isSo: () => boolean): Promise<void> {
    return this.#conditions.until(isSo);
  }

  /** Resolves when each of the pairs is live and what was published last. */
  async untilNewest(pairs: readonly number[] = [...this.#producer.publications.keys()]): Promise<void> {
    await this.until(() => pairs.every((pair) => this.isNewest(pair)));
  }

  isNewest(pair: number): boolean {
    const { status, lastAnalyzed } = this.view(keyOf(pair));
    return status === 'live' && lastAnalyzed === this.#producer.publications[pair];
  }

  /** How many snapshots came. */
  get snapshots(): number {
    return this.count((event) => event.type === 'update' && event.change === 'replaced');
  }

  count(passes: (event: ConsumerEvent) => boolean): number {
    return this.events.filter(passes).length;
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

import { type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import {
  type AnalyzedFrameMessage,
  decodeMessage,
  encodeRequest,
  type Message,
  type Request,
  rowRange,
  type Topic,
  WHOLE_FRAME_ROWS,
} from '../wire/index.ts';
import { type Arrival, type Arrived, type Ask, applyFrame, type Copy } from './apply-frame.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import { FrameRequests } from './frame-requests.ts';
import type { FrameStore } from './frame-store.ts';
import { removeSignals } from './signal-removal.ts';

/** Topics without which there is nothing to consume. */
const NEEDED_TOPICS: readonly Topic[] = ['whitelist', 'analyzed_df'];

/** Types of unknown messages that are told of, each once. */
const MOST_TOLD_TYPES = 20;

/**
 * One connection's protocol, without its socket: what is asked, what an answer is, and what becomes of each message. A new
 * session begins with each connection; the store stays.
 */
export class ConsumerSession {
  readonly #producer: string;
  readonly #settings: ConsumerSettings;
  readonly #store: FrameStore;
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #emit: (event: ConsumerEvent) => void;
  readonly #topics: readonly Topic[];

  readonly #initialRows: number;
  readonly #requests: FrameRequests;
  readonly #toldTypes = new Set<string>();
  #hasWhitelist = false;
  #hasToldOfFull = false;
  #unreadable = 0;

  constructor(options: {
    readonly producer: string;
    readonly settings: ConsumerSettings;
    readonly store: FrameStore;
    readonly clock: Clock;
    /** Rows to ask for at first; fewer than the setting where its answer was too long. */
    readonly initialRows: number;
    readonly topics?: readonly Topic[];
    readonly send: (text: string) => void;
    readonly emit: (event: ConsumerEvent) => void;
  }) {
    this.#producer = options.producer;
    this.#settings = options.settings;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#send = options.send;
    this.#emit = options.emit;
    this.#initialRows = options.initialRows;
    this.#requests = new FrameRequests({ clock: options.clock, initialRows: options.initialRows });
    this.#topics = [...new Set([...NEEDED_TOPICS, ...(options.topics ?? [])])];
  }

  /** Messages in a row that were not readable. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Subscribes and asks for everything, at once. */
  start(): void {
    this.#request({ type: 'subscribe', topics: this.#topics, unknownTopics: [] });
    this.#request({ type: 'whitelist' });
    this.#requests.askedForAll();
    this.#request({ type: 'analyzed_df', rows: rowRange(this.#initialRows), pair: null });
  }

  onMessage(text: string): void {
    // Characters are never more than bytes: this only lets through what the socket let through.
    const outcome = decodeMessage(text, { mostCharacters: this.#settings.messageSizeLimitBytes });
    if (outcome.status === 'refused') return this.#tellUnreadable(outcome.reason);
    this.#unreadable = 0;
    if (outcome.status === 'message') this.#handle(outcome.message);
    else this.#tellUnknown(outcome.type);
  }

  onBinary(bytes: Uint8Array): void {
    this.#tellUnreadable(`it sent a binary frame of ${bytes.length} bytes, expected JSON text`);
  }

  #tellUnreadable(reason: string): void {
    this.#unreadable += 1;
    this.#trouble(reason);
  }

  /** Another version's message, or a newer freqtrade's: no error, and worth telling once. */
  #tellUnknown(type: string): void {
    const shown = type.slice(0, 60);
    if (this.#toldTypes.has(shown) || this.#toldTypes.size >= MOST_TOLD_TYPES) return;
    this.#toldTypes.add(shown);
    this.#trouble(`it sends messages of the unknown type ${JSON.stringify(shown)}, which are not read`);
  }

  #trouble(reason: string): void {
    this.#emit({ type: 'trouble', producer: this.#producer, reason });
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'analyzed_df':
        return this.#takeFrame(message);
      case 'whitelist':
        return this.#takeWhitelist(message.pairs);
      case 'exception':
        return this.#trouble(`it answered: ${message.reason}`);
      case 'new_candle':
        return this.#announce(message.type, { ...message.key });
      default:
        return this.#announce(message.type, message.fields);
    }
  }

  #announce(topic: string, fields: Readonly<Record<string, unknown>>): void {
    this.#emit({ type: 'announcement', producer: this.#producer, topic, fields });
  }

  #takeWhitelist(all: readonly Pair[]): void {
    const pairs = this.#asManyAsFit(all);
    const known = new Set(this.#store.pairs);
    // The first whitelist of a connection comes with the answer to the request for all of it.
    const added = this.#hasWhitelist ? pairs.filter((pair) => !known.has(pair)) : [];
    this.#hasWhitelist = true;
    this.#store.setPairs(pairs);
    this.#requests.keepPairs(pairs);
    for (const pair of added) {
      this.#requests.askedForPair(pair);
      this.#request({ type: 'analyzed_df', rows: rowRange(this.#initialRows), pair });
    }
    this.#emit({ type: 'whitelist', producer: this.#producer, pairs });
  }

  #asManyAsFit(pairs: readonly Pair[]): readonly Pair[] {
    const { mostFrames } = this.#settings;
    if (pairs.length <= mostFrames) return pairs;
    this.#trouble(`its whitelist has ${pairs.length} pairs, mostFrames is ${mostFrames}; the others are left out`);
    return pairs.slice(0, mostFrames);
  }

  #takeFrame(message: AnalyzedFrameMessage): void {
    const { key } = message;
    if (!this.#store.hasRoomFor(key)) return this.#tellFull(key);
    const answers = this.#requests.answeredBy(message);
    const copy = this.#store.confirmedCopy(key);
    const arrival = applyFrame(copy, this.#arrived(message, answers), {
      timeframe: key.timeframe,
      maxRows: this.#settings.maxRows,
    });
    if (answers !== undefined || arrival.status === 'replaced') this.#requests.settle(key);
    switch (arrival.status) {
      case 'empty':
        return this.#store.spoil(key, 'the producer has not analyzed it yet', { drop: false });
      case 'replaced':
      case 'appended':
        return this.#keep(key, arrival);
      default:
        this.#store.spoil(key, arrival.reason, {
          drop: arrival.status === 'restart' && copy !== undefined,
        });
        return this.#resync(key, arrival.status, arrival.reason, arrival.ask);
    }
  }

  #tellFull(key: PairKey): void {
    if (this.#hasToldOfFull) return;
    this.#hasToldOfFull = true;
    const { mostFrames } = this.#settings;
    this.#trouble(`there is no room for the frame of ${pairKeyText(key)}: ${mostFrames} are held, as mostFrames says`);
  }

  #keep(key: PairKey, arrival: Extract<Arrival, { readonly copy: Copy }>): void {
    this.#requests.succeed(key);
    this.#store.put(key, arrival.copy, this.#clock.now());
    this.#emit({
      type: 'update',
      producer: this.#producer,
      key,
      frame: arrival.copy.frame,
      lastAnalyzed: arrival.copy.lastAnalyzed,
      change: arrival.status,
      rows: arrival.rows,
    });
  }

  #arrived(message: AnalyzedFrameMessage, answers: Ask | undefined): Arrived {
    const { lastAnalyzed } = message;
    const frame = this.#settings.removeEntryExitSignals ? removeSignals(message.frame) : message.frame;
    const undetermined = new Set(message.undetermined?.filter((name) => frame.kind(name) === message.frame.kind(name)));
    const rowsThere = rowsAtProducer(message);
    return { frame, lastAnalyzed, undetermined, answers, ...(rowsThere === undefined ? {} : { rowsThere }) };
  }

  #resync(key: PairKey, why: 'gap' | 'restart' | 'refused', reason: string, ask: Ask): void {
    const asked = this.#requests.begin(key, ask);
    if (asked === undefined) return;
    this.#emit({ type: 'resync', producer: this.#producer, key, why, reason, asked });
    this.#request({ type: 'analyzed_df', rows: rowRange(asked), pair: key.pair });
  }

  #request(request: Request): void {
    this.#send(encodeRequest(request));
  }
}

/**
 * How many rows the producer's frame has, by the label of the first one that it sent. Candlecast peers mean their labels. Others'
 * are not believed where they leave fewer than make a whole frame: who counts from 0 in every message would have the copy
 * lose its history.
 */
function rowsAtProducer({ frame, firstRow, declared }: AnalyzedFrameMessage): number | undefined {
  if (firstRow === undefined) return undefined;
  const rows = firstRow + frame.length;
  return declared || rows >= WHOLE_FRAME_ROWS ? rows : undefined;
}

import { type Pair, type PairKey, pairKeyText, type TimestampMs } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import {
  type AnalyzedFrameMessage,
  decodeMessage,
  encodeRequest,
  isStreamMessage,
  type Message,
  type ProducerControl,
  type Request,
  rowRange,
  type SubscriptionOutcome,
  type Topic,
  type Want,
  WHOLE_FRAME_ROWS,
} from '../wire/index.ts';
import { isTold } from '../util/widening-notes.ts';
import { type Arrival, type Arrived, type Ask, applyFrame, type Copy } from './apply-frame.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import { FrameRequests } from './frame-requests.ts';
import type { FrameStore } from './frame-store.ts';
import type { TooLongMessage } from './message-sieve.ts';
import { removeSignals } from './signal-removal.ts';
import { streamCopies } from './streams/stream-copies.ts';
import { StreamReceiver } from './streams/stream-receiver.ts';
import { wantedOf } from './streams/wanted.ts';
import { describeTooLong, identifyMessage, LONGEST_MESSAGE_BYTES, megabytes } from './too-long.ts';
import { TooLongFrames } from './too-long-frames.ts';
import { TooLongNotes } from './too-long-notes.ts';

/** Topics without which there is nothing to consume. */
const NEEDED_TOPICS: readonly Topic[] = ['whitelist', 'analyzed_df'];

/** A producer that answers nothing for so long is asked for rows, whatever it is. */
const OPENING_MS = 2_000;

/** Streams that come to one who did not see their welcome: it subscribes again, at most so often. */
const SUBSCRIBE_AGAIN_MS = 2_000;

/** Types of unknown messages that are told of, each once. */
const MOST_TOLD_TYPES = 20;

/** What becomes of the connection after a message that was passed over. */
export type PassedOver =
  /** It goes on. */
  | 'known'
  /** It cannot be told what it was, nor so what to ask for in its place. */
  | 'unknown'
  /** It was no message of a producer. */
  | 'no-message';

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

  readonly #firstRows: number;
  readonly #requests: FrameRequests;
  readonly #tooLong: TooLongFrames;
  readonly #tooLongNotes: TooLongNotes;
  readonly #streams: StreamReceiver;
  #want: readonly Want[] | undefined;
  /** What the first message shows. */
  #mode: 'open' | 'rows' | 'streams' = 'open';
  /** Whether a subscription with what is wanted was sent. */
  #isWantTold = true;
  #subscribedAt: TimestampMs = 0;
  /** Until it is known what is at the other end. */
  #opening: Timer | undefined;
  readonly #toldTypes = new Set<string>();
  #hasWhitelist = false;
  #hasToldOfFull = false;
  #unreadable = 0;
  #tooLarge = 0;

  constructor(options: {
    readonly producer: string;
    readonly settings: ConsumerSettings;
    readonly store: FrameStore;
    readonly clock: Clock;
    /** Rows to ask for in the request for all. Default: as the setting says. */
    readonly firstRows?: number;
    /** What is known of them from earlier connections. */
    readonly tooLong?: TooLongFrames;
    /** Where they are told of; also across connections. */
    readonly tooLongNotes?: TooLongNotes;
    readonly topics?: readonly Topic[];
    /** What came by streams over earlier connections. */
    readonly streams?: StreamReceiver;
    /** Default: as the setting says. */
    readonly want?: readonly Want[];
    readonly send: (text: string) => void;
    readonly emit: (event: ConsumerEvent) => void;
  }) {
    this.#producer = options.producer;
    this.#settings = options.settings;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#send = options.send;
    this.#emit = options.emit;
    const { initialCandleLimit: initialRows, messageSizeLimitBytes: mostBytes } = options.settings;
    const { clock } = options;
    this.#firstRows = options.firstRows ?? initialRows;
    this.#tooLong = options.tooLong ?? new TooLongFrames();
    this.#tooLongNotes =
      options.tooLongNotes ?? new TooLongNotes({ clock, mostBytes, tell: (reason) => this.#trouble(reason) });
    this.#requests = new FrameRequests({ clock, initialRows, tooLong: this.#tooLong });
    this.#topics = [...new Set([...NEEDED_TOPICS, ...(options.topics ?? [])])];
    this.#want = options.want ?? options.settings.want;
    this.#streams = options.streams ?? new StreamReceiver({ clock, limits: options.settings.streamLimits });
    this.#streams.begin(
      streamCopies({
        producer: options.producer,
        settings: options.settings,
        store: options.store,
        clock,
        send: (control) => this.#request({ type: 'candlecast', control }),
        emit: options.emit,
        onFull: (key) => this.#tellFull(key),
        onUnreadable: (reason) => this.#tellUnreadable(reason),
        onTooLarge: (reason) => this.#tellTooLarge(reason),
      }),
    );
  }

  /** Messages in a row that were not readable, or passed over without anything that could be asked for in their place. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** How frames come; undefined until the first message has shown it. */
  get mode(): 'streams' | 'rows' | undefined {
    return this.#mode === 'open' ? undefined : this.#mode;
  }

  /** How often the producer shows what may have been lost, in milliseconds; undefined where it does not. */
  get heartbeatMs(): number | undefined {
    return this.#mode === 'streams' ? this.#streams.heartbeatMs : undefined;
  }

  /**
   * Subscribes, and asks for the whitelist. The first message that comes shows what is at the other end: a Candlecast producer sends
   * its frames from then on; a stock one is asked for them.
   */
  start(): void {
    this.#subscribe();
    this.#request({ type: 'whitelist' });
    this.#opening = this.#clock.setTimer(() => this.#askForRows(), OPENING_MS);
  }

  /** The connection is over: nothing is sent any more. */
  end(): void {
    this.#opening?.cancel();
  }

  /** Wants other frames, or other parts of them, from now on. */
  setWant(want: readonly Want[] | undefined): void {
    this.#want = want;
    // One that has not answered, and may be a stock producer, is told when it does.
    this.#isWantTold = this.#mode !== 'rows';
    if (this.#isWantTold) this.#subscribe();
  }

  #subscribe(): void {
    this.#subscribedAt = this.#clock.now();
    const subscription = this.#streams.subscription(wantedOf(this.#want, this.#settings));
    const candlecast: SubscriptionOutcome = this.#settings.streams
      ? { status: 'subscription', subscription }
      : { status: 'without-streams' };
    this.#request({ type: 'subscribe', topics: this.#topics, unknownTopics: [], candlecast });
  }

  onMessage(text: string): void {
    // Characters are never more than bytes: this only lets through what the socket let through.
    const { messageSizeLimitBytes: mostCharacters, streamLimits: stream } = this.#settings;
    const outcome = decodeMessage(text, { mostCharacters, stream });
    if (outcome.status === 'refused') return this.#tellUnreadable(outcome.reason);
    this.#unreadable = 0;
    if (outcome.status === 'control') return this.#takeControl(outcome.control);
    if (this.#mode === 'open') this.#askForRows();
    if (outcome.status === 'message') this.#handle(outcome.message, text.length);
    else this.#tellUnknown(outcome.type);
  }

  #takeControl(control: ProducerControl): void {
    if (control.type === 'welcome') {
      this.#opening?.cancel();
      this.#mode = 'streams';
    }
    if (this.#mode === 'streams') this.#streams.takeControl(control);
    if (control.type === 'welcome' && !this.#isWantTold) return this.setWant(this.#want);
    if (this.#mode !== 'streams' || !this.#streams.isAnswered) this.#subscribeAgain();
  }

  /** The producer sends streams, and its welcome, or the subscription, was lost. */
  #subscribeAgain(): void {
    if (Math.abs(this.#clock.now() - this.#subscribedAt) >= SUBSCRIBE_AGAIN_MS) this.#subscribe();
  }

  #askForRows(): void {
    this.#opening?.cancel();
    this.#mode = 'rows';
    this.#requests.askedForAll(this.#firstRows);
    this.#request({ type: 'analyzed_df', rows: rowRange(this.#firstRows), pair: null });
  }

  onBinary(bytes: Uint8Array): void {
    if (this.#mode === 'streams') {
      const { unreadable } = this;
      this.#streams.takeBinary(bytes);
      if (this.#unreadable === unreadable) this.#unreadable = 0;
    } else if (isStreamMessage(bytes)) this.#subscribeAgain();
    else this.#tellUnreadable(`it sent a binary frame of ${bytes.length} bytes, expected JSON text`);
  }

  /** Goes on without a message that was passed over; where it was a frame, with the rows of it that fit. */
  onTooLong({ bytes, beginning }: TooLongMessage): PassedOver {
    if (bytes > LONGEST_MESSAGE_BYTES) {
      this.#tellUnreadable(`it sent what would be a message of ${megabytes(bytes)} MB, longer than any`);
      return 'no-message';
    }
    // Candlecast's come in parts.
    if (this.#mode === 'open') this.#askForRows();
    const identified = identifyMessage(beginning);
    const { key, type } = identified ?? {};
    if (key !== undefined) {
      if (!this.#askForFewer(key, bytes)) this.#unreadable += 1;
      return 'known';
    }
    this.#unreadable += 1;
    if (type === undefined) return 'unknown';
    this.#tooLongNotes.note(`what it sends as "${type}"`, bytes);
    return 'known';
  }

  /** Asks for the rows that fit of a frame that does not; tells whether it did. */
  #askForFewer(key: PairKey, bytes: number): boolean {
    if (!this.#store.hasRoomFor(key)) {
      this.#tellFull(key);
      return false;
    }
    const length = { bytes, mostBytes: this.#settings.messageSizeLimitBytes };
    this.#requests.tooLong(key, length);
    const isOneRow = this.#tooLong.rowsOf(key) === 0;
    this.#tooLongNotes.note(`${isOneRow ? 'the newest row' : 'the frame'} of ${pairKeyText(key)}`, bytes);
    const reason = describeTooLong(`its ${isOneRow ? 'newest row alone' : 'frame'} is a message of`, length);
    // It may have been rows that were rewritten: what is held is not joined to until it comes again.
    this.#store.spoil(key, reason, { doubt: true });
    return this.#resync(key, 'too-long', reason, 'whole');
  }

  /** The same comes again and again: the producer keeps sending what the consumer does not take. */
  #tellTooLarge(reason: string): void {
    this.#tooLarge += 1;
    if (isTold(this.#tooLarge)) this.#trouble(`${reason}; see streamLimits`);
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

  #handle(message: Message, length: number): void {
    switch (message.type) {
      case 'analyzed_df':
        return this.#takeFrame(message, length);
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
    this.#requests.keepPairs(pairs, this.#store.keys);
    this.#tooLong.keepPairs(pairs);
    for (const pair of this.#mode === 'rows' ? added : []) {
      this.#requests.askedForPair(pair);
      this.#request({ type: 'analyzed_df', rows: rowRange(this.#settings.initialCandleLimit), pair });
    }
    this.#emit({ type: 'whitelist', producer: this.#producer, pairs });
  }

  #asManyAsFit(pairs: readonly Pair[]): readonly Pair[] {
    const { mostFrames } = this.#settings;
    if (pairs.length <= mostFrames) return pairs;
    this.#trouble(`its whitelist has ${pairs.length} pairs, mostFrames is ${mostFrames}; the others are left out`);
    return pairs.slice(0, mostFrames);
  }

  #takeFrame(message: AnalyzedFrameMessage, length: number): void {
    const { key } = message;
    // An answer to what was asked before its streams were known.
    if (this.#mode === 'streams') return;
    if (!this.#store.hasRoomFor(key)) return this.#tellFull(key);
    const answers = this.#requests.answeredBy(message);
    const copy = this.#store.confirmedCopy(key);
    const arrival = applyFrame(copy, this.#arrived(message, answers), {
      timeframe: key.timeframe,
      maxRows: this.#settings.maxRows,
    });
    if (answers !== undefined || arrival.status === 'replaced') this.#requests.settle(key);
    // It fits now, or has other columns, so that other rows fit.
    if (this.#tooLong.rowsOf(key) === 0 || (arrival.status === 'restart' && copy !== undefined))
      this.#tooLong.forget(key);
    switch (arrival.status) {
      case 'empty':
        return this.#store.spoil(key, 'the producer has not analyzed it yet');
      case 'replaced':
      case 'appended':
        this.#keep(key, arrival, answers !== undefined);
        if (answers === 'whole') this.#askForMore(message, length);
        return undefined;
      default:
        this.#store.spoil(key, arrival.reason, {
          drop: arrival.status === 'restart' && copy !== undefined,
        });
        this.#resync(key, arrival.status, arrival.reason, arrival.ask);
        return undefined;
    }
  }

  #tellFull(key: PairKey): void {
    if (this.#hasToldOfFull) return;
    this.#hasToldOfFull = true;
    const { mostFrames } = this.#settings;
    this.#trouble(`there is no room for the frame of ${pairKeyText(key)}: ${mostFrames} are held, as mostFrames says`);
  }

  /** More rows of a frame may fit than were asked for, since fewer were asked of all, or its rows became shorter. */
  #askForMore(message: AnalyzedFrameMessage, length: number): void {
    const { messageSizeLimitBytes: mostBytes } = this.#settings;
    const rows = this.#requests.fits(message, { bytes: length, mostBytes });
    if (rows !== undefined) this.#resync(message.key, 'too-long', 'more of its rows fit into a message', 'whole', rows);
  }

  #keep(key: PairKey, arrival: Extract<Arrival, { readonly copy: Copy }>, isAnswer: boolean): void {
    this.#requests.succeed(key);
    this.#store.put(key, arrival.copy, this.#clock.now(), { isAnswer });
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
    const isDeclared = message.declared === true;
    const isPart = isDeclared && (message.firstRow ?? 0) > 0;
    const of = rowsThere === undefined ? {} : { rowsThere };
    return { frame, lastAnalyzed, undetermined, answers, isDeclared, isPart, ...of };
  }

  /** Asks for a frame anew, if it may; tells whether it did. */
  #resync(
    key: PairKey,
    why: 'gap' | 'restart' | 'refused' | 'too-long',
    reason: string,
    ask: Ask,
    rows?: number,
  ): boolean {
    const asked = this.#requests.begin(key, ask, rows);
    if (asked === undefined) return false;
    this.#emit({ type: 'resync', producer: this.#producer, key, why, reason, asked });
    this.#request({ type: 'analyzed_df', rows: rowRange(asked), pair: key.pair });
    return true;
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

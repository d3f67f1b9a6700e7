import { type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { decodeMessage, encodeRequest, type Message, type Request, rowRange, type Topic } from '../wire/index.ts';
import { type Arrived, type Ask, applyFrame } from './apply-frame.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { FrameStore } from './frame-store.ts';
import { removeSignals } from './signal-removal.ts';

/** Topics without which there is nothing to consume. */
const NEEDED_TOPICS: readonly Topic[] = ['whitelist', 'analyzed_df'];

/** A request without an answer for so long may be made again. */
const REQUEST_TIMEOUT_MS = 10_000;

/** After so many requests for one frame the next one of several rows is taken for the answer, whatever its labels say. */
const PATIENT_REQUESTS = 3;

interface Outstanding {
  readonly ask: Ask;
  readonly askedAt: number;
}

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

  /** Rows of the request for all pairs; a frame answers it if it is the first of its key since. */
  readonly #initialRows: number;
  #askedForAllAt = 0;
  readonly #answered = new Set<string>();
  readonly #outstanding = new Map<string, Outstanding>();
  readonly #asks = new Map<string, number>();
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
    this.#askedForAllAt = this.#clock.now();
    this.#request({ type: 'analyzed_df', rows: rowRange(this.#initialRows), pair: null });
  }

  onMessage(text: string): void {
    const outcome = decodeMessage(text, { mostCharacters: this.#settings.messageSizeLimitBytes });
    if (outcome.status === 'message') {
      this.#unreadable = 0;
      return this.#handle(outcome.message);
    }
    this.#unreadable += 1;
    const reason =
      outcome.status === 'refused' ? outcome.reason : `it sent a message of unknown type "${outcome.type}"`;
    this.#emit({ type: 'trouble', producer: this.#producer, reason });
  }

  onBinary(bytes: Uint8Array): void {
    this.#unreadable += 1;
    const reason = `it sent a binary frame of ${bytes.length} bytes, expected JSON text`;
    this.#emit({ type: 'trouble', producer: this.#producer, reason });
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'analyzed_df':
        return this.#takeFrame(message);
      case 'whitelist':
        return this.#takeWhitelist(message.pairs);
      case 'exception':
        return this.#emit({ type: 'trouble', producer: this.#producer, reason: `it answered: ${message.reason}` });
      case 'new_candle':
        return this.#announce(message.type, { ...message.key });
      default:
        return this.#announce(message.type, message.fields);
    }
  }

  #announce(topic: string, fields: Readonly<Record<string, unknown>>): void {
    this.#emit({ type: 'announcement', producer: this.#producer, topic, fields });
  }

  #takeWhitelist(pairs: readonly Pair[]): void {
    const known = new Set(this.#store.pairs);
    const isFirst = known.size === 0 && this.#answered.size === 0;
    this.#store.setPairs(pairs);
    // The first whitelist of a connection comes with the answer to the request for all of it.
    if (!isFirst) for (const pair of pairs) if (!known.has(pair)) this.#askForNewPair(pair);
    this.#emit({ type: 'whitelist', producer: this.#producer, pairs });
  }

  #askForNewPair(pair: Pair): void {
    this.#request({ type: 'analyzed_df', rows: rowRange(this.#settings.initialCandleLimit), pair });
  }

  #takeFrame(message: Extract<Message, { type: 'analyzed_df' }>): void {
    const { key } = message;
    const keyText = pairKeyText(key);
    const arrived = this.#arrived(keyText, message);
    const options = { timeframe: key.timeframe, maxRows: this.#settings.maxRows };
    const arrival = applyFrame(this.#store.copy(key), arrived, options);
    if (arrived.answers !== undefined) this.#settleRequest(keyText);
    switch (arrival.status) {
      case 'empty':
        return this.#store.spoil(key, 'the producer has not analysed it yet', { drop: false });
      case 'replaced':
      case 'appended':
        this.#asks.delete(keyText);
        this.#store.put(key, arrival.copy, this.#clock.now());
        return this.#emit({
          type: 'update',
          producer: this.#producer,
          key,
          frame: arrival.copy.frame,
          lastAnalyzed: arrival.copy.lastAnalyzed,
          change: arrival.status,
          rows: arrival.rows,
        });
      default:
        this.#store.spoil(key, arrival.reason, { drop: arrival.status === 'restart' });
        return this.#resync(key, arrival.status, arrival.reason, arrival.ask);
    }
  }

  #arrived(keyText: string, message: Extract<Message, { type: 'analyzed_df' }>): Arrived {
    const frame = this.#settings.removeEntryExitSignals ? removeSignals(message.frame) : message.frame;
    const undetermined = new Set(message.undetermined?.filter((name) => frame.kind(name) === message.frame.kind(name)));
    const asked = this.#outstanding.get(keyText)?.ask ?? (this.#answered.has(keyText) ? undefined : 'whole');
    const isAnswer = asked !== undefined && this.#looksLikeAnswer(keyText, message, asked);
    return { frame, lastAnalyzed: message.lastAnalyzed, undetermined, answers: isAnswer ? asked : undefined };
  }

  /**
   * Answers and broadcasts look alike. An answer has as many rows as were asked for, or begins with the producer's first row,
   * which its index label 0 shows; a row that is broadcast meanwhile has neither.
   */
  #looksLikeAnswer(keyText: string, message: Extract<Message, { type: 'analyzed_df' }>, asked: Ask): boolean {
    const { firstRow, frame } = message;
    if (firstRow === 0 || firstRow === undefined) return true;
    const rows = asked === 'whole' ? this.#initialRows : asked;
    if (rows > 0 && frame.length >= rows) return true;
    return frame.length > 1 && (this.#asks.get(keyText) ?? 0) >= PATIENT_REQUESTS;
  }

  #settleRequest(keyText: string): void {
    this.#answered.add(keyText);
    this.#outstanding.delete(keyText);
  }

  /** Asks for rows of one frame, unless that was done just now and is not answered yet. */
  #resync(key: PairKey, why: 'gap' | 'restart' | 'refused', reason: string, ask: Ask): void {
    const keyText = pairKeyText(key);
    const now = this.#clock.now();
    const askedAt =
      this.#outstanding.get(keyText)?.askedAt ?? (this.#answered.has(keyText) ? -Infinity : this.#askedForAllAt);
    if (now - askedAt < REQUEST_TIMEOUT_MS) return;
    const asked = ask === 'whole' ? this.#initialRows : ask;
    this.#outstanding.set(keyText, { ask, askedAt: now });
    this.#asks.set(keyText, (this.#asks.get(keyText) ?? 0) + 1);
    this.#emit({ type: 'resync', producer: this.#producer, key, why, reason, asked });
    this.#request({ type: 'analyzed_df', rows: rowRange(asked), pair: key.pair });
  }

  #request(request: Request): void {
    this.#send(encodeRequest(request));
  }
}

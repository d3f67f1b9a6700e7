import { isPair, type Pair, type PairKey } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { listText } from '../util/list-text.ts';
import type { Logger } from '../util/logger.ts';
import { isTold } from '../util/widening-notes.ts';
import {
  closeCodes,
  decodeRequest,
  type MessageSocket,
  type MessageSocketEvents,
  type Request,
  type RowRange,
  type Topic,
} from '../wire/index.ts';
import { type AnswerSource, FrameAnswers } from './frame-answers.ts';
import type { ProducerLimits } from './producer-options.ts';

/** What a session asks of its producer. All are encoded messages. */
export interface SessionSource extends AnswerSource {
  /** The frames that answer a request for one pair, or for all of the whitelist. */
  keysOf(pair: Pair | null): readonly PairKey[];
  whitelistMessage(): Uint8Array;
}

const MOST_NAMES = 10;
const MOST_OF_A_NAME = 60;

/**
 * One consumer's connection: its topics, its requests, and how far behind it is. A consumer that does not read costs bounded
 * memory.
 */
export class Session implements MessageSocketEvents {
  readonly socket: MessageSocket;
  readonly #source: SessionSource;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onClosed: (code: number) => void;

  #topics: ReadonlySet<Topic> = new Set();
  #isCandlecast = false;
  readonly #answers: FrameAnswers;
  #behindSince: number | undefined;
  #whitelistDue = false;
  #dropped = 0;
  #longestBytes = 0;
  #refusedInARow = 0;
  #refused = 0;
  /** From when we close it, or it closed, nothing is sent any more. */
  #ended = false;
  #closed = false;

  constructor(
    socket: MessageSocket,
    source: SessionSource,
    environment: { limits: ProducerLimits; clock: Clock; logger: Logger; onClosed: (code: number) => void },
  ) {
    this.socket = socket;
    this.#source = source;
    this.#limits = environment.limits;
    this.#clock = environment.clock;
    this.#logger = environment.logger;
    this.#onClosed = environment.onClosed;
    const target = {
      remote: socket.remote,
      hasRoom: () => this.#hasRoom(),
      mayLackCopies: () => this.#mayLackCopies(),
      send: (message: Uint8Array) => this.#send(message),
    };
    this.#answers = new FrameAnswers(source, target, environment);
  }

  get topics(): ReadonlySet<Topic> {
    return this.#topics;
  }

  /** Frames that wait to be sent. */
  get pendingFrames(): number {
    return this.#answers.waiting;
  }

  /** The length of the longest message that was sent. */
  get longestBytes(): number {
    return this.#longestBytes;
  }

  onMessage(text: string): void {
    if (this.#ended) return;
    const outcome = decodeRequest(text);
    if (outcome.status === 'refused') return this.#refuse(outcome.reason);
    const refused = this.#refused;
    this.#answer(outcome.request);
    if (this.#refused === refused) this.#refusedInARow = 0;
  }

  onBinary(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#refuse(`expected JSON text, found a binary frame of ${bytes.length} bytes`);
  }

  onClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#logger.info('consumer gone', { remote: this.socket.remote, code, reason: reason || undefined });
    this.#onClosed(code);
  }

  /** Sends what is new, if it was subscribed to. `key` is that of the frame which the message is a part of. */
  deliver(topic: Topic, message: Uint8Array, key?: PairKey): void {
    if (!this.#topics.has(topic) || this.#ended) return;
    const isBehind = this.#isBehind();
    if (this.#ended) return;
    // The waiting frame will hold this row.
    if (key !== undefined && this.#answers.noteNews(key)) return;
    if (!isBehind) return this.#send(message);
    if (key !== undefined) this.#answers.addInPlaceOfNews(key);
    else if (topic === 'whitelist') this.#whitelistDue = true;
    else this.#dropped += 1;
  }

  /** Notes that a frame is no more. */
  forget(key: PairKey): void {
    this.#answers.forget(key);
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.socket.close(code, reason);
  }

  #end(): void {
    this.#ended = true;
    this.#answers.close();
  }

  #answer(request: Request): void {
    switch (request.type) {
      case 'subscribe':
        return this.#subscribe(request);
      case 'whitelist':
        return this.#sendWhitelist();
      case 'analyzed_df':
        return this.#requestFrames(request.pair, request.rows);
    }
  }

  #subscribe({ topics, unknownTopics, isCandlecast }: Request & { readonly type: 'subscribe' }): void {
    this.#isCandlecast = isCandlecast;
    // An empty list is ignored, as stock producers do.
    if (topics.length > 0) this.#topics = new Set(topics);
    this.#logger.debug('subscribed', { remote: this.socket.remote, topics: topics.join(' ') });
    if (unknownTopics.length > 0) this.#refuse(`unknown topic ${named(unknownTopics)}`);
  }

  #sendWhitelist(): void {
    if (this.#isBehind()) this.#whitelistDue = true;
    else this.#send(this.#source.whitelistMessage());
  }

  #requestFrames(pair: string | null, rows: RowRange): void {
    if (pair !== null && !isPair(pair)) return this.#refuse(`expected a pair such as BTC/USDT, found ${named([pair])}`);
    const isFull = this.#source.keysOf(pair).some((key) => !this.#answers.add({ key, rows, byName: pair !== null }));
    this.#answers.awaitTurn();
    if (isFull) this.#refuse(`too many requests: ${this.#answers.waiting} frames wait to be sent; ask again later`);
  }

  #refuse(reason: string): void {
    this.#refusedInARow += 1;
    this.#refused += 1;
    const { mostRefused } = this.#limits;
    const fields = { remote: this.socket.remote, reason, refused: this.#refused };
    // A client that goes on does not fill the log.
    if (isTold(this.#refused)) this.#logger.warn('refused a message', fields);
    else this.#logger.debug('refused a message', fields);
    if (this.#refusedInARow > mostRefused) {
      this.close(closeCodes.policyViolation, `more than ${mostRefused} bad messages in a row`);
    } else if (!this.#isBehind()) this.#send(this.#source.exceptionMessage(reason));
  }

  /** A Candlecast consumer takes a short frame for what it is. Who is not subscribed asks for frames to look at them. */
  #mayLackCopies(): boolean {
    return !this.#isCandlecast && this.#topics.has('analyzed_df');
  }

  #hasRoom(): boolean {
    return this.socket.bufferedBytes < this.#limits.softLimitBytes;
  }

  #send(message: Uint8Array): void {
    if (this.#ended) return;
    this.#longestBytes = Math.max(this.#longestBytes, message.length);
    this.socket.sendText(message, () => this.#onSent());
  }

  #onSent(): void {
    if (this.#ended) return;
    if (this.#behindSince !== undefined && this.#hasRoom()) this.#catchUp();
    this.#answers.awaitTurn();
  }

  #catchUp(): void {
    this.#logger.info('consumer caught up', {
      remote: this.socket.remote,
      frames: this.#answers.waiting,
      events_lost: this.#dropped,
    });
    this.#behindSince = undefined;
    this.#dropped = 0;
    if (!this.#whitelistDue) return;
    this.#whitelistDue = false;
    this.#send(this.#source.whitelistMessage());
  }

  /** Past the hard limit, and until what was queued is read. Closes one that has been so for too long. */
  #isBehind(): boolean {
    if (this.#behindSince === undefined && this.socket.bufferedBytes < this.#limits.hardLimitBytes) return false;
    const now = this.#clock.now();
    if (this.#behindSince === undefined) {
      this.#behindSince = now;
      this.#logger.warn('consumer reads slowly', {
        remote: this.socket.remote,
        queued_bytes: this.socket.bufferedBytes,
      });
    } else if (now - this.#behindSince > this.#limits.drainTimeoutMs) {
      const seconds = Math.round(this.#limits.drainTimeoutMs / 1000);
      const reason = `did not read what was queued within ${seconds} s`;
      // It may never read why: the close frame stands behind all else.
      this.#logger.warn(`consumer closed: it ${reason}`, { remote: this.socket.remote, code: closeCodes.tooSlow });
      this.close(closeCodes.tooSlow, reason);
    }
    return true;
  }
}

/** Names that a consumer sent, for an answer and the log: neither may grow with what it sends. */
function named(names: readonly string[]): string {
  const shown = names.map((name) => JSON.stringify(name.slice(0, MOST_OF_A_NAME)));
  return listText(shown, MOST_NAMES);
}

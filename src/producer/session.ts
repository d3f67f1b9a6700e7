import { isPair, type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import { listText } from '../util/list-text.ts';
import type { Logger } from '../util/logger.ts';
import {
  closeCodes,
  decodeRequest,
  type MessageSocket,
  type MessageSocketEvents,
  type Request,
  type RowRange,
  type Topic,
  wholeFrame,
  widerRange,
} from '../wire/index.ts';
import type { ProducerLimits } from './producer-options.ts';

/** What a session asks of its producer. All are encoded messages. */
export interface SessionSource {
  /** The frames that answer a request for one pair, or for all of the whitelist. */
  keysOf(pair: Pair | null): readonly PairKey[];
  frameMessage(key: PairKey, rows: RowRange): Uint8Array;
  whitelistMessage(): Uint8Array;
  exceptionMessage(reason: string): Uint8Array;
}

interface PendingFrame {
  readonly key: PairKey;
  readonly rows: RowRange;
}

/** Requested frames handed to the socket in one turn, before what is new and the other consumers get theirs. */
const FRAMES_A_TURN = 8;

/** From this many bytes on a turn ends: about as much as is encoded in a few milliseconds. */
const BYTES_A_TURN = 256 * 1024;

const MOST_NAMES = 10;
const MOST_OF_A_NAME = 60;

/**
 * One consumer's connection: its topics, its requests, and how far behind it is. Requested frames wait in line for a later turn
 * and yield to new rows; a frame that waits is sent in its newest state, once, however often it was asked for. A consumer that
 * does not read costs bounded memory.
 */
export class Session implements MessageSocketEvents {
  readonly socket: MessageSocket;
  readonly #source: SessionSource;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onClosed: () => void;

  #topics: ReadonlySet<Topic> = new Set();
  readonly #pending = new Map<string, PendingFrame>();
  #turn: Timer | undefined;
  #behindSince: number | undefined;
  #whitelistDue = false;
  #dropped = 0;
  #refusedInARow = 0;
  #refused = 0;
  /** From when we close it, or it closed, nothing is sent any more. */
  #ended = false;
  #closed = false;

  constructor(
    socket: MessageSocket,
    source: SessionSource,
    environment: { limits: ProducerLimits; clock: Clock; logger: Logger; onClosed: () => void },
  ) {
    this.socket = socket;
    this.#source = source;
    this.#limits = environment.limits;
    this.#clock = environment.clock;
    this.#logger = environment.logger;
    this.#onClosed = environment.onClosed;
  }

  get topics(): ReadonlySet<Topic> {
    return this.#topics;
  }

  /** Frames that wait to be sent. */
  get pendingFrames(): number {
    return this.#pending.size;
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
    this.#onClosed();
  }

  /** Sends what is new, if it was subscribed to. `key` is that of the frame which the message is a part of. */
  deliver(topic: Topic, message: Uint8Array, key?: PairKey): void {
    if (!this.#topics.has(topic) || this.#ended) return;
    const isBehind = this.#isBehind();
    if (this.#ended) return;
    // The waiting frame will hold this row.
    if (key !== undefined && this.#pending.get(pairKeyText(key))?.rows.take === 'all') return;
    if (!isBehind) return this.#send(message);
    if (key !== undefined) this.#pending.set(pairKeyText(key), { key, rows: wholeFrame });
    else if (topic === 'whitelist') this.#whitelistDue = true;
    else this.#dropped += 1;
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.socket.close(code, reason);
  }

  #end(): void {
    this.#ended = true;
    this.#pending.clear();
    this.#turn?.cancel();
    this.#turn = undefined;
  }

  #answer(request: Request): void {
    switch (request.type) {
      case 'subscribe':
        return this.#subscribe(request.topics, request.unknownTopics);
      case 'whitelist':
        return this.#sendWhitelist();
      case 'analyzed_df':
        return this.#requestFrames(request.pair, request.rows);
    }
  }

  #subscribe(topics: readonly Topic[], unknown: readonly string[]): void {
    // An empty list is ignored, as stock producers do.
    if (topics.length > 0) this.#topics = new Set(topics);
    this.#logger.debug('subscribed', { remote: this.socket.remote, topics: topics.join(' ') });
    if (unknown.length > 0) this.#refuse(`unknown topic ${named(unknown)}`);
  }

  #sendWhitelist(): void {
    if (this.#isBehind()) this.#whitelistDue = true;
    else this.#send(this.#source.whitelistMessage());
  }

  #requestFrames(pair: string | null, rows: RowRange): void {
    if (pair !== null && !isPair(pair)) return this.#refuse(`expected a pair such as BTC/USDT, found ${named([pair])}`);
    const isFull = this.#source.keysOf(pair).some((key) => !this.#enqueue(key, rows));
    this.#awaitTurn();
    if (isFull) this.#refuse(`too many requests: ${this.#pending.size} frames wait to be sent; ask again later`);
  }

  /** Notes a frame as asked for, once, with all rows that were; false where too many wait. */
  #enqueue(key: PairKey, rows: RowRange): boolean {
    const keyText = pairKeyText(key);
    const waiting = this.#pending.get(keyText);
    if (waiting === undefined && this.#pending.size >= this.#limits.mostPending) return false;
    this.#pending.set(keyText, { key, rows: waiting === undefined ? rows : widerRange(waiting.rows, rows) });
    return true;
  }

  #refuse(reason: string): void {
    this.#refusedInARow += 1;
    this.#refused += 1;
    const { mostRefused } = this.#limits;
    const fields = { remote: this.socket.remote, reason, refused: this.#refused };
    // The 1st, 2nd, 4th, …: a client that goes on does not fill the log.
    if ((this.#refused & (this.#refused - 1)) === 0) this.#logger.warn('refused a message', fields);
    else this.#logger.debug('refused a message', fields);
    if (this.#refusedInARow > mostRefused) {
      this.close(closeCodes.policyViolation, `more than ${mostRefused} bad messages in a row`);
    } else if (!this.#isBehind()) this.#send(this.#source.exceptionMessage(reason));
  }

  /** Frames are encoded when it is their turn, never within a request or a socket's callback: those come in floods. */
  #awaitTurn(): void {
    if (this.#turn !== undefined || this.#pending.size === 0 || !this.#hasRoom()) return;
    this.#turn = this.#clock.setTimer(() => {
      this.#turn = undefined;
      this.#sendPending();
      this.#awaitTurn();
    }, 0);
  }

  #sendPending(): void {
    let [frames, bytes] = [0, 0];
    for (const [keyText, frame] of this.#pending) {
      if (frames >= FRAMES_A_TURN || bytes >= BYTES_A_TURN || !this.#hasRoom()) return;
      this.#pending.delete(keyText);
      const message = this.#answerOf(frame);
      this.#send(message);
      frames += 1;
      bytes += message.length;
    }
  }

  #hasRoom(): boolean {
    return this.socket.bufferedBytes < this.#limits.softLimitBytes;
  }

  /** A fault of ours is answered too: it must not end the process, nor the other consumers with it. */
  #answerOf({ key, rows }: PendingFrame): Uint8Array {
    try {
      return this.#source.frameMessage(key, rows);
    } catch (error) {
      const { remote } = this.socket;
      this.#logger.error(`could not answer a request: ${messageOf(error)}`, { remote, pair: key.pair });
      return this.#source.exceptionMessage('Error processing request');
    }
  }

  #send(message: Uint8Array): void {
    if (this.#ended) return;
    this.socket.sendText(message, () => this.#onSent());
  }

  #onSent(): void {
    if (this.#ended) return;
    if (this.#behindSince !== undefined && this.#hasRoom()) this.#catchUp();
    this.#awaitTurn();
  }

  #catchUp(): void {
    this.#logger.info('consumer caught up', {
      remote: this.socket.remote,
      frames: this.#pending.size,
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
      this.close(closeCodes.tooSlow, `did not read what was queued within ${seconds} s`);
    }
    return true;
  }
}

/** Names that a consumer sent, for an answer and the log: neither may grow with what it sends. */
function named(names: readonly string[]): string {
  const shown = names.map((name) => JSON.stringify(name.slice(0, MOST_OF_A_NAME)));
  return listText(shown, MOST_NAMES);
}

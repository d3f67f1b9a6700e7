import { isPair, type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
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

/** Frames handed to the socket in one go, before what is new gets its turn. */
const FRAMES_A_TURN = 8;

const MOST_NAMES = 10;
const MOST_OF_A_NAME = 60;

/**
 * One consumer's connection: its topics, its requests, and how far behind it is. Requested frames wait in line and yield to
 * new rows; a frame that waits is sent in its newest state. A consumer that does not read costs bounded memory.
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
    this.#refusedInARow = 0;
    this.#answer(outcome.request);
  }

  onBinary(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#refuse(`expected JSON text, found a binary frame of ${bytes.length} bytes`);
  }

  onClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended = true;
    this.#pending.clear();
    this.#logger.info('consumer gone', { remote: this.socket.remote, code, reason: reason || undefined });
    this.#onClosed();
  }

  /** Sends what is new, if it was subscribed to. `key` is that of the frame which the message is a part of. */
  deliver(topic: Topic, message: Uint8Array, key?: PairKey): void {
    if (!this.#topics.has(topic) || this.#ended) return;
    const isBehind = this.#isBehind();
    if (this.#ended) return;
    // The waiting frame will hold this row.
    if (key !== undefined && this.#pending.has(pendingKey(key, wholeFrame))) return;
    if (!isBehind) return this.#send(message);
    if (key !== undefined) this.#pending.set(pendingKey(key, wholeFrame), { key, rows: wholeFrame });
    else if (topic === 'whitelist') this.#whitelistDue = true;
    else this.#dropped += 1;
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pending.clear();
    this.socket.close(code, reason);
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
    for (const key of this.#source.keysOf(pair)) {
      if (this.#pending.size >= this.#limits.mostPending) {
        return this.#refuse(`too many requests: ${this.#pending.size} frames wait to be sent; ask again later`);
      }
      this.#pending.set(pendingKey(key, rows), { key, rows });
    }
    this.#sendPending();
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

  #sendPending(): void {
    for (let sent = 0; sent < FRAMES_A_TURN && this.#pending.size > 0; sent++) {
      if (this.socket.bufferedBytes >= this.#limits.softLimitBytes) return;
      for (const [id, frame] of this.#pending) {
        this.#pending.delete(id);
        this.#send(this.#answerOf(frame));
        break;
      }
    }
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
    if (this.#behindSince !== undefined && this.socket.bufferedBytes < this.#limits.softLimitBytes) this.#catchUp();
    this.#sendPending();
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
  const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name.slice(0, MOST_OF_A_NAME)));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function pendingKey(key: PairKey, rows: RowRange): string {
  return `${pairKeyText(key)}|${JSON.stringify(rows)}`;
}

import { isPair, type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
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
  #refused = 0;
  #whitelistDue = false;
  #dropped = 0;
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
    const outcome = decodeRequest(text);
    if (outcome.status === 'refused') return this.#refuse(outcome.reason);
    this.#refused = 0;
    this.#answer(outcome.request);
  }

  onBinary(bytes: Uint8Array): void {
    this.#refuse(`expected JSON text, found a binary frame of ${bytes.length} bytes`);
  }

  onClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.clear();
    this.#logger.info('consumer gone', { remote: this.socket.remote, code, reason: reason || undefined });
    this.#onClosed();
  }

  /** Sends what is new, if it was subscribed to. `key` is that of the frame which the message is a part of. */
  deliver(topic: Topic, message: Uint8Array, key?: PairKey): void {
    if (!this.#topics.has(topic) || this.#closed) return;
    // The waiting frame will hold this row.
    if (key !== undefined && this.#pending.has(pendingKey(key, wholeFrame))) return;
    if (!this.#isBehind()) return this.#send(message);
    if (key !== undefined) this.#pending.set(pendingKey(key, wholeFrame), { key, rows: wholeFrame });
    else if (topic === 'whitelist') this.#whitelistDue = true;
    else this.#dropped += 1;
  }

  close(code: number, reason: string): void {
    if (!this.#closed) this.socket.close(code, reason);
  }

  #answer(request: Request): void {
    switch (request.type) {
      case 'subscribe':
        return this.#subscribe(request.topics, request.unknownTopics);
      case 'whitelist':
        return this.#send(this.#source.whitelistMessage());
      case 'analyzed_df':
        return this.#requestFrames(request.pair, request.rows);
    }
  }

  #subscribe(topics: readonly Topic[], unknown: readonly string[]): void {
    // An empty list is ignored, as stock producers do.
    if (topics.length > 0) this.#topics = new Set(topics);
    this.#logger.debug('subscribed', { remote: this.socket.remote, topics: topics.join(' ') });
    if (unknown.length > 0) this.#refuse(`unknown topic ${unknown.map((topic) => `"${topic}"`).join(', ')}`);
  }

  #requestFrames(pair: string | null, rows: RowRange): void {
    if (pair !== null && !isPair(pair)) return this.#refuse(`expected a pair such as BTC/USDT, found "${pair}"`);
    for (const key of this.#source.keysOf(pair)) {
      if (this.#pending.size >= this.#limits.mostPending) {
        return this.#refuse(`too many requests: ${this.#pending.size} frames wait to be sent; ask again later`);
      }
      this.#pending.set(pendingKey(key, rows), { key, rows });
    }
    this.#sendPending();
  }

  #refuse(reason: string): void {
    this.#refused += 1;
    this.#logger.warn('refused a message', { remote: this.socket.remote, reason });
    if (this.#refused > this.#limits.mostRefused) {
      this.socket.close(closeCodes.policyViolation, `more than ${this.#limits.mostRefused} bad messages in a row`);
    } else if (!this.#isBehind()) this.#send(this.#source.exceptionMessage(reason));
  }

  #sendPending(): void {
    if (this.#closed) return;
    for (let sent = 0; sent < FRAMES_A_TURN && this.#pending.size > 0; sent++) {
      if (this.socket.bufferedBytes >= this.#limits.softLimitBytes) return;
      for (const [id, frame] of this.#pending) {
        this.#pending.delete(id);
        this.#send(this.#source.frameMessage(frame.key, frame.rows));
        break;
      }
    }
  }

  #send(message: Uint8Array): void {
    if (this.#closed) return;
    this.socket.sendText(message, () => this.#onSent());
  }

  #onSent(): void {
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
    if (this.#whitelistDue) this.#send(this.#source.whitelistMessage());
    this.#whitelistDue = false;
  }

  /** Past the hard limit, and until what was queued is read. Closes one that has been for too long. */
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
      this.socket.close(closeCodes.tooSlow, `read nothing for ${Math.round(this.#limits.drainTimeoutMs / 1000)} s`);
    }
    return true;
  }
}

function pendingKey(key: PairKey, rows: RowRange): string {
  return `${pairKeyText(key)}|${JSON.stringify(rows)}`;
}

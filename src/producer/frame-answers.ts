import { type PairKey, pairKeyText } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { type RowRange, wholeFrame, widerRange } from '../wire/index.ts';
import type { ProducerLimits } from './producer-options.ts';
import { ShortFrames } from './short-frames.ts';

/** Where answers come from. All are encoded messages. */
export interface AnswerSource {
  frameMessage(key: PairKey, rows: RowRange): Uint8Array;
  /** What must come before the whole of a short frame where a stock consumer has no copy to join it to. */
  firstCopyMessage(key: PairKey): Uint8Array;
  /** Whether these rows are all that there are, and too few for a stock consumer to take them for a whole frame. */
  isShortWhole(key: PairKey, rows: RowRange): boolean;
  exceptionMessage(reason: string): Uint8Array;
}

/** The connection that the answers go to. */
export interface AnswerTarget {
  readonly remote: string;
  /** Whether the socket takes more at present. */
  hasRoom(): boolean;
  /** Whether this may be a stock consumer that cannot take short frames. */
  mayLackCopies(): boolean;
  send(message: Uint8Array): void;
}

/** A frame that was asked for. */
export interface AskedFrame {
  readonly key: PairKey;
  readonly rows: RowRange;
  /** Whether its pair was asked for by name, as consumers do who miss something. */
  readonly byName: boolean;
}

/** Requested frames handed to the socket in one turn, before what is new and the other consumers get theirs. */
const FRAMES_A_TURN = 8;

/** From this many bytes on a turn ends: about as much as is encoded in a few milliseconds. */
const BYTES_A_TURN = 256 * 1024;

/**
 * The frames that a consumer has asked for and not got yet. They wait in line for a later turn and yield to new rows; a frame that
 * waits is sent in its newest state, once, however often it was asked for.
 */
export class FrameAnswers {
  readonly #source: AnswerSource;
  readonly #target: AnswerTarget;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pending = new Map<string, AskedFrame>();
  readonly #shortFrames: ShortFrames;
  #turn: Timer | undefined;

  constructor(
    source: AnswerSource,
    target: AnswerTarget,
    environment: { readonly limits: ProducerLimits; readonly clock: Clock; readonly logger: Logger },
  ) {
    this.#source = source;
    this.#target = target;
    this.#limits = environment.limits;
    this.#clock = environment.clock;
    this.#logger = environment.logger;
    this.#shortFrames = new ShortFrames(environment.clock, (keys) => this.#sendAgain(keys));
  }

  /** Frames that wait to be sent. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Notes a frame as asked for, once, with all rows that were; false where too many wait. */
  add(asked: AskedFrame): boolean {
    const keyText = pairKeyText(asked.key);
    const waiting = this.#pending.get(keyText);
    if (waiting === undefined && this.#pending.size >= this.#limits.mostPending) return false;
    const { key, rows, byName } = asked;
    const both = waiting && { key, rows: widerRange(waiting.rows, rows), byName: waiting.byName || byName };
    this.#pending.set(keyText, both ?? asked);
    return true;
  }

  /** Notes that rows of a frame are news. True where the whole of it waits to be sent, which will hold them. */
  noteNews(key: PairKey): boolean {
    this.#shortFrames.noteNews(key);
    return this.#pending.get(pairKeyText(key))?.rows.take === 'all';
  }

  /** Has the whole of a frame sent in the place of rows for which there is no room. There is always room for this. */
  addInPlaceOfNews(key: PairKey): void {
    this.#pending.set(pairKeyText(key), { key, rows: wholeFrame, byName: false });
  }

  /** Notes that a frame is no more. */
  forget(key: PairKey): void {
    this.#shortFrames.forget(key);
  }

  /** Frames are encoded when it is their turn, never within a request or a socket's callback: those come in floods. */
  awaitTurn(): void {
    if (this.#turn !== undefined || this.#pending.size === 0 || !this.#target.hasRoom()) return;
    this.#turn = this.#clock.setTimer(() => {
      this.#turn = undefined;
      this.#sendPending();
      this.awaitTurn();
    }, 0);
  }

  close(): void {
    this.#pending.clear();
    this.#shortFrames.close();
    this.#turn?.cancel();
    this.#turn = undefined;
  }

  #sendPending(): void {
    let [frames, bytes] = [0, 0];
    for (const [keyText, asked] of this.#pending) {
      if (frames >= FRAMES_A_TURN || bytes >= BYTES_A_TURN || !this.#target.hasRoom()) return;
      this.#pending.delete(keyText);
      for (const message of this.#answersTo(asked)) {
        this.#target.send(message);
        bytes += message.length;
      }
      frames += 1;
    }
  }

  #answersTo({ key, rows, byName }: AskedFrame): readonly Uint8Array[] {
    const answer = this.#answerOf(() => this.#source.frameMessage(key, rows), key);
    if (!this.#target.mayLackCopies()) return [answer];
    const isShortWhole = this.#source.isShortWhole(key, rows);
    if (!this.#shortFrames.needsFirstCopy(key, { isShortWhole, byName })) return [answer];
    return [this.#answerOf(() => this.#source.firstCopyMessage(key), key), answer];
  }

  #sendAgain(keys: readonly PairKey[]): void {
    if (!this.#target.mayLackCopies()) return;
    for (const key of keys) {
      if (this.#source.isShortWhole(key, wholeFrame)) this.add({ key, rows: wholeFrame, byName: false });
    }
    this.awaitTurn();
  }

  /** A fault of ours is answered too: it must not end the process, nor the other consumers with it. */
  #answerOf(encode: () => Uint8Array, key: PairKey): Uint8Array {
    try {
      return encode();
    } catch (error) {
      const { remote } = this.#target;
      this.#logger.error(`could not answer a request: ${messageOf(error)}`, { remote, pair: key.pair });
      return this.#source.exceptionMessage('Error processing request');
    }
  }
}

import { candlePatienceMs } from '../consumer/index.ts';
import type { Pair, Timeframe } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { ProducerRead } from './bot-data-provider.ts';
import { namedPairs } from './named-pairs.ts';

/** What the notes are made of. */
export interface LateFrameNotesParts {
  /** The bot's own, which says how long a candle waits. */
  readonly timeframe: Timeframe;
  /** Whether a producer is known to be away, which its connection has told already. */
  readonly isAway: (producer: string) => boolean;
  readonly wallClock: Clock;
  readonly logger: Logger;
}

/** For so long what happens to several pairs is summed up. */
const SUM_MS = 2_000;

/** The frames of one producer and timeframe. */
interface Note {
  readonly read: ProducerRead;
  /** By the pair whose analysis lacked the candle, the pair whose frame it is. */
  readonly late: Map<Pair, Pair>;
  isTold: boolean;
}

/**
 * Tells when producers' newest candles were waited for in vain, and when they come in time again: once for each change, summed up
 * over the pairs.
 */
export class LateFrameNotes {
  readonly #parts: LateFrameNotesParts;
  readonly #notes = new Map<string, Note>();
  #timer: Timer | undefined;

  constructor(parts: LateFrameNotesParts) {
    this.#parts = parts;
  }

  /** A pair's new candle is analyzed, without the newest candle of these frames. */
  onDue(pair: Pair, late: readonly ProducerRead[]): void {
    for (const { late: pairs } of this.#notes.values()) pairs.delete(pair);
    for (const read of late) {
      const id = `${read.producer}|${read.key.timeframe}`;
      const note = this.#notes.get(id) ?? { read, late: new Map<Pair, Pair>(), isTold: false };
      note.late.set(pair, read.key.pair);
      this.#notes.set(id, note);
    }
    if (this.#notes.size > 0) this.#timer ??= this.#parts.wallClock.setTimer(() => this.#look(), SUM_MS);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    this.#timer = undefined;
    for (const [id, note] of this.#notes) {
      if (note.late.size === 0) this.#notes.delete(id);
      this.#tell(note);
    }
  }

  #tell(note: Note): void {
    const { timeframe, isAway, logger } = this.#parts;
    const { producer, key } = note.read;
    if (note.late.size === 0) {
      if (note.isTold && !isAway(producer))
        logger.info(`in time again: ${key.timeframe} frames of producer "${producer}"`);
      return;
    }
    if (note.isTold) return;
    note.isTold = true;
    const pairs = [...new Set(note.late.values())];
    const what = `the newest candle of the ${key.timeframe} frame of ${namedPairs(pairs)} from producer "${producer}"`;
    logger.info(`analysing without ${what}, which has not come within ${candlePatienceMs(timeframe) / 1000} s`);
  }
}

import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/clock.ts';

/** What a proxy does to all that passes it. Changes while it runs. */
export interface LaneSettings {
  bytesPerSecond: number;
  readonly latencyMs: number;
  isStalled: boolean;
  /** Chunks that still are to be damaged. */
  toCorrupt: number;
}

/** One direction of all of a proxy's connections, which share what it carries. */
export interface LanePace {
  /** Until when what was taken so far keeps it busy. */
  freeMs: number;
  /** Passed on so far. */
  bytes: number;
}

/** Taken from a socket at a time: little enough that a slow link moves steadily. */
const CHUNK_BYTES = 4096;

/** Timers are late by a millisecond or so; what a link could have carried meanwhile, it carries then. */
const MOST_CATCHING_UP_MS = 20;

interface UnderWay {
  readonly dueMs: number;
  readonly chunk: Uint8Array;
}

/** One direction of a proxied connection: takes bytes from a socket no faster than it may, and hands them to the other later. */
export class FaultyLane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #clock: Clock;
  readonly #settings: LaneSettings;
  readonly #pace: LanePace;
  readonly #mayCorrupt: boolean;
  readonly #underWay: UnderWay[] = [];
  #timer: Timer | undefined;
  #hasEnded = false;
  #isClosed = false;

  constructor(
    from: Socket,
    to: Socket,
    options: {
      readonly clock: Clock;
      readonly settings: LaneSettings;
      readonly pace: LanePace;
      readonly mayCorrupt: boolean;
    },
  ) {
    this.#from = from;
    this.#to = to;
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#pace = options.pace;
    this.#mayCorrupt = options.mayCorrupt;
    from.on('readable', () => this.wake());
    from.on('end', () => {
      this.#hasEnded = true;
      this.wake();
    });
    to.on('drain', () => this.wake());
  }

  /** Looks again at what can be done. */
  wake(): void {
    if (this.#isClosed || this.#settings.isStalled) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    const hasToWait = this.#take();
    this.#hand();
    this.#wakeLater(hasToWait);
  }

  /** Nothing passes any more. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#underWay.length = 0;
  }

  /** Tells whether there may be more than could be taken by now. */
  #take(): boolean {
    const { latencyMs, bytesPerSecond } = this.#settings;
    for (;;) {
      const now = this.#clock.now();
      if (this.#to.writableNeedDrain) return false;
      if (this.#pace.freeMs > now) return true;
      const waiting = this.#from.readableLength;
      if (waiting === 0) {
        // What is not asked for is not read from the kernel either.
        this.#from.read(0);
        return false;
      }
      const chunk: unknown = this.#from.read(Math.min(CHUNK_BYTES, waiting));
      if (!(chunk instanceof Uint8Array)) return false;
      this.#pace.freeMs =
        Math.max(this.#pace.freeMs, now - MOST_CATCHING_UP_MS) + (1000 * chunk.length) / bytesPerSecond;
      this.#underWay.push({ dueMs: now + latencyMs, chunk: this.#damaged(chunk) });
      if (latencyMs === 0) this.#hand();
    }
  }

  #hand(): void {
    const now = this.#clock.now();
    while (this.#underWay.length > 0 && this.#underWay[0].dueMs <= now) {
      const [{ chunk }] = this.#underWay.splice(0, 1);
      this.#pace.bytes += chunk.length;
      this.#to.write(chunk);
    }
    if (this.#hasEnded && this.#underWay.length === 0 && this.#from.readableLength === 0) this.#to.end();
  }

  #wakeLater(hasToWait: boolean): void {
    const now = this.#clock.now();
    const due = this.#underWay.at(0)?.dueMs ?? Infinity;
    // It may be free by now, and nothing else would wake it.
    const nextMs = Math.min(due, hasToWait ? this.#pace.freeMs : Infinity);
    if (nextMs < Infinity) this.#timer = this.#clock.setTimer(() => this.wake(), Math.max(0, nextMs - now));
  }

  #damaged(chunk: Uint8Array): Uint8Array {
    if (!this.#mayCorrupt || this.#settings.toCorrupt === 0) return chunk;
    this.#settings.toCorrupt -= 1;
    const damaged = chunk.slice();
    damaged[damaged.length >> 1] ^= 0x10;
    return damaged;
  }
}

import type { Clock, Timer } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import type { LinkConditions, MessageFaults } from './link-conditions.ts';

/** What crosses a websocket: messages, and the frames that keep it alive or end it. */
export type Parcel =
  | { readonly form: 'text' | 'binary'; readonly bytes: Uint8Array }
  | { readonly form: 'ping' | 'pong'; readonly bytes: Uint8Array }
  | { readonly form: 'close'; readonly bytes: Uint8Array; readonly code: number; readonly reason: string };

interface Waiting {
  readonly parcel: Parcel;
  readonly sentMs: number;
  readonly onSent: (() => void) | undefined;
}

/** Of a websocket frame, besides its message. */
const FRAME_BYTES = 4;
const MOST_FLIPPED_BITS = 3;
const MOST_DELAY_MS = 3_000;

/**
 * One direction of a simulated connection: parcels leave in order as fast as the link carries them, and arrive a latency later unless
 * a fault befalls them. What has not left counts as buffered.
 */
export class SimulatedPipe {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #conditions: () => LinkConditions;
  readonly #deliver: (parcel: Parcel) => void;
  readonly #mayFail: (parcel: Parcel, fault: keyof MessageFaults) => boolean;
  readonly #tell: (fault: string, parcel: Parcel) => void;

  readonly #waiting: Waiting[] = [];
  #bufferedBytes = 0;
  /** Left the sender, and not arrived. */
  #inFlightBytes = 0;
  /** When the link has carried all that left. */
  #carriedMs = 0;
  /** When the last of those in order arrives. */
  #arrivesMs = 0;
  #stalledUntilMs = 0;
  /** Arrived, and not handed over yet. */
  readonly #stalled: { readonly parcel: Parcel | undefined; readonly size: number }[] = [];
  #isDead = false;
  #isClosed = false;
  #pump: Timer | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    /** Asked for each parcel, so that they may change meanwhile. */
    readonly conditions: () => LinkConditions;
    readonly deliver: (parcel: Parcel) => void;
    /** Whether this may befall a parcel. Any may be late. */
    readonly mayFail: (parcel: Parcel, fault: keyof MessageFaults) => boolean;
    /** Hears of every fault that befell a parcel. */
    readonly tell: (fault: string, parcel: Parcel) => void;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#conditions = options.conditions;
    this.#deliver = options.deliver;
    this.#mayFail = options.mayFail;
    this.#tell = options.tell;
  }

  /** Bytes handed over that have not left the sender. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(parcel: Parcel, onSent?: () => void): void {
    if (this.#isClosed) return;
    this.#waiting.push({ parcel, sentMs: this.#clock.now(), onSent });
    this.#bufferedBytes += parcel.bytes.length;
    this.#wake(0);
  }

  /** Nothing moves for a time; what was underway arrives afterwards. */
  stall(ms: number): void {
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.#clock.now() + ms);
  }

  /** From now on nothing arrives, and neither end is told. */
  die(): void {
    this.#isDead = true;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The connection is over: what has not arrived never does. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#bufferedBytes = 0;
    this.#pump?.cancel();
  }

  #wake(delayMs: number): void {
    this.#pump ??= this.#clock.setTimer(() => {
      this.#pump = undefined;
      this.#leave();
    }, delayMs);
  }

  /** Lets as much leave as there is room for between the ends. */
  #leave(): void {
    const { bufferBytes } = this.#conditions();
    while (this.#waiting.length > 0 && (this.#inFlightBytes === 0 || this.#inFlightBytes < bufferBytes)) {
      const [first] = this.#waiting.splice(0, 1);
      const { bytes } = first.parcel;
      this.#bufferedBytes -= bytes.length;
      this.#inFlightBytes += bytes.length + FRAME_BYTES;
      // As a kernel does: whoever sent it may use its memory again when the other end has it.
      this.#travel({ ...first, parcel: { ...first.parcel, bytes: bytes.slice() } });
      first.onSent?.();
      // Whoever hears that it was sent may end the connection.
      if (this.#isClosed) return;
    }
  }

  #travel({ parcel, sentMs }: Waiting): void {
    const now = this.#clock.now();
    const { latencyMs, bytesPerSecond, faults } = this.#conditions();
    const size = parcel.bytes.length + FRAME_BYTES;
    this.#carriedMs = Math.max(this.#carriedMs, now) + (size / bytesPerSecond) * 1000;
    const happens = (chance: number) => chance > 0 && this.#random.next() < chance;
    const fails = (fault: keyof MessageFaults) => happens(faults[fault]) && this.#mayFail(parcel, fault);
    if (happens(faults.delay)) this.#late('delay', parcel);
    const next = this.#waiting.at(0);
    const isInBatch = next !== undefined && next.sentMs === sentMs;
    const inOrderMs = Math.max(this.#carriedMs + latencyMs, this.#arrivesMs);
    this.#arrivesMs = inOrderMs;
    if (isInBatch && happens(faults.split)) this.#late('split', parcel);
    const isDropped = fails('drop');
    const isReordered = fails('reorder');
    const arrived = fails('corrupt') ? this.#corrupted(parcel) : parcel;
    if (isDropped) this.#tell('drop', parcel);
    if (isReordered) this.#tell('reorder', parcel);
    const atMs = isReordered ? inOrderMs + this.#random.next() * MOST_DELAY_MS : inOrderMs;
    this.#clock.setTimer(() => this.#arrive(isDropped ? undefined : arrived, size), atMs - now);
    if (isDropped || !fails('duplicate')) return;
    this.#tell('duplicate', parcel);
    this.#clock.setTimer(() => this.#arrive(arrived, 0), atMs - now + this.#random.next() * MOST_DELAY_MS);
  }

  #late(fault: string, parcel: Parcel): void {
    this.#arrivesMs = Math.max(this.#arrivesMs, this.#clock.now() + this.#random.next() * MOST_DELAY_MS);
    this.#tell(fault, parcel);
  }

  #arrive(parcel: Parcel | undefined, size: number): void {
    if (this.#isClosed || this.#isDead) return;
    // What came before a stall ends goes first.
    this.#stalled.push({ parcel, size });
    this.#release();
  }

  #release(): void {
    const stallMs = this.#stalledUntilMs - this.#clock.now();
    if (stallMs > 0) {
      this.#clock.setTimer(() => this.#release(), stallMs);
      return;
    }
    while (this.#stalled.length > 0 && !this.#isClosed && !this.#isDead) {
      const [{ parcel, size }] = this.#stalled.splice(0, 1);
      this.#inFlightBytes -= size;
      if (this.#waiting.length > 0) this.#wake(0);
      if (parcel !== undefined) this.#deliver(parcel);
    }
  }

  #corrupted(parcel: Parcel): Parcel {
    const bytes = parcel.bytes.slice();
    const flips = 1 + this.#random.below(MOST_FLIPPED_BITS);
    for (let i = 0; i < flips && bytes.length > 0; i++) {
      const place = this.#random.below(bytes.length);
      bytes[place] ^= 1 << this.#random.below(8);
    }
    this.#tell('corrupt', parcel);
    return { ...parcel, bytes };
  }
}

import { type Pair, type PairKey, pairKeyText, type TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { MOST_ROWS_BY_LIMIT } from '../wire/index.ts';
import type { Ask } from './apply-frame.ts';

/** A request without an answer for so long may be made again. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Requests for one frame that follow each other at once; from then on each waits twice as long as the one before. */
const PROMPT_REQUESTS = 2;

/** The longest wait between requests for a frame that the producer never sends in a usable form, in request timeouts. */
const WIDEST_WAIT = 32;

/**
 * After so many requests for one frame the next one of several rows is taken for the answer, whatever its labels say, where
 * they are a stock producer's: it broadcasts single rows, and a strategy that drops rows leaves labels that count from anywhere.
 */
const PATIENT_REQUESTS = 3;

interface FrameState {
  readonly key: PairKey;
  /** What the producer still owes. */
  ask: Ask | undefined;
  askedAt: TimestampMs;
  /** Requests since the frame was last of use. */
  tries: number;
  /** Row counts of requests that were made again before an answer came, which may still come: fewer rows than are wanted now. */
  readonly overtaken: Set<number>;
}

/** The part of a frame's message that tells what it is. */
interface Labelled {
  readonly key: PairKey;
  readonly frame: { readonly length: number };
  readonly firstRow?: number;
  /** Whether its labels are meant, as those of Candlecast peers are. */
  readonly declared?: boolean;
}

/**
 * What a session has asked its producer for, and which frames are answers to that: one outstanding request a frame, repeated
 * only where an answer fails to come or to help, and then at widening intervals.
 */
export class FrameRequests {
  readonly #clock: Clock;
  readonly #initialRows: number;
  readonly #frames = new Map<string, FrameState>();
  readonly #pairsAskedAt = new Map<Pair, TimestampMs>();
  #allAskedAt: TimestampMs = 0;

  /** @param options.initialRows what a request for the whole of a frame asks for; 0 is all. */
  constructor(options: { readonly clock: Clock; readonly initialRows: number }) {
    this.#clock = options.clock;
    this.#initialRows = Math.min(options.initialRows, MOST_ROWS_BY_LIMIT);
  }

  /** Notes that every frame was asked for. */
  askedForAll(): void {
    this.#allAskedAt = this.#clock.now();
  }

  /** Notes that all frames of a pair were asked for, anew where they had been before. */
  askedForPair(pair: Pair): void {
    this.#pairsAskedAt.set(pair, this.#clock.now());
    for (const [keyText, { key }] of this.#frames) if (key.pair === pair) this.#frames.delete(keyText);
  }

  /** Forgets the requests for other pairs than these: what is known of them must not pile up. */
  keepPairs(pairs: readonly Pair[]): void {
    const kept = new Set(pairs);
    for (const pair of this.#pairsAskedAt.keys()) if (!kept.has(pair)) this.#pairsAskedAt.delete(pair);
    for (const [keyText, { key }] of this.#frames) if (!kept.has(key.pair)) this.#frames.delete(keyText);
  }

  /** The request that a frame answers, undefined for a broadcast. */
  answeredBy(message: Labelled): Ask | undefined {
    const state = this.#stateOf(message.key);
    return state.ask !== undefined && this.#isAnswer(message, state.ask, state) ? state.ask : undefined;
  }

  /**
   * Answers and broadcasts look alike. An answer is empty, has as many rows as were asked for, or begins with the producer's first
   * row, which its index label 0 shows; a row that is broadcast meanwhile is none of these, nor are rows that a Candlecast peer
   * broadcasts since its strategy rewrote them.
   */
  #isAnswer({ frame, firstRow, declared }: Labelled, ask: Ask, { tries, overtaken }: FrameState): boolean {
    if (frame.length === 0 || firstRow === 0) return true;
    const rows = this.#rowsOf(ask);
    if (rows > 0 && frame.length >= rows) return true;
    // The late answer to an earlier request. It comes once: from then on a frame of that length is another.
    if (overtaken.delete(frame.length)) return false;
    return frame.length > 1 && (firstRow === undefined || (declared !== true && tries >= PATIENT_REQUESTS));
  }

  /** Notes that an answer came. */
  settle(key: PairKey): void {
    const state = this.#noted(key);
    state.ask = undefined;
    // Answers come in the order of the requests.
    state.overtaken.clear();
  }

  /** Notes that a frame was of use: the next request for it is the first again. */
  succeed(key: PairKey): void {
    this.#noted(key).tries = 0;
  }

  /** Notes a request for a frame and gives the limit for it, 0 for all; undefined where one is on its way or has to wait. */
  begin(key: PairKey, ask: Ask): number | undefined {
    const state = this.#noted(key);
    const now = this.#clock.now();
    if (now - state.askedAt < waitOf(state)) return undefined;
    const rows = this.#rowsOf(ask);
    if (typeof state.ask === 'number') state.overtaken.add(state.ask);
    state.ask = this.#isWhole(ask) ? 'whole' : ask;
    state.askedAt = now;
    state.tries += 1;
    return rows;
  }

  /** No request asks for more rows than were asked for at first, which may be all that a message has room for. */
  #rowsOf(ask: Ask): number {
    return this.#isWhole(ask) ? this.#initialRows : ask;
  }

  #isWhole(ask: Ask): ask is 'whole' {
    return ask === 'whole' || (this.#initialRows > 0 && ask >= this.#initialRows);
  }

  /** The state of a frame; of one that was only asked for along with others, that. */
  #stateOf(key: PairKey): FrameState {
    const askedAt = this.#pairsAskedAt.get(key.pair) ?? this.#allAskedAt;
    return this.#frames.get(pairKeyText(key)) ?? { key, ask: 'whole', askedAt, tries: 0, overtaken: new Set() };
  }

  #noted(key: PairKey): FrameState {
    const state = this.#stateOf(key);
    this.#frames.set(pairKeyText(key), state);
    return state;
  }
}

/** How long after a request the next one for the same frame may follow. */
function waitOf({ ask, tries }: FrameState): number {
  if (ask === undefined && tries < PROMPT_REQUESTS) return 0;
  return REQUEST_TIMEOUT_MS * Math.min(WIDEST_WAIT, 2 ** Math.max(0, tries - PROMPT_REQUESTS));
}

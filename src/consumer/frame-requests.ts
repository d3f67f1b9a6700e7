import { type Pair, type PairKey, pairKeyText, type TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { MOST_ROWS_BY_LIMIT } from '../wire/index.ts';
import type { Ask } from './apply-frame.ts';
import { fewerRows, type MessageLength, rowsThatFit } from './too-long.ts';
import { TooLongFrames } from './too-long-frames.ts';

/** A request without an answer for so long may be made again. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A request may be lost although others are answered: it waits for its turn no longer than so many request timeouts. */
const LONGEST_TURN = 6;

/** Requests for one frame that follow each other at once; from then on each waits twice as long as the one before. */
const PROMPT_REQUESTS = 2;

/** The longest wait between requests for a frame that the producer never sends in a usable form, in request timeouts. */
const WIDEST_WAIT = 32;

/** So many times as many rows are worth a request. */
const WORTH_ASKING = 1.1;

interface FrameState {
  readonly key: PairKey;
  /** What the producer still owes. */
  ask: Ask | undefined;
  /** The rows that the newest request named; 0 is all. */
  asked: number;
  askedAt: TimestampMs;
  /** Requests since the frame was last of use. */
  tries: number;
  /** Row counts of requests that were made again before an answer came, which may still come: fewer rows than are wanted now. */
  readonly overtaken: Set<number>;
  /** Whether the rows that are expected to fit come from an answer that was too long, and none that fits came since. */
  isEstimate: boolean;
  hasAskedForMore: boolean;
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
  readonly #tooLong: TooLongFrames;
  readonly #frames = new Map<string, FrameState>();
  readonly #pairsAskedAt = new Map<Pair, TimestampMs>();
  #allAskedAt: TimestampMs = 0;
  #rowsOfAll: number;
  #answeredAt: TimestampMs = 0;

  /**
   * @param options.initialRows what a request for the whole of a frame asks for; 0 is all.
   * @param options.tooLong frames of which fewer rows are asked for.
   */
  constructor(options: { readonly clock: Clock; readonly initialRows: number; readonly tooLong?: TooLongFrames }) {
    this.#clock = options.clock;
    this.#initialRows = Math.min(options.initialRows, MOST_ROWS_BY_LIMIT);
    this.#rowsOfAll = this.#initialRows;
    this.#tooLong = options.tooLong ?? new TooLongFrames();
  }

  /** Notes that so many rows of every frame were asked for. */
  askedForAll(rows: number): void {
    this.#allAskedAt = this.#clock.now();
    this.#rowsOfAll = Math.min(rows, MOST_ROWS_BY_LIMIT);
  }

  /** Notes that all frames of a pair were asked for, anew where they had been before. */
  askedForPair(pair: Pair): void {
    this.#pairsAskedAt.set(pair, this.#clock.now());
    for (const state of this.#frames.values()) {
      if (state.key.pair !== pair) continue;
      state.tries = 0;
      this.#overtake(state);
      this.#askFor(state, 'whole', this.#initialRows);
    }
  }

  /**
   * Forgets the requests for other pairs than these: what is known of them must not pile up. Of frames that are held it is kept,
   * for their answers may still come, and are no more than what was asked for.
   */
  keepPairs(pairs: readonly Pair[], held: readonly PairKey[]): void {
    const kept = new Set(pairs);
    const keptFrames = new Set(held.map(pairKeyText));
    for (const pair of this.#pairsAskedAt.keys()) if (!kept.has(pair)) this.#pairsAskedAt.delete(pair);
    for (const [keyText, { key }] of this.#frames) {
      if (!kept.has(key.pair) && !keptFrames.has(keyText)) this.#frames.delete(keyText);
    }
  }

  /** The request that a frame answers, undefined for a broadcast. */
  answeredBy(message: Labelled): Ask | undefined {
    const state = this.#stateOf(message.key);
    return state.ask !== undefined && this.#isAnswer(message, state) ? state.ask : undefined;
  }

  /**
   * Answers and broadcasts look alike. An answer is empty, has as many rows as were asked for, or begins with the producer's first
   * row, which its index label 0 shows; a row that is broadcast meanwhile is none of these, nor are rows that a Candlecast peer
   * broadcasts since its strategy rewrote them. Others broadcast single rows, so that several are an answer, whatever their labels
   * say: those of a strategy that drops rows count from anywhere.
   */
  #isAnswer({ frame, firstRow, declared }: Labelled, { asked, overtaken }: FrameState): boolean {
    if (frame.length === 0 || firstRow === 0) return true;
    if (asked > 0 && frame.length >= asked) return true;
    // The late answer to an earlier request. It comes once: from then on a frame of that length is another.
    if (overtaken.delete(frame.length)) return false;
    return frame.length > 1 && (firstRow === undefined || declared !== true);
  }

  /** Notes that an answer came. */
  settle(key: PairKey): void {
    const state = this.#noted(key);
    if (state.ask !== undefined) this.#answeredAt = this.#clock.now();
    state.ask = undefined;
    // Answers come in the order of the requests.
    state.overtaken.clear();
  }

  /** Notes that a frame was of use: the next request for it is the first again. */
  succeed(key: PairKey): void {
    this.#noted(key).tries = 0;
  }

  /**
   * Notes a request for a frame and gives the limit for it, 0 for all; undefined where one is on its way or has to wait.
   *
   * @param rows how many rows to name. Default: those that are wanted, or that are expected to fit.
   */
  begin(key: PairKey, ask: Ask, rows = this.#rowsOf(key, ask)): number | undefined {
    const state = this.#noted(key);
    if (this.#clock.now() - this.#waitsSince(state) < waitOf(state) || this.#tooLong.rowsOf(key) === 0)
      return undefined;
    this.#overtake(state);
    this.#askFor(state, this.#isWhole(key, ask) ? 'whole' : ask, rows);
    state.tries += 1;
    return rows;
  }

  /** Producers answer one request after the other: while answers come, those that are owed are on their way. */
  #waitsSince({ ask, askedAt }: FrameState): TimestampMs {
    if (ask === undefined) return askedAt;
    return Math.min(Math.max(askedAt, this.#answeredAt), askedAt + LONGEST_TURN * REQUEST_TIMEOUT_MS);
  }

  #askFor(state: FrameState, ask: Ask, rows: number): void {
    state.ask = ask;
    state.asked = rows;
    state.askedAt = this.#clock.now();
  }

  #overtake(state: FrameState): void {
    if (typeof state.ask === 'number') state.overtaken.add(state.ask);
    state.ask = undefined;
  }

  /**
   * Notes that a frame did not fit into a message. Where it answers a request for the whole, fewer rows are expected to fit: for the
   * first time, or since an answer of no more rows than were expected to fit was too long. Of one row none is asked for any more.
   */
  tooLong(key: PairKey, length: MessageLength): void {
    const state = this.#noted(key);
    const { ask, asked, isEstimate } = state;
    if (ask === undefined) return;
    // Rows that close a gap are never so many: others were broadcast, and these are still to come.
    if (ask !== 'whole') return this.#overtake(state);
    const fitting = this.#tooLong.rowsOf(key);
    if (fitting === undefined || (asked > 0 && asked <= fitting)) {
      // Of a whole frame nobody knows how many rows it has; so many at most are from now on.
      const fewer = asked === 0 ? MOST_ROWS_BY_LIMIT : fewerRows({ rows: asked, again: isEstimate }, length);
      this.#tooLong.note(key, fewer);
      state.isEstimate = asked > 0;
    }
    this.settle(key);
    // What follows is as many rows as are expected to fit, or fewer: there is an end to them.
    this.succeed(key);
  }

  /**
   * Notes that an answer to a request for the whole did fit into a message, and gives how many rows to ask for where there may be
   * more that fit. That is tried once, since rows are not all of one length.
   */
  fits({ key, frame }: Labelled, length: MessageLength): number | undefined {
    const state = this.#noted(key);
    const wanted = this.#initialRows === 0 ? Infinity : this.#initialRows;
    state.isEstimate = false;
    if (frame.length === 0) return undefined;
    if (frame.length < state.asked || state.asked === 0 || frame.length >= wanted) {
      this.#tooLong.forget(key);
      return undefined;
    }
    const fitting = this.#tooLong.rowsOf(key);
    if (fitting !== undefined && frame.length > fitting) this.#tooLong.note(key, frame.length);
    const rows = Math.min(wanted, MOST_ROWS_BY_LIMIT, rowsThatFit(frame.length, length));
    if (state.hasAskedForMore || rows < WORTH_ASKING * frame.length) return undefined;
    state.hasAskedForMore = true;
    return rows;
  }

  /** No request asks for more rows than were asked for at first, nor for more than fit into a message. */
  #rowsOf(key: PairKey, ask: Ask): number {
    return this.#isWhole(key, ask) ? this.#mostRows(key) : ask;
  }

  #isWhole(key: PairKey, ask: Ask): ask is 'whole' {
    const most = this.#mostRows(key);
    return ask === 'whole' || (most > 0 && ask >= most);
  }

  /** 0 is all. */
  #mostRows(key: PairKey): number {
    const fitting = this.#tooLong.rowsOf(key) ?? 0;
    if (fitting === 0) return this.#initialRows;
    return this.#initialRows === 0 ? fitting : Math.min(fitting, this.#initialRows);
  }

  /** The state of a frame; of one that was only asked for along with others, that. */
  #stateOf(key: PairKey): FrameState {
    const known = this.#frames.get(pairKeyText(key));
    if (known !== undefined) return known;
    const pairAskedAt = this.#pairsAskedAt.get(key.pair);
    return {
      key,
      ask: 'whole',
      asked: pairAskedAt === undefined ? this.#rowsOfAll : this.#initialRows,
      askedAt: pairAskedAt ?? this.#allAskedAt,
      tries: 0,
      overtaken: new Set(),
      isEstimate: false,
      hasAskedForMore: false,
    };
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

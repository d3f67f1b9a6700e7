import type { CopyView } from '../../consumer/index.ts';
import type { AnyFrame } from '../../frame/index.ts';
import { type PairKey, pairKeyText } from '../../market/index.ts';
import type { Want } from '../../wire/index.ts';
import { type PlainFrame, differenceFrom, projected } from './plain-frame.ts';
import type { PublishedState, PublishedStates, StateNumber } from './published-states.ts';
import { wantFor } from './wants.ts';

/** What of a copy was compared last. */
interface Seen {
  readonly frame: AnyFrame;
  readonly state: StateNumber;
  readonly published: PublishedState;
}

/** A link between a consumer and a producer as its copies are judged by. */
export interface LinkHealth {
  /** Since a message of that producer was last handed to the consumer. */
  readonly silentMs: number;
  /** By when a state that is published now must be seen, after it was; undefined where things may go wrong. */
  readonly promptMs: number | undefined;
  readonly wants: readonly Want[] | undefined;
}

const MOST_HELD = 100;

/** Heartbeats that may be missing, and one that is under way. */
const MOST_SILENT_HEARTBEATS = 6;

/**
 * Judges the copies of one consumer of one producer by what was published, through nothing but what any reader sees and the numbers of
 * states. All methods give what is wrong in words, undefined where nothing is.
 */
export class CopyOracle {
  readonly #producer: string;
  readonly #view: (key: PairKey) => CopyView | undefined;
  readonly #keys: readonly PairKey[];
  readonly #published: PublishedStates;
  readonly #heartbeatMs: number;
  readonly #maxRows: number;
  readonly #seen = new Map<string, Seen>();
  /** Frames that were seen before, as a slow reader still holds them. */
  readonly #held: Seen[] = [];
  /** The last state seen of each stream. */
  readonly #lastSeq = new Map<string, number>();
  /** Copies that were compared with what was published. */
  compared = 0;

  constructor(options: {
    readonly producer: string;
    /** What a reader sees. */
    readonly view: (key: PairKey) => CopyView | undefined;
    /** Every frame that a reader may ask for. */
    readonly keys: readonly PairKey[];
    readonly published: PublishedStates;
    readonly heartbeatMs: number;
    /** Rows that the consumer keeps. */
    readonly maxRows: number;
  }) {
    this.#view = options.view;
    this.#producer = options.producer;
    this.#keys = options.keys;
    this.#published = options.published;
    this.#heartbeatMs = options.heartbeatMs;
    this.#maxRows = options.maxRows;
  }

  /** Whether every copy that can be seen is what was published under its number, and none went back. */
  faultNow(nowMs: number, health: LinkHealth): string | undefined {
    for (const key of this.#keys) {
      const view = this.#view(key);
      if (view === undefined || view.status === 'missing' || view.state === undefined) continue;
      const fault = this.#faultOf(key, view, view.state) ?? this.#ageFault(key, view, view.state, nowMs, health);
      if (fault !== undefined) return `${this.#producer} ${pairKeyText(key)}: ${fault}`;
    }
    return undefined;
  }

  /** Whether the frames that were compared are still what they were: nobody may write to memory that a reader holds. */
  changedFrame(): string | undefined {
    for (const { frame, published } of [...this.#held, ...this.#seen.values()]) {
      const difference = differenceFrom(this.#kept(published.frame()), frame);
      if (difference === undefined) continue;
      return `${this.#producer} ${published.keyText}: a frame changed under its reader, ${difference}`;
    }
    return undefined;
  }

  /** What is not yet as it should be when nothing goes wrong any more: every wanted frame live, and the newest. */
  notConverged(wants: readonly Want[] | undefined, options: { readonly rates: boolean }): string | undefined {
    for (const key of this.#keys) {
      const want = wantFor(key, wants);
      const newest = this.#published.newest(key);
      const view = this.#view(key);
      const name = `${this.#producer} ${pairKeyText(key)}`;
      if (newest === undefined || want === undefined) {
        if (view?.status === 'live')
          return `${name} is live, which is ${newest === undefined ? 'not there' : 'not wanted'}`;
        continue;
      }
      // Of a frame without rows there is nothing to show.
      if (newest.rows.length === 0 && view?.status !== 'live') continue;
      if (view?.status !== 'live') return `${name} is ${view?.status}: ${view?.reason}`;
      if (view.state === undefined) return `${name} did not come as a stream`;
      if (!options.rates && want.rate === 'candle') continue;
      const difference = differenceFrom(this.#kept(projected(newest, want)), view.frame);
      if (difference !== undefined) return `${name} at state ${view.state.seq} is not the newest: ${difference}`;
    }
    return undefined;
  }

  #faultOf(key: PairKey, { frame }: CopyView, state: StateNumber): string | undefined {
    const keyText = pairKeyText(key);
    const seen = this.#seen.get(keyText);
    if (seen !== undefined && seen.frame === frame && isSameState(seen.state, state)) return undefined;
    const streamText = `${state.epoch}/${state.stream}`;
    const named = `state ${state.seq} of stream ${streamText}`;
    const last = this.#lastSeq.get(streamText) ?? 0;
    if (state.seq < last) return `${named} is shown after state ${last}`;
    this.#lastSeq.set(streamText, state.seq);
    const published = this.#published.find(state);
    if (published === undefined) return `${named} is shown, which never was`;
    if (published.keyText !== keyText) return `${named} is shown, which is of ${published.keyText}`;
    this.compared += 1;
    const difference = differenceFrom(this.#kept(published.frame()), frame);
    if (difference !== undefined) return `${named} differs from what was published, ${difference}`;
    if (seen !== undefined) this.#hold(seen);
    this.#seen.set(keyText, { frame, state, published });
    return undefined;
  }

  #kept(frame: PlainFrame): PlainFrame {
    return projected(frame, { tail: this.#maxRows });
  }

  #hold(seen: Seen): void {
    this.#held.push(seen);
    if (this.#held.length > MOST_HELD) this.#held.shift();
  }

  #ageFault(
    key: PairKey,
    { status }: CopyView,
    state: StateNumber,
    nowMs: number,
    { silentMs, promptMs, wants }: LinkHealth,
  ): string | undefined {
    if (status !== 'live') return undefined;
    if (silentMs > MOST_SILENT_HEARTBEATS * this.#heartbeatMs) {
      return `it is live although the producer was not heard for ${Math.round(silentMs)} ms`;
    }
    const next = this.#published.find({ ...state, seq: state.seq + 1 });
    const rate = wantFor(key, wants)?.rate ?? 'tick';
    if (promptMs === undefined || next === undefined || rate === 'candle') return undefined;
    // Heartbeats do not tell of what waits for its time, so its way takes as long again.
    const lateMs = nowMs - next.publishedMs - promptMs - (rate === 'tick' ? 0 : rate + promptMs);
    if (lateMs <= 0) return undefined;
    return `it is live at state ${state.seq}, and state ${state.seq + 1} is ${Math.round(lateMs)} ms late`;
  }
}

function isSameState(left: StateNumber, right: StateNumber): boolean {
  return left.seq === right.seq && left.stream === right.stream && left.epoch === right.epoch;
}

import { type AnalyzedFrame, type PairKey, pairKeyText } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { ProducerLimits } from '../producer-options.ts';
import { type Selection, selectionText } from './selection.ts';
import { SnapshotCache } from './snapshot-cache.ts';
import { Stream } from './stream.ts';
import { Turnstile } from './turnstile.ts';

/** A session's part in a stream. */
export interface StreamHolder {
  /** The stream has a newer state. */
  onAdvance(newCandle: boolean): void;
  /** The stream is no more: there is no frame any longer. */
  onEnd(): void;
}

/** Of one frame. */
const MOST_RESTING = 8;

interface Open {
  readonly text: string;
  readonly stream: Stream;
  readonly holders: Set<StreamHolder>;
  /** Since when nobody holds it. */
  restsSince: number;
}

/** A stream as its producer tells of it. */
export interface StreamStatus {
  readonly stream: number;
  readonly epoch: number;
  readonly key: PairKey;
  /** Absent for all. */
  readonly columns: readonly string[] | undefined;
  readonly tail: number | undefined;
  /** The number of its newest state. */
  readonly seq: number;
  readonly rows: number;
  /** Consumers that get it. */
  readonly consumers: number;
}

/** All streams of a producer: one for each part of a frame that some consumer wants, however many do. */
export class StreamSet {
  readonly epoch: number;
  readonly snapshots: SnapshotCache;
  /** Consumers that are being sent snapshots. */
  readonly turnstile: Turnstile;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #byText = new Map<string, Open>();
  readonly #byKey = new Map<string, Set<Open>>();
  #lastId = 0;

  /** @param epoch a number that no other run of this producer has, of 32 bits. */
  constructor(epoch: number, environment: { readonly limits: ProducerLimits; readonly clock: Clock }) {
    this.epoch = epoch;
    this.#limits = environment.limits;
    this.#clock = environment.clock;
    this.snapshots = new SnapshotCache(environment.limits.cacheBytes);
    this.turnstile = new Turnstile(environment.limits.mostSnapshotsAtOnce);
  }

  get status(): readonly StreamStatus[] {
    return [...this.#byText.values()].map(({ stream, holders }) => ({
      stream: stream.id,
      epoch: this.epoch,
      key: stream.key,
      columns: stream.selection.columns,
      tail: stream.selection.tail,
      seq: stream.seq,
      rows: stream.frame.length,
      consumers: holders.size,
    }));
  }

  /** The stream of a part of a frame as it is now, held until `release`; undefined where there are as many as there may be. */
  hold(analyzed: AnalyzedFrame, selection: Selection, holder: StreamHolder): Stream | undefined {
    const text = selectionText(analyzed.key, selection);
    const open = this.#byText.get(text) ?? this.#open(text, analyzed, selection);
    open?.holders.add(holder);
    return open?.stream;
  }

  /** The stream of a part of a frame, if there is one. */
  find(key: PairKey, selection: Selection): Stream | undefined {
    return this.#byText.get(selectionText(key, selection))?.stream;
  }

  /** A stream that nobody holds rests for a while, for one who comes back. */
  release({ key, selection }: Stream, holder: StreamHolder): void {
    const open = this.#byText.get(selectionText(key, selection));
    if (open?.holders.delete(holder) !== true || open.holders.size > 0) return;
    open.restsSince = this.#clock.now();
    this.#removeTooManyResting(key);
  }

  /** One who wants ever other parts of a frame must not have all of them kept. */
  #removeTooManyResting(key: PairKey): void {
    const resting = [...(this.#byKey.get(pairKeyText(key)) ?? [])].filter(({ holders }) => holders.size === 0);
    resting.sort((a, b) => b.restsSince - a.restsSince);
    for (const oldest of resting.slice(MOST_RESTING)) this.#remove(oldest);
  }

  /** Takes a frame as it is after another analysis, and tells the holders of its streams. */
  advance(analyzed: AnalyzedFrame, newCandle: boolean): void {
    const opened = this.#byKey.get(pairKeyText(analyzed.key));
    if (opened === undefined) return;
    const now = this.#clock.now();
    for (const open of opened) {
      if (open.holders.size === 0 && now - open.restsSince > this.#limits.resumeMs) this.#remove(open);
      else {
        open.stream.advance(analyzed);
        this.snapshots.outdate(open.stream);
      }
    }
    for (const { holders } of opened) for (const holder of holders) holder.onAdvance(newCandle);
  }

  /** Ends the streams of a frame that is no more. */
  end(key: PairKey): void {
    for (const open of this.#byKey.get(pairKeyText(key)) ?? []) {
      this.#remove(open);
      for (const holder of open.holders) holder.onEnd();
    }
  }

  #open(text: string, analyzed: AnalyzedFrame, selection: Selection): Open | undefined {
    if (this.#byText.size >= this.#limits.mostStreams && !this.#removeResting()) return undefined;
    this.#lastId += 1;
    const stream = new Stream({ id: this.#lastId, epoch: this.epoch, selection }, analyzed, this.#limits);
    const open: Open = { text, stream, holders: new Set(), restsSince: this.#clock.now() };
    this.#byText.set(text, open);
    const keyText = pairKeyText(analyzed.key);
    this.#byKey.set(keyText, (this.#byKey.get(keyText) ?? new Set()).add(open));
    return open;
  }

  /** Makes room, if a stream rests that can go. */
  #removeResting(): boolean {
    for (const open of this.#byText.values()) {
      if (open.holders.size > 0) continue;
      this.#remove(open);
      return true;
    }
    return false;
  }

  #remove(open: Open): void {
    const keyText = pairKeyText(open.stream.key);
    this.#byText.delete(open.text);
    this.snapshots.forget(open.stream);
    const ofKey = this.#byKey.get(keyText);
    ofKey?.delete(open);
    if (ofKey?.size === 0) this.#byKey.delete(keyText);
  }
}

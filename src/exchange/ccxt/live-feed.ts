import { type Candle, type PairKey, type TimestampMs, pairKeyText, timeframeMs } from '../../market/index.ts';
import { type Clock, type Timer, sleep } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import { candlesOfRows } from './candle-rows.ts';
import { type CcxtInstance, supports } from './ccxt-instance.ts';
import { LiveCandles } from './live-candles.ts';
import type { StreamNotes } from './stream-notes.ts';

/** Candles kept of each stream: what a bot may have missed while it was busy. */
const KEPT_CANDLES = 50;
const MOST_STREAMS = 400;
/** Streams that nobody asked for during so many candles are left. */
const UNUSED_CANDLES = 3;
const LEAST_UNUSED_MS = 600_000;
/** So often is looked for those. */
const LOOK_MS = 60_000;
/** Waits between attempts to stream again: doubled from the first to the longest. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 120_000;

export interface LiveFeedParts {
  readonly instance: Pick<CcxtInstance, 'has' | 'watchOHLCV' | 'unWatchOHLCV'>;
  /** The wall's. */
  readonly clock: Clock;
  readonly random: Random;
  readonly notes: StreamNotes;
  /** Aborts when the exchange is closed. */
  readonly closed: AbortSignal;
}

interface Stream {
  readonly key: PairKey;
  readonly candles: LiveCandles;
  readonly ended: AbortController;
  readonly waiting: Set<() => void>;
  askedAt: number;
}

/** Streams of candles by websocket, one for each key that is asked for, each followed until nobody asks any more. */
export class LiveFeed {
  readonly #parts: LiveFeedParts;
  readonly #streams = new Map<string, Stream>();
  /** Runs while there are streams. */
  #look: Timer | undefined;

  constructor(parts: LiveFeedParts) {
    this.#parts = parts;
  }

  /** Begins to stream a key's candles, where that is not done yet and there is room. */
  follow(key: PairKey): void {
    const { clock, closed } = this.#parts;
    const id = pairKeyText(key);
    const known = this.#streams.get(id);
    if (known) {
      known.askedAt = clock.now();
      return;
    }
    this.#leaveUnused();
    if (closed.aborted || this.#streams.size >= MOST_STREAMS) return;
    const candles = new LiveCandles(key.timeframe, KEPT_CANDLES);
    const stream = { key, candles, ended: new AbortController(), waiting: new Set<() => void>(), askedAt: clock.now() };
    this.#streams.set(id, stream);
    this.#look ??= clock.setTimer(() => this.#lookAgain(), LOOK_MS);
    void this.#run(stream);
  }

  /** As `LiveCandles.closed`, for a key. */
  closed(key: PairKey, since: TimestampMs, openNow: TimestampMs): ReturnType<LiveCandles['closed']> {
    return this.#streams.get(pairKeyText(key))?.candles.closed(since, openNow);
  }

  /** As `closed`, but where the stream holds all but the newest candle it may take up to `patienceMs` for that to come. */
  async closedSoon(key: PairKey, since: TimestampMs, openNow: TimestampMs, patienceMs: number) {
    const { clock } = this.#parts;
    const stream = this.#streams.get(pairKeyText(key));
    if (stream === undefined) return undefined;
    const over = clock.now() + patienceMs;
    for (;;) {
      const answer = stream.candles.closed(since, openNow);
      const left = over - clock.now();
      const isWorthIt = left > 0 && stream.candles.reaches(since) && !stream.ended.signal.aborted;
      if (answer !== undefined || !isWorthIt) return answer;
      await new Promise<void>((resolve) => {
        const go = () => {
          timer.cancel();
          stream.waiting.delete(go);
          resolve();
        };
        const timer = clock.setTimer(go, left);
        stream.waiting.add(go);
      });
    }
  }

  /** Lets go of what a key's stream holds where closed candles that came otherwise contradict it. */
  compare(key: PairKey, candles: readonly Candle[]): void {
    const stream = this.#streams.get(pairKeyText(key));
    if (!stream?.candles.contradicts(candles)) return;
    stream.candles.reset();
    this.#parts.notes.onTrouble(pairKeyText(key), 'differs from what REST gives');
  }

  /** As `LiveCandles.setBase`, for a key that is followed. */
  setBase(key: PairKey, candles: readonly Candle[], from: TimestampMs, askedAt: TimestampMs): void {
    this.#streams.get(pairKeyText(key))?.candles.setBase(candles, from, askedAt);
  }

  /** As `LiveCandles.checkedAt`, for a key. */
  checkedAt(key: PairKey): TimestampMs | undefined {
    return this.#streams.get(pairKeyText(key))?.candles.checkedAt;
  }

  /** The newest candle of which a key's stream told; undefined where it told of none. */
  newest(key: PairKey): TimestampMs | undefined {
    return this.#streams.get(pairKeyText(key))?.candles.newest;
  }

  /** Whether a stream of the key is being followed. */
  follows(key: PairKey): boolean {
    return this.#streams.has(pairKeyText(key));
  }

  /** Leaves all streams. */
  stop(): void {
    for (const stream of this.#streams.values()) this.#leave(stream);
    this.#look?.cancel();
    this.#look = undefined;
  }

  #lookAgain(): void {
    this.#leaveUnused();
    const isOver = this.#streams.size === 0 || this.#parts.closed.aborted;
    this.#look = isOver ? undefined : this.#parts.clock.setTimer(() => this.#lookAgain(), LOOK_MS);
  }

  async #run(stream: Stream): Promise<void> {
    const { instance, clock, random, notes } = this.#parts;
    const { key, candles, ended, waiting } = stream;
    const id = pairKeyText(key);
    for (let failures = 0; !ended.signal.aborted;) {
      try {
        const raw = await instance.watchOHLCV?.(key.pair, key.timeframe);
        if (ended.signal.aborted) return;
        const change = candles.add(candlesOfRows(raw, id, key.candleType));
        failures = 0;
        if (change !== 'grown' && change !== 'nothing new') notes.onTrouble(id, change);
      } catch (error) {
        candles.reset();
        if (ended.signal.aborted) return;
        failures++;
        notes.onTrouble(id, 'broke off', error);
        const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
        await sleep(clock, wait * (0.75 + random.next() / 2), ended.signal);
      }
      for (const go of waiting) go();
    }
  }

  #leaveUnused(): void {
    const now = this.#parts.clock.now();
    for (const stream of this.#streams.values()) {
      const idle = Math.max(LEAST_UNUSED_MS, UNUSED_CANDLES * timeframeMs(stream.key.timeframe));
      if (now - stream.askedAt > idle) this.#leave(stream);
    }
  }

  #leave(stream: Stream): void {
    const { instance, closed, notes } = this.#parts;
    const { pair, timeframe } = stream.key;
    stream.ended.abort();
    this.#streams.delete(pairKeyText(stream.key));
    notes.forget(pairKeyText(stream.key));
    for (const go of stream.waiting) go();
    // Whether the exchange heard of it makes no difference: what still comes is not listened to.
    if (!closed.aborted && supports(instance, 'unWatchOHLCV')) {
      instance.unWatchOHLCV?.(pair, timeframe).catch(() => undefined);
    }
  }
}

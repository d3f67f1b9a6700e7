import { type AnyFrame, emptyFrame } from '../frame/index.ts';
import { nextCandleOpen, type Pair, type PairKey, pairKeyText, type TimestampMs } from '../market/index.ts';
import type { Copy } from './apply-frame.ts';

/** A copy as its reader sees it: what it is worth stands beside it. */
export type CopyView =
  | {
      /** `live`: as the producer has it. `stale`: older than it should be, for the reason given. */
      readonly status: 'live' | 'stale';
      readonly frame: AnyFrame;
      readonly lastAnalyzed: TimestampMs;
      /** When it arrived, by this machine's clock. */
      readonly receivedAt: TimestampMs;
      readonly ageMs: number;
      readonly reason: string | undefined;
    }
  | { readonly status: 'missing'; readonly frame: AnyFrame; readonly lastAnalyzed: 0; readonly reason: string };

interface Held {
  readonly key: PairKey;
  copy: Copy | undefined;
  receivedAt: TimestampMs;
  /** Why the copy is not what the producer has, as far as that is known. */
  trouble: string | undefined;
}

/** A copy whose newest candle is this many candles behind the market is stale: one more than an analysis may take. */
const CANDLES_BEHIND = 3;

/** The copies of one producer's frames, and its whitelist. They outlive the connection; `view` says what they are worth. */
export class FrameStore {
  readonly #held = new Map<string, Held>();
  #pairs: readonly Pair[] = [];
  #hasPairs = false;
  #offline: string | undefined = 'the producer has not been reached yet';

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  /** All keys of which something is known, in the order of their arrival. */
  get keys(): readonly PairKey[] {
    return [...this.#held.values()].map(({ key }) => key);
  }

  setPairs(pairs: readonly Pair[]): void {
    this.#pairs = pairs;
    this.#hasPairs = true;
  }

  /** Undefined while connected, else why not. */
  setOffline(reason: string | undefined): void {
    this.#offline = reason;
  }

  copy(key: PairKey): Copy | undefined {
    return this.#held.get(pairKeyText(key))?.copy;
  }

  put(key: PairKey, copy: Copy, receivedAt: TimestampMs): void {
    this.#held.set(pairKeyText(key), { key, copy, receivedAt, trouble: undefined });
  }

  /** Marks a copy as not what the producer has; `drop` where it must not be read any more. */
  spoil(key: PairKey, trouble: string, options: { readonly drop: boolean }): void {
    const held = this.#held.get(pairKeyText(key)) ?? { key, copy: undefined, receivedAt: 0, trouble };
    held.trouble = trouble;
    if (options.drop) held.copy = undefined;
    this.#held.set(pairKeyText(key), held);
  }

  /**
   * A copy and what it is worth.
   *
   * @param time `now` of this machine's clock, and the market's, by which candles close.
   */
  view(key: PairKey, time: { readonly now: TimestampMs; readonly market: TimestampMs }): CopyView {
    const held = this.#held.get(pairKeyText(key));
    if (held?.copy === undefined) {
      return { status: 'missing', frame: emptyFrame, lastAnalyzed: 0, reason: held?.trouble ?? this.#whyMissing(key) };
    }
    const { copy, receivedAt } = held;
    const reason = this.#offline ?? held.trouble ?? this.#whyLeft(key) ?? whyBehind(key, copy, time.market);
    return {
      status: reason === undefined ? 'live' : 'stale',
      frame: copy.frame,
      lastAnalyzed: copy.lastAnalyzed,
      receivedAt,
      ageMs: time.now - receivedAt,
      reason,
    };
  }

  #whyLeft(key: PairKey): string | undefined {
    const left = this.#hasPairs && !this.#pairs.includes(key.pair);
    return left ? `${key.pair} is no longer on the producer's whitelist` : undefined;
  }

  #whyMissing(key: PairKey): string {
    const others = this.keys.filter((other) => other.pair === key.pair && this.copy(other) !== undefined);
    if (others.length > 0) {
      const there = others.map((other) => `${other.timeframe} (${other.candleType})`).join(', ');
      return `the producer sends ${key.pair} at ${there}, not at ${key.timeframe} (${key.candleType})`;
    }
    if (this.#offline !== undefined) return this.#offline;
    if (this.#hasPairs && !this.#pairs.includes(key.pair)) {
      return `${key.pair} is not on the producer's whitelist: ${listed(this.#pairs)}`;
    }
    return `no frame of ${key.pair} has arrived yet`;
  }
}

function whyBehind(key: PairKey, copy: Copy, marketTime: TimestampMs): string | undefined {
  const dates = copy.frame.numbers('date');
  const last = dates[dates.length - 1];
  if (marketTime < nextCandleOpen(last, key.timeframe, CANDLES_BEHIND)) return undefined;
  return `its last candle is of ${new Date(last).toISOString()}; newer ones should have come`;
}

function listed(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return 'it is empty';
  const most = 12;
  return pairs.slice(0, most).join(', ') + (pairs.length > most ? ` and ${pairs.length - most} more` : '');
}

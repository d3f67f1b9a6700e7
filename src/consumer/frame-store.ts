import { type AnyFrame, emptyFrame } from '../frame/index.ts';
import {
  candleOpen,
  nextCandleOpen,
  type Pair,
  type PairKey,
  pairKeyText,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import { listText } from '../util/list-text.ts';
import { timeText } from '../util/time-text.ts';
import type { Copy } from './apply-frame.ts';
import type { StreamPosition } from './streams/stream-receiver.ts';
import { candlePatienceMs } from './candle-patience.ts';

/** A copy as its reader sees it: what it is worth stands beside it. */
export type CopyView =
  | {
      /** `live`: as the producer has it. `stale`: not what it should be by now, for the reason given. */
      readonly status: 'live' | 'stale';
      readonly frame: AnyFrame;
      readonly lastAnalyzed: TimestampMs;
      /** When it arrived, by this machine's clock. */
      readonly receivedAt: TimestampMs;
      readonly ageMs: number;
      readonly reason: string | undefined;
      /** Which of the producer's states it is; undefined where it did not come by a stream, and is not proved. */
      readonly state?: StreamPosition | undefined;
    }
  | { readonly status: 'missing'; readonly frame: AnyFrame; readonly lastAnalyzed: 0; readonly reason: string };

interface Held {
  readonly key: PairKey;
  copy: Copy | undefined;
  receivedAt: TimestampMs;
  /** Why the copy is not what the producer has, as far as that is known. */
  trouble: string | undefined;
  /** Why rows must not be joined to it until it has come again: the producer may have changed its past. */
  doubt: string | undefined;
  /** Its pair was on the whitelist, and left it after the frame last came. */
  hasLeft: boolean;
}

const MOST_PAIRS_NAMED = 12;

/** Frames of pairs that left the whitelist which stay readable; the oldest go first. */
const MOST_LEFT = 100;

/** The copies of one producer's frames, and its whitelist. They outlive the connection; `view` says what they are worth. */
export class FrameStore {
  readonly #mostFrames: number;
  readonly #held = new Map<string, Held>();
  #pairs: ReadonlySet<Pair> = new Set();
  #hasPairs = false;
  #offline: string | undefined = 'the producer has not been reached yet';
  #silent: string | undefined;

  /** @param mostFrames frames of which something may be known at one time. */
  constructor(mostFrames = Infinity) {
    this.#mostFrames = mostFrames;
  }

  get pairs(): readonly Pair[] {
    return [...this.#pairs];
  }

  /** All keys of which something is known, in the order of their arrival. */
  get keys(): readonly PairKey[] {
    return [...this.#held.values()].map(({ key }) => key);
  }

  setPairs(pairs: readonly Pair[]): void {
    const before = this.#pairs;
    this.#pairs = new Set(pairs);
    this.#hasPairs = true;
    for (const held of this.#held.values()) {
      // A pair that was never on it has its frame for informing others.
      held.hasLeft = !this.#pairs.has(held.key.pair) && (held.hasLeft || before.has(held.key.pair));
    }
    this.#dropOldestLeft();
  }

  #dropOldestLeft(): void {
    const left = [...this.#held.values()].filter(({ hasLeft }) => hasLeft).sort((a, b) => b.receivedAt - a.receivedAt);
    for (const { key } of left.slice(MOST_LEFT)) this.#held.delete(pairKeyText(key));
  }

  /** A new connection stands. What is held is not confirmed until it comes again: it may have changed meanwhile. */
  setOnline(): void {
    this.#offline = undefined;
    this.#silent = undefined;
    for (const held of this.#held.values()) held.doubt = 'it has not come again since the connection was lost';
  }

  /** The connection does not stand, for this reason. */
  setOffline(reason: string): void {
    this.#offline = reason;
  }

  /** The connection stands, and the producer is not heard over it, for this reason; undefined from when it is heard again. */
  setSilent(reason: string | undefined): void {
    this.#silent = reason;
  }

  /** Whether a frame of this key can be kept: it is held, or there is room for another. */
  hasRoomFor(key: PairKey): boolean {
    return this.#held.size < this.#mostFrames || this.#held.has(pairKeyText(key));
  }

  /** The copy to which rows can be joined: one that came over the connection that stands, and is not in doubt since. */
  confirmedCopy(key: PairKey): Copy | undefined {
    const held = this.#held.get(pairKeyText(key));
    return held?.doubt === undefined ? held?.copy : undefined;
  }

  /** @param options.isAnswer it came since it was asked for, which does not tell that a pair that left is sent again. */
  put(key: PairKey, copy: Copy, receivedAt: TimestampMs, options: { readonly isAnswer?: boolean } = {}): void {
    const keyText = pairKeyText(key);
    const hasLeft = options.isAnswer === true && this.#held.get(keyText)?.hasLeft === true;
    this.#held.set(keyText, {
      key,
      copy,
      receivedAt,
      trouble: undefined,
      doubt: undefined,
      hasLeft,
    });
  }

  /** Notes that a copy is what the producer has, although it did not come again. */
  confirm(key: PairKey): void {
    const held = this.#held.get(pairKeyText(key));
    if (held?.copy === undefined) return;
    held.trouble = undefined;
    held.doubt = undefined;
  }

  /**
   * Marks a copy as not what the producer has.
   *
   * @param then.drop it must not be read any more.
   * @param then.doubt no row must be joined to it until it has come again.
   */
  spoil(key: PairKey, trouble: string, then: { readonly drop?: boolean; readonly doubt?: boolean } = {}): void {
    const keyText = pairKeyText(key);
    const held = this.#held.get(keyText) ?? unheld(key);
    held.trouble = trouble;
    if (then.drop === true) held.copy = undefined;
    if (then.doubt === true) held.doubt = trouble;
    this.#held.set(keyText, held);
  }

  /**
   * A copy and what it is worth.
   *
   * @param time `now` of this machine's clock, and the market's, by which candles close.
   */
  view(key: PairKey, time: { readonly now: TimestampMs; readonly market: TimestampMs }): CopyView {
    const held = this.#held.get(pairKeyText(key));
    if (held?.copy === undefined) {
      return { status: 'missing', frame: emptyFrame, lastAnalyzed: 0, reason: this.#whyMissing(key, held?.trouble) };
    }
    const { copy, receivedAt } = held;
    const reason =
      this.#offline ??
      this.#silent ??
      whyLeft(held) ??
      held.doubt ??
      held.trouble ??
      whyUntimely(key, copy, time.market);
    return {
      status: reason === undefined ? 'live' : 'stale',
      frame: copy.frame,
      lastAnalyzed: copy.lastAnalyzed,
      receivedAt,
      ageMs: time.now - receivedAt,
      reason,
      state: copy.position,
    };
  }

  #isReadable(key: PairKey): boolean {
    return this.#held.get(pairKeyText(key))?.copy !== undefined;
  }

  #whyMissing(key: PairKey, trouble: string | undefined): string {
    if (trouble !== undefined) return this.#offline ?? trouble;
    const others = this.keys.filter((other) => other.pair === key.pair && this.#isReadable(other));
    if (others.length > 0) {
      const there = others.map((other) => `${other.timeframe} (${other.candleType})`).join(', ');
      return `the producer sends ${key.pair} at ${there}, not at ${key.timeframe} (${key.candleType})`;
    }
    if (this.#offline !== undefined) return this.#offline;
    if (this.#hasPairs && !this.#pairs.has(key.pair)) {
      return `${key.pair} is not on the producer's whitelist: ${listed(this.pairs)}`;
    }
    return `no frame of ${key.pair} has arrived yet`;
  }
}

/** A frame of which nothing came so far. */
function unheld(key: PairKey): Held {
  return { key, copy: undefined, receivedAt: 0, trouble: undefined, doubt: undefined, hasLeft: false };
}

function whyLeft({ key, hasLeft }: Held): string | undefined {
  return hasLeft ? `${key.pair} is no longer on the producer's whitelist` : undefined;
}

/** Whether the newest candle is other than the market's time lets expect: the one that closed last, or the one before for a while. */
function whyUntimely({ timeframe }: PairKey, { frame }: Copy, marketTime: TimestampMs): string | undefined {
  const dates = frame.numbers('date');
  const last = dates[dates.length - 1];
  const patience = candlePatienceMs(timeframe);
  const has = `its last candle is of ${timeText(last)}`;
  if (nextCandleOpen(last, timeframe) > marketTime + patience) {
    return `${has} and closes after this bot's clock, ${timeText(marketTime)}: the producer's candles are ahead of it; set both clocks`;
  }
  if (marketTime < nextCandleOpen(last, timeframe, 2) + patience) return undefined;
  return `${has}; that of ${timeText(newestDue(marketTime - patience, timeframe))} should have come`;
}

/** The opening of the last candle that was closed at that time. */
function newestDue(time: TimestampMs, timeframe: Timeframe): TimestampMs {
  return nextCandleOpen(candleOpen(time, timeframe), timeframe, -1);
}

function listed(pairs: readonly Pair[]): string {
  return pairs.length === 0 ? 'it is empty' : listText(pairs, MOST_PAIRS_NAMED);
}

import type { BotEvent } from '../../bot/index.ts';

type Analyzed = Extract<BotEvent, { readonly type: 'analyzed' }>;
type Copied = Extract<BotEvent, { readonly type: 'copied' }>;

/** A consumer's copy of a pair's frame, held against the producer's. */
export interface CopyState {
  readonly lastAnalyzed: number;
  readonly receivedAt: number;
  readonly equal: boolean;
}

/** A pair as the producer has it, and each consumer's copy. */
export interface BoardPair {
  readonly pair: string;
  readonly latest: Analyzed;
  readonly copies: ReadonlyMap<string, CopyState>;
}

/** What a demo has come to. */
export interface DemoSummary {
  readonly candles: number;
  readonly pairs: number;
  readonly copies: number;
  readonly equal: number;
  /** Copies whose counterpart at the producer never became known. */
  readonly unproven: number;
  /** The first of them; `copies - equal` tells how many there are. */
  readonly different: readonly string[];
  /** Copies that never came, as `pair at consumer`. */
  readonly missing: readonly string[];
  /** What strategies failed with, each thing once, up to 100. */
  readonly failures: readonly string[];
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly decisions: Readonly<Record<string, { readonly entries: number; readonly exits: number }>>;
}

interface PairState {
  readonly pair: string;
  latest: Analyzed;
  /** Digests by the time of the analysis: what a copy that says so must equal. */
  readonly digests: Map<number, string>;
  readonly copies: Map<string, CopyState>;
}

/** States of a pair remembered for copies that are still on their way. */
const MOST_REMEMBERED = 64;

/** Copies that wait for the producer's own report; it comes through another pipe, and is never far behind. */
const MOST_WAITING = 20_000;

/** The newest lags are kept for the percentiles. */
const MOST_LAGS = 10_000;

/** Different copies and failures that are kept in words. */
const MOST_LISTED = 100;

/** Holds every copy at every consumer against the producer's frame, by their digests. Fed with the bots' events. */
export class DemoBoard {
  readonly #consumers: readonly string[];
  readonly #pairs = new Map<string, PairState>();
  readonly #waiting = new Map<string, { readonly consumer: string; readonly copied: Copied }>();
  readonly #lags: number[] = [];
  readonly #different: string[] = [];
  readonly #failures = new Set<string>();
  readonly #decisions = new Map<string, { entries: number; exits: number }>();
  #copies = 0;
  #equal = 0;
  #unproven = 0;
  #candles = 0;
  #lagCount = 0;
  #firstDate: number | undefined;
  #lastDate: number | undefined;

  constructor(consumers: readonly string[]) {
    this.#consumers = consumers;
  }

  onProducerEvent(event: BotEvent): void {
    if (event.type === 'analyzed') this.#onAnalyzed(event);
    else this.#onAnyEvent('producer', event);
  }

  onConsumerEvent(consumer: string, event: BotEvent): void {
    if (event.type === 'copied') this.#onCopied(consumer, event);
    else this.#onAnyEvent(consumer, event);
  }

  #onAnyEvent(bot: string, event: BotEvent): void {
    if (event.type === 'strategy_failed' && this.#failures.size < MOST_LISTED) {
      this.#failures.add(`${bot}: ${event.message}`);
    }
    // Before all is in sync, the producer decides alone, and its entries would look like ones that consumers missed.
    if (event.type !== 'decision' || !(event.date >= (this.#firstDate ?? Infinity))) return;
    const counts = this.#decisions.get(bot) ?? { entries: 0, exits: 0 };
    if (event.action === 'entry') counts.entries += 1;
    else counts.exits += 1;
    this.#decisions.set(bot, counts);
  }

  #onAnalyzed(event: Analyzed): void {
    const state = this.#pairs.get(event.pair) ?? newPair(event);
    state.latest = event;
    if (event.digest !== undefined) state.digests.set(event.lastAnalyzed, event.digest);
    for (const old of state.digests.keys()) {
      if (state.digests.size <= MOST_REMEMBERED) break;
      state.digests.delete(old);
    }
    this.#pairs.set(event.pair, state);
    if (event.newCandle) this.#countCandle(event.date);
    for (const consumer of this.#consumers) this.#settleWaiting(consumer, event);
  }

  /** Candles count from the first on that comes after every consumer has a copy of every pair. */
  #countCandle(date: number): void {
    const isNew = this.#lastDate === undefined ? this.isSynced : date > this.#lastDate;
    if (!isNew) return;
    this.#firstDate ??= date;
    this.#lastDate = date;
    this.#candles += 1;
  }

  #settleWaiting(consumer: string, { pair, lastAnalyzed }: Analyzed): void {
    const id = `${consumer}|${pair}|${lastAnalyzed}`;
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#onCopied(consumer, waiting.copied);
  }

  /** Counts copies whose counterpart has not become known by now as unproven: nothing more will come. */
  close(): void {
    this.#unproven += this.#waiting.size;
    this.#waiting.clear();
  }

  #onCopied(consumer: string, copied: Copied): void {
    const { pair, timeframe, lastAnalyzed, receivedAt } = copied;
    const state = this.#pairs.get(pair);
    // Frames of informative timeframes are not reported by producers.
    if (state !== undefined && state.latest.timeframe !== timeframe) return;
    const expected = state?.digests.get(lastAnalyzed);
    if (state === undefined || expected === undefined) return this.#keepWaiting(consumer, copied);
    const equal = copied.digest === expected;
    const lagMs = receivedAt - lastAnalyzed;
    this.#count(consumer, copied, { equal, lagMs });
    state.copies.set(consumer, { lastAnalyzed, receivedAt, equal });
  }

  #keepWaiting(consumer: string, copied: Copied): void {
    this.#waiting.set(`${consumer}|${copied.pair}|${copied.lastAnalyzed}`, { consumer, copied });
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#waiting.delete(oldest);
      this.#unproven += 1;
    }
  }

  #count(consumer: string, { pair, date, rows }: Copied, { equal, lagMs }: { equal: boolean; lagMs: number }): void {
    this.#copies += 1;
    if (equal) this.#equal += 1;
    else if (this.#different.length < MOST_LISTED) {
      this.#different.push(`${pair} at ${consumer}, candle ${new Date(date).toISOString()}, ${rows} rows`);
    }
    if (this.#lastDate === undefined) return;
    this.#lags[this.#lagCount % MOST_LAGS] = lagMs;
    this.#lagCount += 1;
  }

  /** New candles since every consumer was in sync. */
  get candles(): number {
    return this.#candles;
  }

  /** Whether every consumer has a copy of every pair that the producer has analyzed. */
  get isSynced(): boolean {
    return this.#pairs.size > 0 && this.#missing((copy) => copy !== undefined).length === 0;
  }

  /** Whether every consumer's copy is the producer's latest frame, and no copy waits for the producer's report. */
  get isCaughtUp(): boolean {
    const isAllThere = this.#missing((copy, latest) => copy?.lastAnalyzed === latest.lastAnalyzed).length === 0;
    return this.#pairs.size > 0 && this.#waiting.size === 0 && isAllThere;
  }

  get pairs(): readonly BoardPair[] {
    return [...this.#pairs.values()];
  }

  /** Entries and exits decided on candles that count. */
  decisionsOf(bot: string): { readonly entries: number; readonly exits: number } {
    return this.#decisions.get(bot) ?? { entries: 0, exits: 0 };
  }

  summary(): DemoSummary {
    const lags = this.#lags.toSorted((a, b) => a - b);
    const quantile = (share: number) => lags[Math.min(lags.length - 1, Math.floor(share * lags.length))] ?? 0;
    return {
      candles: this.candles,
      pairs: this.#pairs.size,
      copies: this.#copies,
      equal: this.#equal,
      unproven: this.#unproven,
      different: this.#different,
      missing: this.#missing((copy, latest) => copy?.lastAnalyzed === latest.lastAnalyzed),
      failures: [...this.#failures],
      lagMs: { p50: quantile(0.5), p99: quantile(0.99), max: lags.at(-1) ?? 0 },
      decisions: Object.fromEntries(['producer', ...this.#consumers].map((bot) => [bot, this.decisionsOf(bot)])),
    };
  }

  #missing(isThere: (copy: CopyState | undefined, latest: Analyzed) => boolean): readonly string[] {
    return [...this.#pairs.values()].flatMap(({ pair, latest, copies }) =>
      this.#consumers.filter((name) => !isThere(copies.get(name), latest)).map((name) => `${pair} at ${name}`),
    );
  }
}

function newPair(event: Analyzed): PairState {
  return { pair: event.pair, latest: event, digests: new Map(), copies: new Map() };
}

/** Whether a demo showed what it is there to show: copies of everything, and nothing wrong. */
export function isSuccess(summary: DemoSummary): boolean {
  return summary.copies > 0 && summary.missing.length === 0 && isUnharmed(summary);
}

/** Whether every copy that arrived was equal and no strategy failed. */
export function isUnharmed({ copies, equal, unproven, failures }: DemoSummary): boolean {
  return equal === copies && unproven === 0 && failures.length === 0;
}

import type { BotEvent } from '../../bot/index.ts';

type Analyzed = Extract<BotEvent, { readonly type: 'analyzed' }>;
type Copied = Extract<BotEvent, { readonly type: 'copied' }>;

/** A consumer's copy of a pair's frame, held against the producer's. */
export interface CopyState {
  readonly lastAnalyzed: number;
  readonly receivedAt: number;
  /** From the end of the producer's analysis to the copy at the consumer. */
  readonly lagMs: number;
  /** Undefined while the producer's state that it must equal is not known here yet. */
  readonly equal: boolean | undefined;
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
  readonly different: readonly string[];
  /** Copies that never came, as `pair at consumer`. */
  readonly missing: readonly string[];
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

/** Lags kept for the summary's percentiles. */
const MOST_LAGS = 100_000;

/** Holds every copy at every consumer against the producer's frame, by their digests. Fed with the bots' events. */
export class DemoBoard {
  readonly #consumers: readonly string[];
  readonly #pairs = new Map<string, PairState>();
  readonly #waiting = new Map<string, { readonly consumer: string; readonly copied: Copied }>();
  readonly #candleDates = new Set<number>();
  readonly #lags: number[] = [];
  readonly #different: string[] = [];
  readonly #failures: string[] = [];
  readonly #decisions = new Map<string, { entries: number; exits: number }>();
  #copies = 0;
  #equal = 0;
  #firstDate: number | undefined;

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
    if (event.type === 'strategy_failed') this.#failures.push(`${bot}: ${event.message}`);
    if (event.type !== 'decision') return;
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
    if (this.#firstDate === undefined && !this.isSynced) return;
    this.#firstDate ??= date;
    if (date >= this.#firstDate) this.#candleDates.add(date);
  }

  #settleWaiting(consumer: string, { pair, lastAnalyzed }: Analyzed): void {
    const id = `${consumer}|${pair}|${lastAnalyzed}`;
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#onCopied(consumer, waiting.copied);
  }

  #onCopied(consumer: string, copied: Copied): void {
    const { pair, lastAnalyzed, receivedAt } = copied;
    const expected = this.#pairs.get(pair)?.digests.get(lastAnalyzed);
    // The producer's own report comes through another pipe, possibly later.
    if (expected === undefined)
      return void this.#waiting.set(`${consumer}|${pair}|${lastAnalyzed}`, { consumer, copied });
    const equal = copied.digest === expected;
    const lagMs = receivedAt - lastAnalyzed;
    this.#copies += 1;
    if (equal) this.#equal += 1;
    else
      this.#different.push(
        `${pair} at ${consumer}, candle ${new Date(copied.date).toISOString()}, ${copied.rows} rows`,
      );
    if (this.#lags.length < MOST_LAGS && this.#firstDate !== undefined) this.#lags.push(lagMs);
    this.#pairs.get(pair)?.copies.set(consumer, { lastAnalyzed, receivedAt, lagMs, equal });
  }

  /** New candles since every consumer was in sync. */
  get candles(): number {
    return this.#candleDates.size;
  }

  /** Whether every consumer has a copy of every pair that the producer has analyzed. */
  get isSynced(): boolean {
    return this.#pairs.size > 0 && this.#missing((copy) => copy !== undefined).length === 0;
  }

  /** Whether every consumer's copy is the producer's latest frame. */
  get isCaughtUp(): boolean {
    return (
      this.#pairs.size > 0 && this.#missing((copy, latest) => copy?.lastAnalyzed === latest.lastAnalyzed).length === 0
    );
  }

  get pairs(): readonly BoardPair[] {
    return [...this.#pairs.values()];
  }

  /** Entries and exits decided so far. */
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
      different: this.#different,
      missing: this.#missing((copy, latest) => copy?.lastAnalyzed === latest.lastAnalyzed),
      failures: this.#failures,
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

/** Whether a demo showed what it is there to show: copies of everything, every one equal, and nothing failed. */
export function isSuccess(summary: DemoSummary): boolean {
  const { copies, different, missing, failures } = summary;
  return copies > 0 && different.length === 0 && missing.length === 0 && failures.length === 0;
}

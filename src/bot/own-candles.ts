import { type Exchange, ExchangeError } from '../exchange/index.ts';
import {
  type Candles,
  type CandleType,
  nextCandleOpen,
  type Pair,
  type PairKey,
  pairKeyText,
  parseCandleType,
  parsePair,
  parseTimeframe,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import type { AnyStrategy, DataProvider } from '../strategy/index.ts';
import { type Clock, sleep } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { BotEvent } from './bot-event.ts';
import type { CandleCache } from './candle-cache.ts';
import { PaceNotes } from './pace-notes.ts';
import { RepeatedTrouble } from './repeated-trouble.ts';
import { rowsBefore } from './rows-before.ts';

/** So long a round waits for its candles, in wall time. */
const ROUND_PATIENCE_MS = 5_000;

/** Whose candles are fetched. */
export interface OwnCandlesParts {
  /** The strategy that runs now. */
  readonly strategy: () => AnyStrategy;
  readonly exchange: Exchange;
  /** The pairs to work on now. */
  readonly whitelist: () => readonly Pair[];
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  readonly cache: CandleCache;
  /** What the strategy is handed when it is asked what it wants to read besides. */
  readonly dp: () => DataProvider;
  readonly signal: AbortSignal;
  readonly wallClock: Clock;
  /** Called when candles have come that no round waited for any more. */
  readonly onLate: () => void;
  readonly logger: Logger;
  readonly emit: (event: BotEvent) => void;
}

/** A bot's own candles: of the whitelist, of the strategy's informative timeframes, and what else it wants to read. */
export class OwnCandles {
  readonly #parts: OwnCandlesParts;
  readonly #cache: CandleCache;
  readonly #trouble: RepeatedTrouble;
  readonly #pace: PaceNotes;
  /** The newest candle of each pair that was told of. */
  readonly #told = new Map<Pair, TimestampMs>();
  /** What could not be fetched, where another attempt may help. */
  readonly #failing = new Set<string>();
  /** What is being fetched. */
  readonly #underWay = new Set<string>();
  /** What ends the bot. */
  #fatal: unknown;
  #shared: readonly PairKey[] = [];

  constructor(parts: OwnCandlesParts) {
    this.#parts = parts;
    this.#cache = parts.cache;
    this.#trouble = new RepeatedTrouble(parts.logger);
    this.#pace = new PaceNotes(parts.logger);
  }

  get(key: PairKey): Candles {
    return this.#cache.get(key);
  }

  /** When a pair's newest candle opened. */
  newest(pair: Pair): TimestampMs | undefined {
    return this.#cache.get(this.#mainKey(pair)).last('date');
  }

  /** When candles that are late should be looked for again; Infinity where none are. */
  get nextLook(): TimestampMs {
    return this.#cache.nextLook;
  }

  /**
   * Fetches what had closed by `now`, and nothing later. Resolves with the pairs to analyze: those that have a new candle, and those
   * of which candles that were known have changed.
   */
  async refresh(now: TimestampMs): Promise<{ readonly news: readonly Pair[]; readonly revised: readonly Pair[] }> {
    const whitelist = this.#parts.whitelist();
    this.#shared = this.#informativePairs();
    const keys = [...this.#shared, ...whitelist.flatMap((pair) => [this.#mainKey(pair), ...this.#informative(pair)])];
    const distinct = new Map(keys.map((key) => [pairKeyText(key), key]));
    this.#forgetOthers(whitelist, new Set(distinct.keys()));
    const before = new Map([...distinct].map(([id, key]) => [id, this.#cache.get(key)]));
    await this.#refreshAll([...distinct.values()], now);
    const counted = whitelist.map((pair) => ({ pair, candles: this.#newCandles(pair) }));
    this.#pace.onCandles(Math.max(0, ...counted.map(({ candles }) => candles)));
    const news = new Set(counted.filter(({ candles }) => candles > 0).map(({ pair }) => pair));
    const hasChanged = (key: PairKey) => before.get(pairKeyText(key)) !== this.#cache.get(key);
    const isRevised = (pair: Pair) => this.#told.has(pair) && !news.has(pair) && this.#keysOf(pair).some(hasChanged);
    return { news: [...news], revised: whitelist.filter(isRevised) };
  }

  /** Everything that an analysis of a pair may read. */
  #keysOf(pair: Pair): readonly PairKey[] {
    return [this.#mainKey(pair), ...this.#informative(pair), ...this.#shared];
  }

  /** Waits for all of them a little; who takes longer is taken up in a later round, and holds up nobody. */
  async #refreshAll(keys: readonly PairKey[], now: TimestampMs): Promise<void> {
    const { wallClock, signal, onLate } = this.#parts;
    let isOver = false;
    const started = keys.filter((key) => !this.#underWay.has(pairKeyText(key)));
    const fetches = started.map(async (key) => {
      const id = pairKeyText(key);
      this.#underWay.add(id);
      try {
        await this.#refresh(key, now);
      } finally {
        this.#underWay.delete(id);
        if (isOver) onLate();
      }
    });
    const enough = new AbortController();
    const all = Promise.all(fetches);
    // Who fails after its time fails the next round.
    all.catch((error: unknown) => {
      this.#fatal ??= error;
    });
    await Promise.race([all, sleep(wallClock, ROUND_PATIENCE_MS, AbortSignal.any([enough.signal, signal]))]);
    isOver = true;
    enough.abort();
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  #forgetOthers(whitelist: readonly Pair[], keys: ReadonlySet<string>): void {
    this.#cache.keepOnly(keys);
    const pairs = new Set(whitelist);
    for (const pair of this.#told.keys()) if (!pairs.has(pair)) this.#told.delete(pair);
    for (const id of this.#failing) if (!keys.has(id)) this.#failing.delete(id);
  }

  /** Whether candles that closed with a pair's newest one, or before, could not be fetched and may still come. */
  isShort(pair: Pair): boolean {
    const newest = this.newest(pair);
    if (newest === undefined) return false;
    const closed = nextCandleOpen(newest, this.#parts.timeframe);
    return [...this.#informative(pair), ...this.#shared].some((key) => {
      const mayCome = this.#failing.has(pairKeyText(key)) || this.#cache.isLookingFor(key);
      return mayCome && !this.#cache.isUpTo(key, closed);
    });
  }

  #mainKey(pair: Pair): PairKey {
    const { timeframe, candleType } = this.#parts;
    return { pair, timeframe, candleType };
  }

  #informative(pair: Pair): readonly PairKey[] {
    const { strategy, candleType } = this.#parts;
    return strategy().informativeTimeframes.map((timeframe) => ({ pair, timeframe, candleType }));
  }

  /** What the strategy wants to read besides. Like its other functions it may throw, and the bot goes on. */
  #informativePairs(): readonly PairKey[] {
    const { candleType, dp } = this.#parts;
    const strategy = this.#parts.strategy();
    const what = `${strategy.name}: informativePairs`;
    try {
      const keys = strategy.informativePairs(dp()).map(([pair, timeframe, type]) => ({
        pair: parsePair(pair),
        timeframe: parseTimeframe(timeframe),
        candleType: type === undefined ? candleType : parseCandleType(type),
      }));
      this.#trouble.end(what, `${what} works again`, {});
      return keys;
    } catch (error) {
      this.#trouble.begin(what, 'error', `${what} threw ${messageOf(error)}`, {});
      return [];
    }
  }

  async #refresh(key: PairKey, now: TimestampMs): Promise<void> {
    const { pair, timeframe } = key;
    const { signal, emit } = this.#parts;
    const id = pairKeyText(key);
    try {
      await this.#cache.refresh(key, now, signal);
      this.#failing.delete(id);
      this.#trouble.end(id, 'candles come again', { pair, timeframe });
    } catch (error) {
      // It is closed while others are under way where one of them ended the bot.
      if (signal.aborted || (error instanceof ExchangeError && error.code === 'EXCHANGE_CLOSED')) return;
      // A key that is refused or an address that is banned gets worse with every request.
      if (error instanceof ExchangeError && error.kind === 'account') throw error;
      if (mayPass(error)) this.#failing.add(id);
      const message = messageOf(error);
      // An exchange that is away is away for all pairs, and says so itself.
      const level = mayPass(error) && this.#parts.exchange.isRevised === true ? 'debug' : 'warn';
      this.#trouble.begin(id, level, `no candles: ${message}`, { pair, timeframe });
      emit({ type: 'fetch_failed', pair, timeframe, message });
    }
  }

  /** How many of a pair's candles have not been told of. Of those it starts with, one is new. */
  #newCandles(pair: Pair): number {
    const { date } = this.#cache.get(this.#mainKey(pair)).columns;
    const before = this.#told.get(pair);
    if (date.length === 0 || date[date.length - 1] === before) return 0;
    this.#told.set(pair, date[date.length - 1]);
    return before === undefined ? 1 : date.length - rowsBefore(date, nextCandleOpen(before, this.#parts.timeframe));
  }
}

/** Whether the next attempt can end otherwise: not where the exchange has no such candles. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ExchangeError) || error.kind === 'outside';
}

import { type Pair, type PairKey, pairKeyText } from '../market/index.ts';
import { type AnyStrategy, KeptAnalysis } from '../strategy/index.ts';
import type { Logger } from '../util/logger.ts';

/**
 * What was kept of the analyses of each pair and timeframe of a bot, and what they tell of the strategy: whether it writes to results
 * that are for reading only, and whether its indicators need more candles than it says.
 */
export class KeptAnalyses {
  readonly #strategy: AnyStrategy;
  readonly #logger: Logger;
  readonly #kept = new Map<string, { readonly pair: Pair; readonly analysis: KeptAnalysis }>();
  /** Analyzed since the last check. */
  readonly #unchecked = new Set<string>();
  readonly #warnedOf = new Set<string>();
  #isShared = true;

  constructor({ strategy, logger }: { readonly strategy: AnyStrategy; readonly logger: Logger }) {
    this.#strategy = strategy;
    this.#logger = logger;
  }

  /** What to go on from for this key; undefined for a strategy that writes to it. */
  of(key: PairKey): KeptAnalysis | undefined {
    if (!this.#isShared) return undefined;
    const id = pairKeyText(key);
    const known = this.#kept.get(id) ?? { pair: key.pair, analysis: new KeptAnalysis() };
    this.#kept.set(id, known);
    this.#unchecked.add(id);
    return known.analysis;
  }

  /** Lets go of what is kept of all but these pairs. */
  keepOnly(pairs: ReadonlySet<Pair>): void {
    for (const [id, { pair }] of this.#kept) {
      if (pairs.has(pair)) continue;
      this.#kept.delete(id);
      this.#unchecked.delete(id);
    }
  }

  /** To be called after an analysis that went well: warns once a timeframe of a startup count that is too small. */
  noteWarmUp(key: PairKey): void {
    const { startupCandleCount, name } = this.#strategy;
    const longest = this.#kept.get(pairKeyText(key))?.analysis.longestWarmUp;
    if (longest === undefined || longest.row <= startupCandleCount || this.#warnedOf.has(key.timeframe)) return;
    this.#warnedOf.add(key.timeframe);
    this.#logger.warn(
      `${name}: startupCandleCount is ${startupCandleCount}, but ${longest.indicator} on ${key.timeframe} candles has its first ` +
        `value after ${longest.row}; the oldest rows of its frames lack it. Set startupCandleCount to ${longest.row} or more`,
      { ...key },
    );
  }

  /**
   * Compares what was shared with the strategy since the last time. Returns the pairs to be analyzed again, this time without
   * sharing, because the strategy wrote to it.
   */
  check(): readonly Pair[] {
    const written = new Set<Pair>();
    for (const id of this.#unchecked) {
      const known = this.#kept.get(id);
      if (known !== undefined && !known.analysis.check()) written.add(known.pair);
    }
    this.#unchecked.clear();
    if (written.size > 0) this.#stopSharing();
    return [...written];
  }

  #stopSharing(): void {
    this.#isShared = false;
    this.#kept.clear();
    this.#logger.warn(
      `${this.#strategy.name} writes into candles or into an indicator's result, which are for reading only; from now on its ` +
        `indicators are computed from the start at every candle, which is slower. Copy what is to be changed: result.slice()`,
      {},
    );
  }
}

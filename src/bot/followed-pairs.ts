import { ExchangeError } from '../exchange/index.ts';
import type { Pair } from '../market/index.ts';
import type { LeftOut, Pairlist, PairlistResult } from '../pairlist/index.ts';
import { messageOf } from '../util/errors.ts';
import { listText } from '../util/list-text.ts';
import type { Logger } from '../util/logger.ts';

/** Pairs that a log line names. */
const MOST_NAMED = 8;

/** The pairs of a bot, which follow its list: it tells what has changed since the last time. */
export class FollowedPairs {
  readonly #logger: Logger;
  readonly #onChange: (pairs: readonly Pair[]) => void;
  readonly #mayBeEmpty: () => boolean;
  #pairlist: Pairlist;
  /** The list that takes the place of the other once it could be made. */
  #next: Pairlist | undefined;
  #pairs: readonly Pair[] | undefined;
  #leftOut: readonly LeftOut[] = [];
  #told: ReadonlySet<string> = new Set();

  constructor(parts: {
    readonly pairlist: Pairlist;
    readonly logger: Logger;
    /** Whether the list that is followed may have no pairs, as that of a producer that has not spoken yet. */
    readonly mayBeEmpty: () => boolean;
    readonly onChange: (pairs: readonly Pair[]) => void;
  }) {
    this.#pairlist = parts.pairlist;
    this.#logger = parts.logger;
    this.#onChange = parts.onChange;
    this.#mayBeEmpty = parts.mayBeEmpty;
  }

  /** Follows another list as soon as it can be made, and has pairs; until then, or if it never can, the one before. */
  follow(pairlist: Pairlist): void {
    this.#next = pairlist;
  }

  /** What the last refresh left out, and why. */
  get leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  /** The pairs as they are now. Throws as `Pairlist.refresh` does. */
  async refresh(signal?: AbortSignal): Promise<readonly Pair[]> {
    const { pairs, leftOut } = (await this.#firstOfNext(signal)) ?? (await this.#pairlist.refresh(signal));
    this.#leftOut = leftOut;
    this.#tellLeftOut(leftOut);
    const before = this.#pairs;
    if (before !== undefined && isSameList(before, pairs)) return before;
    this.#pairs = pairs;
    if (before !== undefined) this.#tellChange(before, pairs);
    this.#onChange(pairs);
    return pairs;
  }

  /** The first result of the list to come, which is then the one that is followed. */
  async #firstOfNext(signal: AbortSignal | undefined): Promise<PairlistResult | undefined> {
    const next = this.#next;
    if (next === undefined) return undefined;
    try {
      const result = await next.refresh(signal);
      if (next !== this.#next) return undefined;
      this.#next = undefined;
      if (result.pairs.length === 0 && !this.#mayBeEmpty()) {
        const reasons = result.leftOut.map(({ entry, reason }) => `${entry}: ${reason}`).join('; ');
        this.#logger.error(`the new list has no pairs${reasons === '' ? '' : ` (${reasons})`}; the one before stays`);
        return undefined;
      }
      this.#pairlist = next;
      return result;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      // Where the exchange may answer another time, so may the list be made then.
      if (error instanceof ExchangeError && error.kind === 'outside') return undefined;
      this.#next = undefined;
      this.#logger.error(`the new list of pairs can't be made, the one before stays: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** What the whitelist names in vain is a mistake as a rule; what a filter leaves out is its work. */
  #tellLeftOut(leftOut: readonly LeftOut[]): void {
    const told = new Set(this.#told);
    this.#told = new Set(leftOut.map(({ entry, reason }) => `pair left out: ${entry}: ${reason}`));
    for (const { entry, reason, handler } of leftOut) {
      const message = `pair left out: ${entry}: ${reason}`;
      if (handler !== 'StaticPairList') this.#logger.debug(message, { handler });
      else if (!told.has(message)) this.#logger.warn(message);
    }
  }

  #tellChange(before: readonly Pair[], now: readonly Pair[]): void {
    const joined = now.filter((pair) => !before.includes(pair));
    const left = before.filter((pair) => !now.includes(pair));
    this.#logger.info('the whitelist has changed', {
      pairs: now.length,
      joined: joined.length === 0 ? undefined : listText(joined, MOST_NAMED),
      left: left.length === 0 ? undefined : listText(left, MOST_NAMED),
    });
  }
}

function isSameList(left: readonly Pair[], right: readonly Pair[]): boolean {
  return left.length === right.length && left.every((pair, i) => pair === right[i]);
}

import type { Pair } from '../market/index.ts';
import type { LeftOut, Pairlist } from '../pairlist/index.ts';
import { listText } from '../util/list-text.ts';
import type { Logger } from '../util/logger.ts';

/** Pairs that a log line names. */
const MOST_NAMED = 8;

/** The pairs of a bot, which follow its list: it tells what has changed since the last time. */
export class FollowedPairs {
  readonly #logger: Logger;
  readonly #onChange: (pairs: readonly Pair[]) => void;
  #pairlist: Pairlist;
  #pairs: readonly Pair[] | undefined;
  #told: ReadonlySet<string> = new Set();

  constructor(parts: {
    readonly pairlist: Pairlist;
    readonly logger: Logger;
    readonly onChange: (pairs: readonly Pair[]) => void;
  }) {
    this.#pairlist = parts.pairlist;
    this.#logger = parts.logger;
    this.#onChange = parts.onChange;
  }

  /** Follows another list from the next refresh on. */
  follow(pairlist: Pairlist): void {
    this.#pairlist = pairlist;
  }

  /** The pairs as they are now. Throws as `Pairlist.refresh` does. */
  async refresh(signal?: AbortSignal): Promise<readonly Pair[]> {
    const { pairs, leftOut } = await this.#pairlist.refresh(signal);
    const before = this.#pairs;
    if (before !== undefined && before.length === pairs.length && pairs.every((pair, i) => pair === before[i]))
      return before;
    this.#pairs = pairs;
    this.#tellLeftOut(leftOut);
    if (before !== undefined) this.#tellChange(before, pairs);
    this.#onChange(pairs);
    return pairs;
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

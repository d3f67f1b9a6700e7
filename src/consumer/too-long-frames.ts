import { type Pair, type PairKey, pairKeyText } from '../market/index.ts';

/**
 * Which of a producer's frames do not fit into a message, and of how many rows that is expected which do. Outlives connections, so
 * that what was found out once is not found out again.
 */
export class TooLongFrames {
  readonly #frames = new Map<string, { readonly key: PairKey; readonly rows: number }>();

  /** The rows that are expected to fit, 0 where not even one does; undefined where nothing is known. */
  rowsOf(key: PairKey): number | undefined {
    return this.#frames.get(pairKeyText(key))?.rows;
  }

  note(key: PairKey, rows: number): void {
    this.#frames.set(pairKeyText(key), { key, rows });
  }

  /** It fits, or its rows became others. */
  forget(key: PairKey): void {
    this.#frames.delete(pairKeyText(key));
  }

  keepPairs(pairs: readonly Pair[]): void {
    const kept = new Set(pairs);
    for (const [keyText, { key }] of this.#frames) if (!kept.has(key.pair)) this.#frames.delete(keyText);
  }

  /**
   * How many rows to ask of all frames at once: the most that fit for any. Undefined where there is one that may fit as it is.
   *
   * @param pairs the whitelist, empty where it is not known.
   * @param held frames of which something is known.
   */
  rowsOfAll(pairs: readonly Pair[], held: readonly PairKey[]): number | undefined {
    const known = [...this.#frames.values()];
    const limited = new Set(known.map(({ key }) => key.pair));
    const asked = pairs.length === 0 ? held : held.filter(({ pair }) => pairs.includes(pair));
    const isEach = pairs.every((pair) => limited.has(pair)) && asked.every((key) => this.rowsOf(key) !== undefined);
    return known.length > 0 && isEach ? Math.max(1, ...known.map(({ rows }) => rows)) : undefined;
  }
}

import { assert } from '../util/assert.ts';
import { type Clock, systemClock, type Timer } from '../util/clock.ts';
import { type Inspection, inspectStrategy } from './inspect-strategy.ts';
import { attemptLoad, sourcesOf, type StrategySources } from './load-strategy.ts';
import { readDigest, type SourceFile } from './source-file.ts';
import type { StrategyError } from './strategy-error.ts';
import type { AnyStrategy } from './strategy.ts';
import { WatchedFolders } from './watch-folders.ts';

/** A changed strategy, or why its new version can't take the place of the one that runs. */
export type StrategyChange =
  | { readonly status: 'loaded'; readonly strategy: AnyStrategy }
  | { readonly status: 'failed'; readonly error: StrategyError };

export interface StrategyWatchOptions {
  /** Default the system's. */
  readonly clock?: Clock;
  /** How long the files must stay as they are before they are loaded, in milliseconds: writing takes time. Default 150. */
  readonly settleMs?: number;
  /** The same where one of them is missing, which it is while an editor replaces it. Default 1,000. */
  readonly missingMs?: number;
  /** The files are read this often in any case, in milliseconds. Default 2,000. */
  readonly pollMs?: number;
  /** How long the trial of a new version may take, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
}

export interface StrategyWatch {
  /** Nothing is reported from here on. */
  close(): void;
}

/**
 * Watches the file of a strategy that `loadStrategy` loaded, and what that imports by relative paths, until closed. When their contents
 * change, the new version is tried in a process of its own, then loaded, and reported; a version that fails is reported once and not
 * loaded. Node forgets no module: each version that is loaded leaves its own in memory, 9 kB of heap and 26 kB of the process for a
 * strategy of one file with 1.1 kB, so 26 MB after 1,000 reloads.
 *
 * What a strategy reads by itself, what it imports from packages, and what its functions import later is not watched.
 *
 * @param onChange called with one change at a time; must not throw.
 * @throws Error where `strategy` does not come from `loadStrategy`, or from another watch.
 */
export function watchStrategy(
  strategy: AnyStrategy,
  onChange: (change: StrategyChange) => void,
  options: StrategyWatchOptions = {},
): StrategyWatch {
  const sources = sourcesOf(strategy);
  assert(sources !== undefined, `${strategy.name} comes from loadStrategy`);
  const watcher = new StrategyWatcher(sources, onChange, options);
  return { close: () => watcher.close() };
}

/** The digests of the watched files. */
type Contents = ReadonlyMap<string, string>;

class StrategyWatcher {
  readonly #file: string;
  readonly #onChange: (change: StrategyChange) => void;
  readonly #options: Required<StrategyWatchOptions>;
  readonly #folders: WatchedFolders;
  readonly #closing = new AbortController();
  /** What was loaded last, or failed to. */
  #known: Contents;
  /** What was seen instead, and since when. */
  #seen: { readonly contents: Contents; readonly sinceMs: number } | undefined;
  #timer: Timer | undefined;
  #isBusy = false;
  /** Whether something happened while it was busy. */
  #isStirred = false;

  constructor(
    sources: StrategySources,
    onChange: (change: StrategyChange) => void,
    { clock = systemClock, settleMs = 150, missingMs = 1000, pollMs = 2000, timeoutMs = 20_000 }: StrategyWatchOptions,
  ) {
    this.#file = sources.file;
    this.#onChange = onChange;
    this.#options = { clock, settleMs, missingMs, pollMs, timeoutMs };
    this.#folders = new WatchedFolders(() => this.#stir());
    this.#known = this.#contentsOf(sources.files);
    this.#folders.set(this.#known.keys());
    this.#lookIn(0);
  }

  close(): void {
    this.#closing.abort();
    this.#timer?.cancel();
    this.#folders.close();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Something happened in a folder: it may have been to one of the files. */
  #stir(): void {
    if (this.#isBusy) this.#isStirred = true;
    else this.#lookIn(0);
  }

  #lookIn(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(() => void this.#turn(), delayMs);
  }

  async #turn(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#isStirred = false;
    const delayMs = await this.#look();
    this.#isBusy = false;
    this.#lookIn(this.#isStirred ? 0 : delayMs);
  }

  /** Returns when to look again. */
  async #look(): Promise<number> {
    const { clock, pollMs } = this.#options;
    const contents = await this.#read();
    if (isSame(contents, this.#known)) {
      this.#seen = undefined;
      return pollMs;
    }
    if (this.#seen === undefined || !isSame(contents, this.#seen.contents)) {
      this.#seen = { contents, sinceMs: clock.now() };
    }
    const remainingMs = this.#seen.sinceMs + this.#patience(contents) - clock.now();
    if (remainingMs > 0) return Math.min(remainingMs, pollMs);
    await this.#take(contents);
    return 0;
  }

  #patience(contents: Contents): number {
    const isMissing = [...contents.values()].some((digest) => digest.startsWith('!'));
    return isMissing ? this.#options.missingMs : this.#options.settleMs;
  }

  async #take(contents: Contents): Promise<void> {
    const inspection = await this.#inspect();
    if (this.#isClosed || inspection === undefined) return;
    // What was written meanwhile is a version of its own, and was not tried.
    if (!isSame(await this.#read(), contents)) return;
    const { change, files } = await this.#outcome(inspection);
    if (this.#isClosed) return;
    this.#seen = undefined;
    // A version that failed may have read no more than its first file: those of the one before may be what mends it.
    this.#known =
      change.status === 'loaded' ? this.#contentsOf(files) : new Map([...contents, ...this.#contentsOf(files)]);
    this.#folders.set(this.#known.keys());
    this.#onChange(change);
  }

  async #inspect(): Promise<Inspection | undefined> {
    const { timeoutMs } = this.#options;
    try {
      return await inspectStrategy(this.#file, { timeoutMs, signal: this.#closing.signal });
    } catch (error) {
      if (this.#isClosed) return undefined;
      throw error;
    }
  }

  async #outcome(
    inspection: Inspection,
  ): Promise<{ readonly change: StrategyChange; readonly files: readonly SourceFile[] }> {
    if (inspection.status === 'failed') {
      const { error, files } = inspection;
      return { change: { status: 'failed', error }, files };
    }
    const attempt = await attemptLoad(this.#file);
    const change: StrategyChange =
      attempt.status === 'loaded'
        ? { status: 'loaded', strategy: attempt.strategy }
        : { status: 'failed', error: attempt.error };
    return { change, files: attempt.files };
  }

  /** The first file has its name twice where that is a link: pointed elsewhere, it counts as changed. */
  #contentsOf(files: readonly SourceFile[]): Contents {
    const [first] = files.slice(0, 1);
    const entry = first === undefined ? [] : [{ file: this.#file, digest: first.digest }];
    return new Map([...entry, ...files].map(({ file, digest }) => [file, digest]));
  }

  async #read(): Promise<Contents> {
    const files = [...this.#known.keys()];
    const digests = await Promise.all(files.map(readDigest));
    return new Map(files.map((file, i) => [file, digests[i]]));
  }
}

function isSame(a: Contents, b: Contents): boolean {
  return a.size === b.size && [...a].every(([file, digest]) => b.get(file) === digest);
}

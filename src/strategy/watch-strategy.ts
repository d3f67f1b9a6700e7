import { assert } from '../util/assert.ts';
import { type Clock, systemClock, type Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import { type Inspection, inspectStrategy } from './inspect-strategy.ts';
import { attemptLoad, sourcesOf, type StrategySources } from './load-strategy.ts';
import { readDigest, type SourceFile } from './source-file.ts';
import { StrategyError } from './strategy-error.ts';
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
 * change, the new version is tried in a process of its own, also on made candles, then loaded, and reported; a version that fails is
 * reported once and not loaded. On made candles only a throw counts, and only where the version that runs does not throw on them. Node forgets no module: each version that is loaded leaves its own in memory, 9 kB of heap and 26 kB of the process for a
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
  /** Whether the version that runs throws on made candles; undefined where its files changed before they could be tried. */
  #isThrowing: Promise<boolean | undefined>;
  /** What went wrong in the last turn. */
  #fault: string | undefined;
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
    this.#isThrowing = this.#tryRunning(this.#known);
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
    let delayMs = this.#options.pollMs;
    try {
      delayMs = await this.#look();
      this.#fault = undefined;
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isBusy = false;
      this.#lookIn(this.#isStirred ? 0 : delayMs);
    }
  }

  /** Once for a fault that each turn has. */
  #report(fault: unknown): void {
    const reason = messageOf(fault);
    if (this.#isClosed || reason === this.#fault) return;
    this.#fault = reason;
    const message = `a change of the strategy could not be taken up: ${reason}`;
    const options = { cause: fault, location: { file: this.#file } };
    this.#onChange({ status: 'failed', error: new StrategyError('STRATEGY_WATCH_FAILED', message, options) });
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
    const refusal = await this.#refusal(inspection);
    // What was written meanwhile is a version of its own, and was not tried.
    if (!isSame(await this.#read(), contents)) return;
    const { change, files } =
      refusal === undefined
        ? await this.#load()
        : { change: { status: 'failed', error: refusal } as const, files: inspection.files };
    if (this.#isClosed) return;
    if (change.status === 'loaded') this.#isThrowing = Promise.resolve(threwOnCandles(inspection));
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
      return await inspectStrategy(this.#file, { analyze: true, timeoutMs, signal: this.#closing.signal });
    } catch (error) {
      if (this.#isClosed) return undefined;
      throw error;
    }
  }

  /** Whether the version that was loaded before the watch began throws on made candles. */
  async #tryRunning(contents: Contents): Promise<boolean | undefined> {
    try {
      const inspection = await this.#inspect();
      if (inspection === undefined || !isSame(this.#contentsOf(inspection.files), contents)) return undefined;
      return threwOnCandles(inspection);
    } catch {
      // The trial of the next version will say why none can be made.
      return undefined;
    }
  }

  /** Why a version is not loaded. */
  async #refusal(inspection: Inspection): Promise<StrategyError | undefined> {
    if (inspection.status === 'loaded') return undefined;
    const { during, error } = inspection;
    if (during === 'load') return error;
    // What else can be wrong on made candles, such as producers that sent nothing, may be right on those of the bot.
    if (!threwOnCandles(inspection) || (await this.#isThrowing) !== false) return undefined;
    const { code, reason, location } = error;
    return new StrategyError(code, `tried on made candles, ${reason}`, { location });
  }

  async #load(): Promise<{ readonly change: StrategyChange; readonly files: readonly SourceFile[] }> {
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

function threwOnCandles(inspection: Inspection): boolean {
  return (
    inspection.status === 'failed' && inspection.during === 'analysis' && inspection.error.code === 'STRATEGY_THREW'
  );
}

function isSame(a: Contents, b: Contents): boolean {
  return a.size === b.size && [...a].every(([file, digest]) => b.get(file) === digest);
}

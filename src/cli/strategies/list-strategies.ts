import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { findStrategyFile, strategyFilesIn } from '../../strategy/find-strategy-file.ts';
import type { StrategyError } from '../../strategy/index.ts';
import { type Inspection, inspectStrategy } from '../../strategy/inspect-strategy.ts';
import { baseName } from '../../strategy/source-location.ts';

/** A strategy that loads, and whose functions work on made candles. */
export interface ListedStrategy {
  readonly status: 'loaded';
  readonly name: string;
  /** What `-s` takes for it: its own name, or its file's where that leads elsewhere or nowhere. */
  readonly callName: string;
  readonly file: string;
  readonly timeframe: string;
  readonly startupCandleCount: number;
  readonly processOnlyNewCandles: boolean;
  readonly canShort: boolean;
  readonly informativeTimeframes: readonly string[];
  /** A consumer asks for what producers send; any other is a producer's: it stands on its own candles. */
  readonly role: 'producer' | 'consumer';
  /** The producers that it asks. */
  readonly producers: readonly string[];
  /** What works, and is yet hardly what was meant. */
  readonly warnings: readonly string[];
}

/** A file that is no strategy that could run, with the reason. */
export interface FailedFile {
  readonly status: 'failed';
  readonly name: string;
  readonly file: string;
  readonly error: StrategyError;
}

export type ListedFile = ListedStrategy | FailedFile;

export interface StrategyList {
  readonly files: readonly ListedFile[];
  /** Files without a strategy that others import. */
  readonly helpers: readonly string[];
  /** freqtrade's own, in the same folders. */
  readonly pythonFiles: readonly string[];
}

/** More processes at a time only wait for each other's disk. */
const MOST_AT_ONCE = 4;

/** Loads every strategy file of the folders, each in a process of its own, and tries it on made candles. */
export async function listStrategies(
  folders: readonly string[],
  options: { readonly timeoutMs: number },
): Promise<StrategyList> {
  const paths = folders.flatMap((folder) => strategyFilesIn(folder).map((file) => join(folder, file)));
  const inspections = await mapAtOnce(paths, (path) => inspectStrategy(resolve(path), { analyze: true, ...options }));
  const imported = importedFiles(inspections);
  const isHelper = (i: number) => {
    const inspection = inspections[i];
    const isNoStrategy = inspection.status === 'failed' && inspection.error.code === 'STRATEGY_NO_DEFAULT_EXPORT';
    return isNoStrategy && imported.has(inspection.files[0]?.file);
  };
  return {
    files: paths.flatMap((path, i) => (isHelper(i) ? [] : [listed(path, inspections[i], folders)])),
    helpers: paths.filter((_, i) => isHelper(i)),
    pythonFiles: folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.py') && !file.startsWith('__'))
        .sort()
        .map((file) => join(folder, file)),
    ),
  };
}

/** What files read besides themselves. */
function importedFiles(inspections: readonly Inspection[]): ReadonlySet<string | undefined> {
  return new Set(inspections.flatMap(({ files }) => files.slice(1).map(({ file }) => file)));
}

function listed(path: string, inspection: Inspection, folders: readonly string[]): ListedFile {
  if (inspection.status === 'failed') {
    return { status: 'failed', name: baseName(path), file: path, error: inspection.error };
  }
  const { facts, producers, warnings } = inspection;
  return {
    status: 'loaded',
    ...facts,
    callName: leadsTo(facts.name, folders) === resolve(path) ? facts.name : baseName(path),
    file: path,
    role: producers.length > 0 ? 'consumer' : 'producer',
    producers,
    warnings,
  };
}

function leadsTo(name: string, folders: readonly string[]): string | undefined {
  try {
    return findStrategyFile(name, folders);
  } catch {
    return undefined;
  }
}

/** The results in the order of the items, a few at a time. */
async function mapAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, availableParallelism()) }, worker));
  return results;
}

import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { StrategyError } from '../strategy/index.ts';
import { listText } from '../util/list-text.ts';
import type { LogOptions } from './cli-logger.ts';
import { fitTable, type TableColumn } from './fit-table.ts';
import { plural } from './count-text.ts';
import { wholeNumber } from './number-option.ts';
import { paintFor } from './paint.ts';
import { type FailedFile, type ListedFile, listStrategies, type StrategyList } from './strategies/list-strategies.ts';
import { type FolderOptions, strategyFolders, userDataDirOption } from './strategies/strategy-folders.ts';
import { roomOf, type Terminal } from './terminal.ts';
import { textWidth } from './text-width.ts';

interface ListStrategiesOptions extends LogOptions, FolderOptions {
  readonly oneColumn?: boolean;
  readonly check?: boolean;
  readonly timeout: number;
}

/** More names than this in a line help nobody. */
const MOST_NAMES = 5;

/** Letters that a path is cut to at the least, and that are left to the status. */
const LEAST_FILE = 20;
const STATUS = 24;

/** `candlecast list-strategies`. */
export function listStrategiesCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('list-strategies')
    .description('List the strategies of a folder: what each is, or what is wrong with its file.')
    .option('--strategy-path <folder>', 'another folder, before the one of the user data')
    .addOption(userDataDirOption())
    .option('-1, --one-column', 'only the names of those that work, as -s takes them, one a line')
    .option('--check', 'end with exit code 1 where a file has an error')
    .addOption(new Option('--timeout <seconds>', 'how long a file may take').argParser(wholeNumber(1, 600)).default(20))
    .addHelpText(
      'after',
      `
Every file is loaded in a process of its own and tried on made candles, so one that throws, never ends or ends
its process leaves the others be. What it does besides, such as writing files, is done. Warnings are of what
works and is hardly meant: a timeframe that no exchange has, too few startup candles, misspelt signals.

Examples:
  candlecast list-strategies
  candlecast list-strategies --strategy-path strategies --check
  candlecast list-strategies --json | jq -r '.[] | select(.status == "failed") | .file'
`,
    )
    .action(async (options: ListStrategiesOptions) => {
      const folders = existingFolders(options);
      const list = await listStrategies(folders, { timeoutMs: options.timeout * 1000 });
      terminal.out.write(printed(list, folders, options, terminal));
      const hasErrors = list.files.some(({ status }) => status === 'failed');
      finish(options.check === true && hasErrors ? 1 : 0);
    });
}

/** @throws StrategyError STRATEGY_NO_FOLDER for one that was named and for the default one where it is the only one. */
function existingFolders(options: FolderOptions): readonly string[] {
  const folders = strategyFolders(options);
  const isFolder = (folder: string) => existsSync(folder) && statSync(folder).isDirectory();
  const isNamed = (i: number) => i === 0 || options.userDataDir !== undefined;
  const missing = folders.find((folder, i) => isNamed(i) && !isFolder(folder));
  if (missing === undefined) return folders.filter(isFolder);
  const what = existsSync(missing) ? `${missing} is not a folder` : `there is no folder ${missing}`;
  const message = `${what}; name one with --strategy-path, or make a strategy with "candlecast new-strategy MyStrategy"`;
  throw new StrategyError('STRATEGY_NO_FOLDER', message, { value: missing });
}

function printed(
  list: StrategyList,
  folders: readonly string[],
  { json, oneColumn }: ListStrategiesOptions,
  { out }: Terminal,
): string {
  if (json) return `${JSON.stringify(list.files.map(asRecord))}\n`;
  if (oneColumn) {
    return list.files.map((file) => (file.status === 'loaded' ? `${file.callName}\n` : '')).join('');
  }
  const paint = paintFor(out);
  const room = roomOf(out);
  const failed = list.files.filter((file) => file.status === 'failed');
  return [
    list.files.length === 0
      ? `no strategies in ${folders.join(' and ')}; make one with "candlecast new-strategy MyStrategy"\n`
      : fitTable(columns(list, folders.length > 1, room.width), list.files, {
          room: { ...room, height: Number.POSITIVE_INFINITY },
          paint,
          rowName: 'strategies',
        }),
    ...failed.map(({ error }) => `\n${paint('red', 'error:')} ${error.message} [${error.code}]\n`),
    ...list.files.flatMap(warningsOf).map((warning) => `\n${paint('yellow', 'warning:')} ${warning}\n`),
    ...[...notes(list)].map((note) => `\n${paint('gray', note)}\n`),
  ].join('');
}

function asRecord(file: ListedFile): object {
  if (file.status === 'loaded') return file;
  const { name, file: path, error } = file;
  return { status: 'failed', name, file: path, error: { code: error.code, message: error.reason, ...error.location } };
}

function warningsOf(file: ListedFile): readonly string[] {
  return file.status === 'loaded' ? file.warnings.map((warning) => `${file.file}: ${warning}`) : [];
}

/** Name, file and status stay as long as there is room for them. */
function columns(
  { files }: StrategyList,
  hasSeveralFolders: boolean,
  width: number,
): readonly TableColumn<ListedFile>[] {
  const of = (print: (file: Extract<ListedFile, { status: 'loaded' }>) => string) => (file: ListedFile) => ({
    text: file.status === 'loaded' ? print(file) : '',
  });
  const names = Math.max('name'.length, ...files.map(({ name }) => textWidth(name)));
  const roomForFile = Math.max(LEAST_FILE, width - names - STATUS - 2 * 2);
  const shownFile = (file: string) => (hasSeveralFolders ? pathEnd(file, roomForFile) : basename(file));
  return [
    { head: 'name', cell: ({ name }) => ({ text: name }) },
    { head: 'file', cell: ({ file }) => ({ text: shownFile(file) }), leaves: 1 },
    { head: 'timeframe', cell: of(({ timeframe }) => timeframe), leaves: 2 },
    { head: 'startup', cell: of(({ startupCandleCount }) => String(startupCandleCount)), align: 'right', leaves: 3 },
    { head: 'informative', cell: of((file) => file.informativeTimeframes.join(', ')), leaves: 5 },
    { head: 'role', cell: of(roleText), leaves: 4 },
    { head: 'status', cell: statusCell },
  ];
}

/** A path of which the end is what counts. */
function pathEnd(path: string, room: number): string {
  return path.length <= room ? path : `…${path.slice(path.length - room + 1)}`;
}

/** Producers are named where one is not called as it is by default. */
function roleText({ role, producers }: Extract<ListedFile, { status: 'loaded' }>): string {
  const isPlain = producers.every((name) => name === 'default');
  return isPlain ? role : `${role} of ${listText(producers, MOST_NAMES)}`;
}

function statusCell(file: ListedFile): ReturnType<TableColumn<ListedFile>['cell']> {
  if (file.status === 'loaded') {
    const count = file.warnings.length;
    return count === 0 ? { text: 'ok', style: 'green' } : { text: plural(count, 'warning'), style: 'yellow' };
  }
  return { text: `${placeIn(file)}${file.error.code}`, style: 'red' };
}

/** Where in the file the error is, or in which other one. */
function placeIn({ file, error: { location } }: FailedFile): string {
  if (location?.line === undefined) return '';
  const place = [location.line, location.column].filter((part) => part !== undefined).join(':');
  const other = basename(location.file) === basename(file) ? '' : `${basename(location.file)}:`;
  return `${other}${place} `;
}

function* notes({ files, helpers, pythonFiles }: StrategyList): Generator<string> {
  if (helpers.length > 0) {
    yield `without a strategy, imported by others: ${listText(
      helpers.map((file) => basename(file)),
      MOST_NAMES,
    )}`;
  }
  if (pythonFiles.length > 0) {
    yield `freqtrade's own, not loaded: ${listText(
      pythonFiles.map((file) => basename(file)),
      MOST_NAMES,
    )}`;
  }
  for (const [name, paths] of sameNames(files)) yield `${paths.join(' and ')} have the same name, ${name}`;
}

function sameNames(files: readonly ListedFile[]): readonly (readonly [string, readonly string[]])[] {
  const paths = new Map<string, string[]>();
  for (const { name, file } of files) paths.set(name, [...(paths.get(name) ?? []), file]);
  return [...paths].filter(([, named]) => named.length > 1);
}

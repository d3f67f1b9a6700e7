import { Command } from 'commander';
import { countHoles } from '../download/index.ts';
import { type CandleFile, type DataFolder, ExchangeError, openDataFolder } from '../exchange/index.ts';
import { type CandleType, type TimestampMs } from '../market/index.ts';
import { expandList } from '../pairlist/static-whitelist.ts';
import { messageOf } from '../util/errors.ts';
import { timeText } from '../util/time-text.ts';
import { countText, plural } from './count-text.ts';
import { type ExchangeOptions, addExchangeOptions, addFolderOption, chooseExchange } from './exchange-choice.ts';
import { type TableColumn, fitTable } from './fit-table.ts';
import { minuteText } from './minute-text.ts';
import { paintFor } from './paint.ts';
import { roomOf, type Terminal } from './terminal.ts';

interface ListDataOptions extends ExchangeOptions {
  readonly pairs?: readonly string[];
}

/** A candle file, or why it can't be read. */
type DataRow = Pick<CandleFile, 'key' | 'path'> &
  (
    | {
        /** When the first and last candle opened; undefined in a file without candles. */
        readonly from: TimestampMs | undefined;
        readonly to: TimestampMs | undefined;
        readonly candles: number;
        readonly holes: number;
      }
    | { readonly error: string }
  );

/** `candlecast list-data`. */
export function listDataCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const command = new Command('list-data').description(
    'List the candles in a data folder: of which time, and how many are missing.',
  );
  return addFolderOption(addExchangeOptions(command))
    .option('-p, --pairs <pair...>', 'only these pairs, or patterns such as .*/USDT')
    .option('--show-timerange', "freqtrade's word for what is always shown")
    .addHelpText(
      'after',
      `
Files that can't be read are listed with the reason, and make the exit code 1.

Examples:
  candlecast list-data --exchange binance
  candlecast list-data -d user_data/data/binance -p .*/USDT
  candlecast list-data -c user_data/config.json --json | jq '.[] | select(.holes > 0)'
`,
    )
    .action(async (options: ListDataOptions) => finish(await listData(options, terminal)));
}

async function listData(options: ListDataOptions, terminal: Terminal): Promise<number> {
  const path = options.datadir ?? (await usualFolder(options));
  const folder = await openFolder(path);
  const files = filesOf(folder, options);
  const rows: DataRow[] = [];
  for (const file of files) {
    rows.push(await rowOf(folder, file));
    // One file at a time: a folder may hold more than memory does.
    folder.forget();
  }
  terminal.out.write(options.json ? `${JSON.stringify(rows.map(recordOf))}\n` : tableOf(path, rows, terminal));
  return rows.some((row) => 'error' in row) ? 1 : 0;
}

/** @throws ExchangeError, where there is no candle with what fetches some. */
async function openFolder(path: string): Promise<DataFolder> {
  try {
    return await openDataFolder(path);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const isMissing = error.code === 'EXCHANGE_DATA_FOLDER_MISSING';
    if (!isMissing && error.code !== 'EXCHANGE_DATA_FOLDER_EMPTY') throw error;
    const found = isMissing ? `there is no data folder ${path}` : error.message;
    const message = `${found}; "candlecast download-data" fetches candles, as in: candlecast download-data --exchange binance -d ${path} -p BTC/USDT -t 5m`;
    throw new ExchangeError(error.code, message, { value: path, cause: error });
  }
}

/** Of a recorded exchange the folder that it plays. */
async function usualFolder(options: ListDataOptions): Promise<string> {
  const { name, settings, folder } = await chooseExchange(options);
  return (name === 'recorded' ? settings.recorded?.datadir : undefined) ?? folder;
}

function filesOf({ files }: DataFolder, { pairs, tradingMode }: ListDataOptions): readonly CandleFile[] {
  const known = [...new Set(files.map(({ key }) => key.pair))];
  const wanted = pairs === undefined ? known : expandList(pairs, known, 'no file').pairs;
  const isOfMode = (type: CandleType) => tradingMode === undefined || (type === 'spot') === (tradingMode === 'spot');
  return files.filter(({ key }) => wanted.includes(key.pair) && isOfMode(key.candleType));
}

async function rowOf(folder: DataFolder, file: CandleFile): Promise<DataRow> {
  const { key, path } = file;
  try {
    const candles = await folder.load(file);
    const [from, to] = [candles.at(0, 'date'), candles.last('date')];
    return { key, path, from, to, candles: candles.length, holes: countHoles(candles, key) };
  } catch (error) {
    return { key, path, error: messageOf(error) };
  }
}

function recordOf({ key, path, ...facts }: DataRow): object {
  if ('error' in facts) return { ...key, path, ...facts };
  const { from, to, candles, holes } = facts;
  return { ...key, path, from: textOf(from), to: textOf(to), candles, holes };
}

function textOf(time: TimestampMs | undefined): string | null {
  return time === undefined ? null : timeText(time);
}

const columns: readonly TableColumn<DataRow>[] = [
  { head: 'pair', cell: ({ key }) => ({ text: key.pair }) },
  { head: 'timeframe', cell: ({ key }) => ({ text: key.timeframe }) },
  { head: 'type', cell: ({ key }) => ({ text: key.candleType }) },
  { head: 'from', cell: (row) => ({ text: 'error' in row ? '' : shortText(row.from) }) },
  { head: 'to', cell: (row) => ({ text: 'error' in row ? '' : shortText(row.to) }) },
  { head: 'candles', align: 'right', cell: (row) => ({ text: 'error' in row ? '' : countText(row.candles) }) },
  { head: 'holes', align: 'right', cell: holesCell },
];

function holesCell(row: DataRow): { readonly text: string; readonly style?: 'yellow' } {
  if ('error' in row) return { text: '' };
  return row.holes === 0 ? { text: '0' } : { text: countText(row.holes), style: 'yellow' };
}

function shortText(time: TimestampMs | undefined): string {
  return time === undefined ? '' : minuteText(time);
}

function tableOf(path: string, rows: readonly DataRow[], { out }: Terminal): string {
  // Whoever lists a folder wants all of it, however high the terminal is.
  const room = { width: roomOf(out).width, height: Number.POSITIVE_INFINITY };
  const readable = rows.filter((row) => !('error' in row));
  const table =
    readable.length === 0 ? '' : fitTable(columns, readable, { room, paint: paintFor(out), rowName: 'files' });
  const broken = rows.flatMap((row) => ('error' in row ? [`unreadable: ${row.error}\n`] : []));
  return `${[table, ...broken].join('')}${plural(rows.length, 'file')} in ${path}\n`;
}

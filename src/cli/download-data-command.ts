import { Command, Option } from 'commander';
import {
  type DownloadSummary,
  type Timerange,
  defaultTimeframes,
  downloadCandles,
  downloadedTypes,
  downloadKeys,
  lastDays,
  parseTimerange,
} from '../download/index.ts';
import type { Exchange } from '../exchange/index.ts';
import { type CandleType, type PairKey, type Timeframe, candleTypes } from '../market/index.ts';
import { expandList } from '../pairlist/static-whitelist.ts';
import { systemClock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import { cliLogger } from './cli-logger.ts';
import { plural } from './count-text.ts';
import { downloadOutput } from './download/download-output.ts';
import { type FailureLine, failureLine } from './download/download-report.ts';
import { afterGrace } from './download/stop-grace.ts';
import { wantedPairs } from './download/wanted-pairs.ts';
import {
  type ExchangeChoice,
  type ExchangeOptions,
  addExchangeOptions,
  addFolderOption,
  chooseExchange,
} from './exchange-choice.ts';
import { wholeNumber } from './number-option.ts';
import { openExchange } from './open-exchange.ts';
import { NoteSink } from './note-sink.ts';
import { onStopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';
import { timeframesOption } from './timeframe-option.ts';

interface DownloadDataOptions extends ExchangeOptions {
  readonly pairs?: readonly string[];
  readonly pairsFile?: string;
  readonly timeframes?: readonly Timeframe[];
  readonly candleTypes?: readonly CandleType[];
  readonly timerange?: string;
  readonly days?: number;
  readonly newPairsDays: number;
  readonly erase?: boolean;
  readonly prepend?: boolean;
  readonly includeInactivePairs?: boolean;
  readonly parallelDownload: boolean;
  readonly dataFormatOhlcv?: 'feather' | 'json' | 'jsongz';
  readonly quiet?: boolean;
}

/** Files at once. The exchange's own rate limit decides how fast that is. */
const CONCURRENCY = 4;

/** `candlecast download-data`. */
export function downloadDataCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const command = new Command('download-data').description(
    "Download candles into freqtrade's data folder; what is there already is continued.",
  );
  return addFolderOption(addExchangeOptions(command))
    .option('-p, --pairs <pair...>', "pairs, or patterns such as .*/USDT; default the config's whitelist")
    .option('--pairs-file <file>', 'a JSON array of pairs, in place of --pairs')
    .addOption(timeframesOption(`default ${defaultTimeframes.join(' ')}`))
    .addOption(
      new Option(
        '--candle-types <type...>',
        'of futures; default futures, and mark and funding_rate where there are such',
      ).choices(candleTypes),
    )
    .addOption(new Option('--timerange <range>', 'as 20240101-20240201, 20240101- or -20240201T1230').conflicts('days'))
    .option('--days <days>', 'so many days back', wholeNumber(1))
    .option('--new-pairs-days <days>', 'the same where no file is there yet', wholeNumber(1), 30)
    .option('--prepend', 'only what is older than the files')
    .addOption(new Option('--erase', 'download the files anew').conflicts('prepend'))
    .option('--include-inactive-pairs', 'also pairs that are not traded now')
    .option('--no-parallel-download', 'one file at a time')
    .addOption(new Option('--data-format-ohlcv <format>', 'default feather').choices(['feather', 'json', 'jsongz']))
    .option('-q, --quiet', 'tell failures alone')
    .addHelpText(
      'after',
      `
Stopped or killed, it goes on where it was when it is run again. Exit code 1 where a file could not be brought up to date.

Examples:
  candlecast download-data --exchange binance -p BTC/USDT ETH/USDT -t 5m 1h --days 90
  candlecast download-data -c user_data/config.json --timerange 20240101-20240201
  candlecast download-data --exchange binance -p BTC/USDT -t 5m --prepend --timerange 20230101-
  candlecast download-data --exchange simulated --trading-mode futures -p BTC/USDT:USDT
`,
    )
    .action(async (options: DownloadDataOptions) => finish(await downloadData(options, terminal)));
}

async function downloadData(options: DownloadDataOptions, terminal: Terminal): Promise<number> {
  const choice = await chooseExchange(options);
  // What can be wrong with the command line is, before the exchange is asked for anything.
  const timerange = options.timerange === undefined ? undefined : parseTimerange(options.timerange);
  downloadedTypes(choice.tradingMode, options.candleTypes);
  const named = await wantedPairs(options, choice);
  const stop = new AbortController();
  const dispose = onStopSignal(terminal, (reason) => stop.abort(new Error(`stopped: ${reason}`)));
  const endGrace = afterGrace(stop.signal, systemClock, () => {
    terminal.err.write(`${messageOf(stop.signal.reason)}, and something did not end in time; run it again to go on\n`);
    dispose();
    // process.exit would wait for what the system has under way; a signal that nobody handles does not.
    process.kill(process.pid, 'SIGTERM');
  });
  const notes = new NoteSink(terminal.err);
  const logger = cliLogger({ out: terminal.out, err: notes }, { ...options, quiet: true });
  try {
    const exchange = await openExchange(choice, { named, logger, signal: stop.signal });
    try {
      const { keys, absent } = await filesOf(exchange, named, { ...options, tradingMode: choice.tradingMode });
      const range = timerange ?? (options.days === undefined ? {} : lastDays(options.days, exchange.clock.now()));
      const download = { choice, exchange, keys, absent, range, signal: stop.signal, notes };
      return await downloadFiles(download, options, terminal);
    } finally {
      await exchange.close();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    terminal.err.write(`${messageOf(stop.signal.reason)}\n`);
    return 1;
  } finally {
    endGrace();
    dispose();
  }
}

interface Files {
  readonly keys: readonly PairKey[];
  readonly absent: readonly FailureLine[];
}

interface Download extends Files {
  readonly choice: ExchangeChoice;
  readonly exchange: Exchange;
  readonly range: Timerange;
  readonly signal: AbortSignal;
  readonly notes: NoteSink;
}

async function downloadFiles(
  { choice, exchange, keys, absent, range, signal, notes }: Download,
  options: DownloadDataOptions,
  terminal: Terminal,
): Promise<number> {
  const { newPairsDays, erase = false, prepend = false, parallelDownload, dataFormatOhlcv } = options;
  const title = `${plural(keys.length, 'file')} of ${plural(pairCount(keys), 'pair')} from ${choice.name} to ${choice.folder}`;
  const output = downloadOutput({ ...options, total: keys.length, title }, terminal);
  notes.redirect((text) => output.note(text));
  let summary: DownloadSummary;
  try {
    summary = await downloadCandles({
      exchange,
      keys,
      range,
      newPairsDays,
      erase,
      prepend,
      signal,
      folder: choice.folder,
      format: dataFormatOhlcv ?? choice.config.dataformat_ohlcv,
      concurrency: parallelDownload ? CONCURRENCY : 1,
      onEvent: (event) => output.onEvent(event),
    });
  } finally {
    output.stop();
  }
  const failures = [...absent, ...summary.failed.map(failureLine)];
  output.end(summary, failures);
  return failures.length === 0 && summary.stopped.length === 0 ? 0 : 1;
}

/** The files to bring up to date, and what was named that the exchange does not have. */
async function filesOf(
  exchange: Exchange,
  named: readonly string[],
  options: DownloadDataOptions & { readonly tradingMode: 'spot' | 'futures' },
): Promise<Files> {
  const { tradingMode, timeframes = defaultTimeframes, candleTypes, includeInactivePairs = false } = options;
  const markets = await exchange.fetchMarkets();
  const ofMode = markets.filter((market) => market.candleTypes.includes(tradingMode));
  const known = ofMode.filter(({ isActive }) => isActive || includeInactivePairs).map(({ pair }) => pair);
  const { pairs, leftOut } = expandList(named, known, `${exchange.name} does not trade it now as ${tradingMode}`);
  return {
    keys: downloadKeys(exchange, markets, { pairs, timeframes, tradingMode, candleTypes }),
    absent: leftOut.map(({ entry, reason }) => ({ pair: entry, timeframe: '', candleType: tradingMode, reason })),
  };
}

function pairCount(keys: readonly PairKey[]): number {
  return new Set(keys.map(({ pair }) => pair)).size;
}

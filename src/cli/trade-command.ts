import { resolve } from 'node:path';
import { Command } from 'commander';
import { Bot, BotError, type BotEvent } from '../bot/index.ts';
import { type Config, type LoadedConfig } from '../config/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { loadStrategy } from '../strategy/load-strategy.ts';
import type { Logger } from '../util/logger.ts';
import { cliLogger, type LogOptions } from './cli-logger.ts';
import { configOption, loadGivenConfig } from './config-option.ts';
import { guardAgainstFaults } from './fault-guard.ts';
import { reportError } from './report-error.ts';
import { onStopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';

interface TradeOptions extends LogOptions {
  readonly config?: readonly string[];
  readonly strategy?: string;
  readonly strategyPath?: string;
}

/** `candlecast trade`. */
export function tradeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('trade')
    .description('Run a bot: a producer where api_server is enabled, a consumer where external_message_consumer is.')
    .addOption(configOption())
    .option('-s, --strategy <name or file>', 'the strategy, a name or the path of its .ts or .js file')
    .option('--strategy-path <folder>', 'another folder to look the name up in')
    .addHelpText(
      'after',
      `
Decisions are logged and sent to those who subscribe to entry and exit; no orders are placed.
With --json, every event is a line, each frame with a digest: equal digests are equal frames.

Examples:
  candlecast trade -c user_data/config.json -s examples/producer-strategy.ts
  candlecast trade -c base.json -c consumer.json -s ConsumerStrategy --strategy-path strategies
  candlecast trade -c config.json --json | jq 'select(.type == "decision")'
`,
    )
    .action(async (options: TradeOptions) => {
      await trade(options, terminal);
      finish(0);
    });
}

async function trade(options: TradeOptions, terminal: Terminal): Promise<void> {
  const logger = cliLogger(terminal, options);
  const stop = new AbortController();
  const faults: unknown[] = [];
  const release = guardAgainstFaults(logger, (error) => {
    faults.push(error);
    stop.abort('an unexpected error');
  });
  const dispose = onStopSignal(terminal, (reason) => stop.abort(reason));
  try {
    const bot = await prepareBot(options, terminal, logger);
    const onAbort = () => bot.stop(String(stop.signal.reason));
    stop.signal.addEventListener('abort', onAbort);
    if (stop.signal.aborted) onAbort();
    await bot.run();
    if (faults.length > 0) throw faults[0];
  } finally {
    dispose();
    release();
  }
}

async function prepareBot(options: TradeOptions, terminal: Terminal, logger: Logger): Promise<Bot> {
  const loaded = await loadGivenConfig(options.config);
  logConfigNotes(loaded, logger.child('config'));
  const strategy = await loadNamedStrategy(options, loaded.config, terminal);
  const emit = (event: BotEvent) => {
    if (options.json) terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  };
  return new Bot({ config: loaded.config, strategy, logger, emit, digests: options.json ?? false });
}

async function loadNamedStrategy(options: TradeOptions, config: Config, terminal: Terminal): Promise<AnyStrategy> {
  const name = strategyName(options, config);
  // Node ends a process in which nothing can happen any more, without a word.
  const onNothingLeft = () => {
    process.exitCode = 1;
    reportError(new BotError('BOT_STRATEGY_STUCK', `${name} never finishes loading`), terminal, options);
  };
  process.once('beforeExit', onNothingLeft);
  try {
    return await loadStrategy(name, { searchPaths: searchPaths(options, config) });
  } finally {
    process.off('beforeExit', onNothingLeft);
  }
}

function strategyName(options: TradeOptions, config: Config): string {
  const name = options.strategy ?? config.strategy;
  if (name !== undefined) return name;
  throw new BotError('BOT_NO_STRATEGY', 'no strategy named; give one with -s, or set "strategy" in the config');
}

/** Where freqtrade looks, and in that order. */
function searchPaths(options: TradeOptions, config: Config): readonly string[] {
  const userData = config.user_data_dir ?? 'user_data';
  const extra = options.strategyPath ?? config.strategy_path;
  return [...(extra === undefined ? [] : [resolve(extra)]), resolve(userData, 'strategies'), resolve('.')];
}

function logConfigNotes(loaded: LoadedConfig, logger: Logger): void {
  const { unsupported, unknown, warnings } = loaded;
  if (unsupported.length > 0) {
    logger.warn(`not supported yet, ignored: ${unsupported.map(({ key }) => key).join(', ')}`);
  }
  for (const { file, line, key, nearest } of unknown) {
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    logger.warn(`${file}:${line}: unknown key ${key}, ignored${hint}`);
  }
  for (const { file, line, column, message } of warnings) logger.warn(`${file}:${line}:${column}: ${message}`);
}

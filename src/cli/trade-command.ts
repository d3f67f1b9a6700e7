import { resolve } from 'node:path';
import { Command } from 'commander';
import { Bot, BotError, type BotEvent } from '../bot/index.ts';
import { type Config, type LoadedConfig, loadConfig } from '../config/index.ts';
import { loadStrategy } from '../strategy/load-strategy.ts';
import type { Logger } from '../util/logger.ts';
import { cliLogger, type LogOptions, type Terminal } from './cli-logger.ts';
import { onStopSignal } from './stop-signal.ts';

interface TradeOptions extends LogOptions {
  readonly config: readonly string[];
  readonly strategy?: string;
  readonly strategyPath?: string;
}

/** `candlecast trade`. */
export function tradeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('trade')
    .description('Run a bot: a producer where api_server is enabled, a consumer where external_message_consumer is.')
    .option('-c, --config <file...>', "freqtrade's config.json; later files win", ['user_data/config.json'])
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
  const logger = cliLogger(terminal, { json: options.json ?? false, verbose: options.verbose ?? false });
  const loaded = await loadConfig(options.config);
  logConfigNotes(loaded, logger.child('config'));
  const strategy = await loadStrategy(strategyName(options, loaded.config), {
    searchPaths: searchPaths(options, loaded.config),
  });
  const emit = (event: BotEvent) => {
    if (options.json) terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  };
  const bot = new Bot({ config: loaded.config, strategy, logger, emit, digests: options.json ?? false });
  const dispose = onStopSignal((reason) => bot.stop(reason));
  try {
    await bot.run();
  } finally {
    dispose();
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
  for (const { key, nearest } of unknown) {
    logger.warn(`unknown key ${key}, ignored${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  for (const { file, line, column, message } of warnings) logger.warn(`${file}:${line}:${column}: ${message}`);
}

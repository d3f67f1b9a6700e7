import { resolve } from 'node:path';
import { Command } from 'commander';
import { Bot, BotError, type BotEvent } from '../bot/index.ts';
import { type Config, type LoadedConfig, placeText, userDataOf } from '../config/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { loadStrategy } from '../strategy/load-strategy.ts';
import { watchStrategy } from '../strategy/watch-strategy.ts';
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
  readonly reload?: boolean;
  readonly userDataDir?: string;
}

/** `candlecast trade`. */
export function tradeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('trade')
    .description('Run a bot: a producer where api_server is enabled, a consumer where external_message_consumer is.')
    .addOption(configOption())
    .option('-s, --strategy <name or file>', 'the strategy, a name or the path of its .ts or .js file')
    .option('--strategy-path <folder>', 'another folder to look the name up in')
    .option(
      '--userdir, --user-data-dir <folder>',
      "freqtrade's user_data: where the config and strategies are looked up (default: user_data)",
    )
    .option('--reload', 'load the strategy anew whenever its file, or one that it imports, has changed')
    .addHelpText(
      'after',
      `
Decisions are logged and sent to those who subscribe to entry and exit; no orders are placed.
SIGHUP has the configuration read again: pairs, pair lists, producers, tokens and pace are taken over; what else has changed is
named, and needs a new start. A configuration with mistakes changes nothing.
With --json, every event is a line, each frame with a digest: equal digests are equal frames.

Examples:
  candlecast trade -c user_data/config.json -s examples/producer-strategy.ts
  candlecast trade -c base.json -c consumer.json -s ConsumerStrategy --strategy-path strategies
  candlecast trade -c config.json -s strategies/draft.ts --reload
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
  const dispose = onStopSignal(terminal, (reason) => stop.abort(reason), ['SIGINT', 'SIGTERM']);
  const hangup = new Hangup();
  const undo: (() => void)[] = [() => hangup.close()];
  try {
    const { bot, strategy } = await prepareBot(options, terminal, logger);
    hangup.onSignal(() => reloadConfig(bot, options, terminal, logger));
    if (options.reload) undo.push(followStrategy(bot, strategy, logger));
    const onAbort = () => bot.stop(String(stop.signal.reason));
    stop.signal.addEventListener('abort', onAbort);
    if (stop.signal.aborted) onAbort();
    await bot.run();
    if (faults.length > 0) throw faults[0];
  } finally {
    for (const each of undo) each();
    dispose();
    release();
  }
}

/** Hears SIGHUP from the start on; one that comes before there is a bot is answered then, many that come at once are one wish. */
class Hangup {
  #reload: (() => Promise<void>) | undefined;
  #isWanted = false;
  #isRunning = false;
  readonly #heard = () => {
    this.#isWanted = true;
    void this.#answer();
  };

  constructor() {
    process.on('SIGHUP', this.#heard);
  }

  onSignal(reload: () => Promise<void>): void {
    this.#reload = reload;
    void this.#answer();
  }

  close(): void {
    process.off('SIGHUP', this.#heard);
  }

  async #answer(): Promise<void> {
    if (this.#isRunning || this.#reload === undefined) return;
    this.#isRunning = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#reload();
    }
    this.#isRunning = false;
  }
}

async function reloadConfig(bot: Bot, options: TradeOptions, terminal: Terminal, logger: Logger): Promise<void> {
  try {
    const loaded = await loadGivenConfig(options.config, { userDataDir: options.userDataDir });
    logConfigNotes(loaded, logger.child('config'));
    bot.apply(loaded.config);
  } catch (error) {
    reportError(error, terminal, options);
    logger.error('the configuration was not read again; the bot goes on as before');
  }
}

/** Has a bot follow its strategy's file. Returns what ends it. */
function followStrategy(bot: Bot, strategy: AnyStrategy, logger: Logger): () => void {
  const watch = watchStrategy(strategy, (change) => {
    if (change.status === 'loaded') bot.setStrategy(change.strategy);
    else logger.error(`the strategy's new version is not used: ${change.error.message}`, { code: change.error.code });
  });
  return () => watch.close();
}

async function prepareBot(
  options: TradeOptions,
  terminal: Terminal,
  logger: Logger,
): Promise<{ readonly bot: Bot; readonly strategy: AnyStrategy }> {
  const loaded = await loadGivenConfig(options.config, { userDataDir: options.userDataDir });
  logConfigNotes(loaded, logger.child('config'));
  const strategy = await loadNamedStrategy(options, loaded.config, terminal);
  const emit = (event: BotEvent) => {
    if (options.json) terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  };
  const bot = new Bot({ config: loaded.config, strategy, logger, emit, digests: options.json ?? false });
  return { bot, strategy };
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
  const extra = options.strategyPath ?? config.strategy_path;
  return [...(extra === undefined ? [] : [resolve(extra)]), userDataOf(config).strategies, resolve('.')];
}

function logConfigNotes(loaded: LoadedConfig, logger: Logger): void {
  const { unsupported, unknown, warnings } = loaded;
  if (unsupported.length > 0) {
    logger.warn(`not supported yet, ignored: ${unsupported.map(({ key }) => key).join(', ')}`);
  }
  for (const note of unknown) {
    const hint = note.nearest === undefined ? '' : `; did you mean ${note.nearest}?`;
    logger.warn(`${placeText(note)}: unknown key ${note.key}, ignored${hint}`);
  }
  for (const warning of warnings) logger.warn(`${placeText(warning)}: ${warning.message}`);
}

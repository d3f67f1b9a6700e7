import { type Command, Option } from 'commander';
import { BotError } from '../bot/index.ts';
import { type Config, USER_DATA_DIR, loadConfig, userDataOf } from '../config/index.ts';
import type { LogOptions } from './cli-logger.ts';
import { configOption, usualConfig } from './config-option.ts';

/** The options of commands that are about an exchange or its candles. */
export interface ExchangeOptions extends LogOptions {
  readonly config?: readonly string[];
  readonly exchange?: string;
  readonly tradingMode?: 'spot' | 'futures';
  readonly userDataDir?: string;
  readonly datadir?: string;
}

/** Which exchange a command is about. */
export interface ExchangeChoice {
  readonly name: string;
  readonly settings: NonNullable<Config['exchange']>;
  readonly config: Config;
  readonly tradingMode: 'spot' | 'futures';
  /** Where freqtrade keeps the exchange's candles. */
  readonly folder: string;
}

/** Adds the options that choose an exchange, named as freqtrade's. */
export function addExchangeOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--exchange <name>', "simulated, recorded, or one of ccxt's; wins over the config's")
    .addOption(new Option('--tradingmode, --trading-mode <mode>', 'default spot').choices(['spot', 'futures']))
    .option('--userdir, --user-data-dir <folder>', `default ${USER_DATA_DIR}`);
}

/** Adds the option that names the folder of the candles. */
export function addFolderOption(command: Command): Command {
  return command.option(
    '-d, --datadir <folder>',
    `the folder of the candle files; default ${USER_DATA_DIR}/data/<exchange>`,
  );
}

/**
 * What config and command line choose; a config is not needed where the command line says it all.
 *
 * @throws BotError BOT_NO_EXCHANGE; ConfigError.
 */
export async function chooseExchange(options: ExchangeOptions): Promise<ExchangeChoice> {
  const { config } = await loadChosenConfig(options);
  const { exchange: settings } = config;
  if (settings === undefined) {
    throw new BotError('BOT_NO_EXCHANGE', 'no exchange named; give one with --exchange, or a config with -c');
  }
  const folder = options.datadir ?? userDataOf(config).candles;
  return { name: settings.name, settings, config, tradingMode: config.trading_mode, folder };
}

/** The config with what the command line says in its place. Throws ConfigError. */
async function loadChosenConfig(options: ExchangeOptions) {
  const { config, exchange, tradingMode, userDataDir } = options;
  const usual = usualConfig(userDataDir);
  return loadConfig(config ?? (usual === undefined ? [] : [usual]), {
    environment: process.env,
    commandLine: { 'exchange.name': exchange, trading_mode: tradingMode, user_data_dir: userDataDir },
  });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { BotError } from '../bot/index.ts';
import { CONFIG_FILE, type LoadedConfig, loadConfig, USER_DATA_DIR } from '../config/index.ts';

/** `-c`, as freqtrade has it. */
export function configOption(): Option {
  return new Option(
    '-c, --config <file...>',
    `freqtrade's config.json; of several the later wins, "-" is the standard input (default: ${USER_DATA_DIR}/${CONFIG_FILE}, or ${CONFIG_FILE})`,
  );
}

/** What commands say about a config besides its files. */
export interface GivenConfigOptions {
  readonly userDataDir?: string | undefined;
  /** Settings by dotted key that options set; what is undefined is left out. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The config that is meant where none is named, as in freqtrade: the one in the user data, or else one in the current folder. */
export function usualConfig(userDataDir = USER_DATA_DIR): string | undefined {
  return [join(userDataDir, CONFIG_FILE), CONFIG_FILE].find((file) => existsSync(file));
}

/**
 * The config that the command line names, or the usual one, with what environment and options set laid on it.
 *
 * @throws BotError BOT_NO_CONFIG; ConfigError.
 */
export async function loadGivenConfig(
  files: readonly string[] | undefined,
  { userDataDir, settings = {} }: GivenConfigOptions = {},
): Promise<LoadedConfig> {
  const usual = usualConfig(userDataDir);
  const given = files ?? (usual === undefined ? undefined : [usual]);
  if (given === undefined) throw noConfig(userDataDir);
  const commandLine = { user_data_dir: userDataDir, ...settings };
  return loadConfig(given, { environment: process.env, commandLine });
}

function noConfig(userDataDir = USER_DATA_DIR): BotError {
  const places = `${join(userDataDir, CONFIG_FILE)} or ${CONFIG_FILE}`;
  const message = `no config given, and there is no ${places} here; give one with -c, write one with "candlecast new-config", or try "candlecast demo"`;
  return new BotError('BOT_NO_CONFIG', message);
}

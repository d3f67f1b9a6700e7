import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { BotError } from '../bot/index.ts';
import { type LoadedConfig, loadConfig } from '../config/index.ts';

/** Where freqtrade keeps it. */
const DEFAULT_CONFIG = 'user_data/config.json';

/** `-c`, as freqtrade has it. */
export function configOption(): Option {
  return new Option(
    '-c, --config <file...>',
    `freqtrade's config.json; of several the later wins (default: ${DEFAULT_CONFIG})`,
  );
}

/**
 * The config that the command line names, or the default one.
 *
 * @throws BotError BOT_NO_CONFIG; ConfigError.
 */
export async function loadGivenConfig(files: readonly string[] | undefined): Promise<LoadedConfig> {
  if (files !== undefined) return loadConfig(files);
  if (existsSync(DEFAULT_CONFIG)) return loadConfig([DEFAULT_CONFIG]);
  const message = `no config given, and there is no ${DEFAULT_CONFIG} here; give one with -c, or try "candlecast demo"`;
  throw new BotError('BOT_NO_CONFIG', message);
}

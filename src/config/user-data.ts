import type { Config } from './config-schema.ts';

/** freqtrade's folder layout. Paths are as the config has them: relative ones to the current folder. */
export interface UserData {
  readonly folder: string;
  readonly strategies: string;
  /** The candles of the config's exchange. */
  readonly candles: string;
}

/** Where freqtrade keeps things unless told otherwise. */
export const USER_DATA_DIR = 'user_data';

/** The name of the config file in it, and the one that is tried after that in the current folder. */
export const CONFIG_FILE = 'config.json';

/** The folders that a config works with: `strategies/` and `data/<exchange>/` in `user_data_dir`, unless `datadir` says otherwise. */
export function userDataOf(config: Pick<Config, 'user_data_dir' | 'datadir' | 'exchange'>): UserData {
  const { user_data_dir: folder, datadir, exchange } = config;
  const name = exchange?.name.toLowerCase();
  const candles = datadir ?? [folder, 'data', ...(name === undefined ? [] : [name])].join('/');
  return { folder, strategies: `${folder}/strategies`, candles };
}

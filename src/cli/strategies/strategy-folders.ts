import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { USER_DATA_DIR } from '../../config/index.ts';

/** Where a command looks for strategies, as its options say. */
export interface FolderOptions {
  readonly strategyPath?: string;
  readonly userDataDir?: string;
}

export function userDataDirOption(): Option {
  return new Option(
    '--userdir, --user-data-dir <folder>',
    `the folder whose strategies/ is meant (default: ${USER_DATA_DIR})`,
  );
}

/** The folder `strategies` of the user data. */
export function userStrategies({ userDataDir = USER_DATA_DIR }: FolderOptions): string {
  return join(userDataDir, 'strategies');
}

/** The folders, best first: what is in the first hides what has the same name in the second. */
export function strategyFolders(options: FolderOptions): readonly string[] {
  const { strategyPath } = options;
  const own = userStrategies(options);
  return strategyPath === undefined || resolve(strategyPath) === resolve(own) ? [own] : [strategyPath, own];
}

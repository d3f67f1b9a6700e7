import { toolEnvironment } from '../lib/repository.ts';

/** What `npm run` leaves behind, and would send an npm started from it to this repository whatever its folder. */
const leftByNpmRun = /^(npm_(package|lifecycle|command|execpath|node_execpath)|npm_config_local_prefix$|INIT_CWD$)/i;

/** The environment of a user's shell, with the repository's Node. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(toolEnvironment).filter(([name]) => !leftByNpmRun.test(name)));
}

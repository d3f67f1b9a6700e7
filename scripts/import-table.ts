import type { ImportTable } from './imports/table-types.ts';

const everythingBut = (...folders: string[]) => ({ everythingBut: folders });

/**
 * Who may import whom: the table of docs/architecture.md as `npm run verify` enforces it. A row names a folder of `src/`
 * and what it may import besides itself.
 */
export const importTable: ImportTable = {
  mayImport: {
    util: [],
    frame: [],
    arrow: ['frame'],
    market: ['frame'],
    indicators: ['frame'],
    exchange: ['market', 'arrow', 'frame'],
    strategy: ['indicators', 'market', 'frame'],
    wire: ['market', 'frame'],
    producer: ['wire', 'market', 'frame'],
    consumer: ['wire', 'market', 'frame'],
    browser: ['consumer', 'wire', 'market', 'frame'],
    trading: ['strategy', 'exchange', 'market', 'frame'],
    persistence: ['trading', 'market'],
    pairlist: ['exchange', 'market', 'frame'],
    config: ['wire', 'market'],
    api: ['trading', 'wire', 'market'],
    bot: everythingBut('cli'),
    'market-server': ['exchange', 'market', 'frame'],
    download: ['exchange', 'market', 'frame'],
    cli: [
      'bot',
      'config',
      'consumer',
      'download',
      'exchange',
      'market-server',
      'pairlist',
      'strategy',
      'indicators',
      'market',
      'frame',
    ],
    testing: everythingBut('cli'),
    'index.ts': ['frame', 'market', 'indicators', 'exchange', 'strategy', 'wire', 'producer', 'consumer', 'config'],
  },
  everyoneMayImport: ['util'],

  /** These run in a browser as they are. `util` is here because all of them import it. */
  browser: {
    folders: ['util', 'frame', 'arrow', 'market', 'wire', 'consumer', 'browser'],
    /** Files of those folders that only Node runs. The rest of the folder must not import them. */
    shells: ['src/consumer/node-*.ts', 'src/consumer/connect.ts', 'src/consumer/index.ts'],
    packages: ['@uwdata/flechette', 'zod'],
    forbiddenGlobals: ['Buffer', 'NodeJS', '__dirname', '__filename', 'global', 'process', 'require'],
  },

  /** Time and chance come in as a Clock and a Random, so that tests, replays and compressed time can drive the cores. */
  timeAndChance: {
    forbidden: [
      'Date.now',
      'Date()',
      'new Date()',
      'Math.random',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'performance.now',
      'process.hrtime',
      'AbortSignal.timeout',
    ],
    forbiddenModules: ['timers', 'timers/promises', 'perf_hooks'],
    allowedIn: ['src/util/clock.ts', 'src/*/node-*.ts', 'src/api/message-endpoint.ts', 'src/cli/**'],
  },
};

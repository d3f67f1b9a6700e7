import { randomBytes } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import {
  CONFIG_FILE,
  ConfigError,
  type ConfigErrorCode,
  type NewConfigChoices,
  newConfigText,
  parseConfig,
  UNKNOWN_TOKEN,
  USER_DATA_DIR,
} from '../config/index.ts';
import type { LogOptions } from './cli-logger.ts';
import { type Ask, askChoices, givenChoices, type GivenChoices } from './new-config/ask-choices.ts';
import { wholeNumber } from './number-option.ts';
import type { Terminal } from './terminal.ts';
import { writePrivateConfig } from './write-private-config.ts';

interface NewConfigOptions extends LogOptions, GivenChoices {
  readonly config?: string;
  readonly userDataDir?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** `candlecast new-config`. */
export function newConfigCommand(terminal: Terminal): Command {
  return new Command('new-config')
    .description('Write a commented config with secrets of its own; asks for what no option says.')
    .option('-c, --config <file>', `the file to write (default: ${join(USER_DATA_DIR, CONFIG_FILE)})`)
    .option('--userdir, --user-data-dir <folder>', 'the folder to write config.json into')
    .option('-y, --yes', 'ask nothing: take the default of what no option says')
    .option('--force', 'replace the file where there is one')
    .addOption(new Option('--role <role>', 'what the bot is to be').choices(['producer', 'consumer', 'bot']))
    .option('--name <name>', "the bot's name")
    .option('--exchange <name>', "simulated, recorded, or one of ccxt's")
    .addOption(new Option('--tradingmode, --trading-mode <mode>', 'the markets').choices(['spot', 'futures']))
    .option('-p, --pairs <pair...>', 'the pairs, or patterns of such')
    .option('-s, --strategy <name or file>', 'the strategy')
    .option('--listen <address>', 'producer: the address to listen at')
    .option('--port <port>', 'producer: the port to listen at', wholeNumber(0, 65_535))
    .option('--producer-name <name>', 'consumer: what to call the producer')
    .option('--producer-host <host>', "consumer: the producer's host name or address")
    .option('--producer-port <port>', "consumer: the producer's port", wholeNumber(1, 65_535))
    .option('--producer-secure', 'consumer: connect with TLS')
    .option('--ws-token <token>', "consumer: the producer's ws_token; better given as CANDLECAST_WS_TOKEN")
    .addHelpText(
      'after',
      `
Questions are asked on a terminal only. The file is readable by its owner alone, since it holds secrets.

Examples:
  candlecast new-config
  candlecast new-config --yes --role producer --exchange binance --pairs BTC/USDT ETH/USDT --strategy ProducerStrategy
  CANDLECAST_WS_TOKEN=secret candlecast new-config -c consumer.json --yes --role consumer --producer-host 192.168.1.5
`,
    )
    .action(async (options: NewConfigOptions) => {
      const file = options.config ?? join(options.userDataDir ?? USER_DATA_DIR, CONFIG_FILE);
      const choices = await choose(withToken(options), terminal);
      writeConfig(file, choices, options.force === true);
      terminal.out.write(options.json ? asRecord(file, choices) : nextSteps(file, choices));
    });
}

function withToken(options: NewConfigOptions): NewConfigOptions {
  const wsToken = options.wsToken ?? process.env.CANDLECAST_WS_TOKEN;
  return wsToken === undefined ? options : { ...options, wsToken };
}

async function choose(options: NewConfigOptions, terminal: Terminal): Promise<NewConfigChoices> {
  const isInteractive = process.stdin.isTTY && terminal.out.isTTY === true && options.json !== true;
  if (options.yes === true || !isInteractive) return givenChoices(options);
  const reader = createInterface({ input: process.stdin, output: terminal.out });
  const ended = new AbortController();
  // Without this, an input that ends leaves the question open for ever.
  reader.once('close', () => ended.abort());
  const ask: Ask = async (question) => {
    try {
      return await reader.question(question, { signal: ended.signal });
    } catch {
      throw problem('CONFIG_NOT_ANSWERED', 'new-config', 'the input ended before every question was answered');
    }
  };
  try {
    return await askChoices(options, ask);
  } finally {
    reader.close();
  }
}

/** @throws ConfigError, also where an option's value can't stand in a config. */
function writeConfig(file: string, choices: NewConfigChoices, replace: boolean): void {
  const schema = relative(dirname(resolve(file)), schemaFile()).replaceAll('\\', '/');
  const text = newConfigText(choices, (bytes) => randomBytes(bytes).toString('base64url'), schema);
  expectTaken(text, file);
  writePrivateConfig(file, text, { replace, another: 'name another with -c' });
}

/** Throws what is wrong with the options' values, which stand in no file yet. */
function expectTaken(text: string, file: string): void {
  try {
    parseConfig(text, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const given = { file: 'the command line', line: 1, column: 1, origin: 'command line' } as const;
    const [first, ...rest] = error.problems.map((each) => Object.assign({}, each, given));
    throw new ConfigError([first, ...rest]);
  }
}

/** The package's own, from the sources as well as from what is compiled. */
function schemaFile(): string {
  return fileURLToPath(new URL('../../config.schema.json', import.meta.url));
}

function problem(code: ConfigErrorCode, file: string, message: string): ConfigError {
  const place = { file, line: 1, column: 1, origin: 'command line' } as const;
  return new ConfigError([{ ...place, code, key: '', found: '', allowed: '', message }]);
}

function asRecord(file: string, { role, exchange }: NewConfigChoices): string {
  return `${JSON.stringify({ type: 'config-written', file, role, exchange })}\n`;
}

function nextSteps(file: string, { role, exchange, strategy, producer }: NewConfigChoices): string {
  const named = strategy === undefined ? ' -s <strategy>' : '';
  const isTokenMissing = role === 'consumer' && producer.wsToken === undefined;
  const steps = [
    `wrote ${file}: a ${role === 'bot' ? 'bot by itself' : role} on ${exchange}`,
    ...(isTokenMissing ? [`put the producer's ws_token where it says "${UNKNOWN_TOKEN}"`] : []),
    ...(role === 'producer' ? ['consumers connect with its api_server.ws_token'] : []),
    ...(strategy === undefined ? ['write a strategy with: candlecast new-strategy MyStrategy'] : []),
    `look at it with: candlecast show-config -c ${file}`,
    `start it with: candlecast trade -c ${file}${named}`,
  ];
  return `${steps.join('\n')}\n`;
}

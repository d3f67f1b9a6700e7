import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type MarketServer,
  type MarketServerAddress,
  type OpenedMarket,
  createMarketServer,
  faultNames,
  openRecordedMarket,
  openSimulatedMarket,
  parseBalances,
  parseFaults,
  planText,
  struckText,
} from '../market-server/index.ts';
import { checkSetting } from '../config/index.ts';
import { type Pair, parsePair } from '../market/index.ts';
import { systemClock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import { cliLogger, type LogOptions } from './cli-logger.ts';
import { plural } from './count-text.ts';
import { marketServerHints } from './market-server-hints.ts';
import { wholeNumber } from './number-option.ts';
import { onStopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';
import { writePrivateConfig } from './write-private-config.ts';

interface ServeMarketOptions extends LogOptions {
  readonly exchange: 'simulated' | 'recorded';
  readonly candles?: string;
  readonly pairs?: readonly string[];
  readonly speed: number;
  readonly start?: number;
  readonly host: string;
  readonly port: number;
  readonly fault: readonly string[];
  readonly seed: string;
  readonly balance: readonly string[];
  readonly key: string;
  readonly secret: string;
  readonly writeConfig?: string;
  readonly force?: boolean;
}

const DEFAULT_PAIRS = 20;
const DEFAULT_PORT = 8555;
/** Between two rounds of stream messages, in ms of the wall: shorter in compressed time, where more happens. */
const ROUND_MS = 1000;
const COMPRESSED_ROUND_MS = 250;

/** `candlecast serve-market`. */
export function serveMarketCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('serve-market')
    .description("Serve a simulated or recorded market by Binance's API, for bots and ccxt, with faults on request.")
    .addOption(new Option('--exchange <name>', 'which market').choices(['simulated', 'recorded']).default('simulated'))
    .option('--candles <folder>', "freqtrade's data folder; what it holds is served (implies --exchange recorded)")
    .option(
      '-p, --pairs <pair...>',
      `the pairs, or of the simulated market how many (default: ${DEFAULT_PAIRS}, or all)`,
    )
    .option('--seed <text>', "of the simulated market and of the faults' chance", '1')
    .option('--speed <factor>', 'how many times as fast as the wall time goes in the market', positiveNumber, 1)
    .option('--start <moment>', "the market's time at the start, as 2026-01-15T06:45Z, or a date", moment)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0 takes any free one', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--fault <fault...>', 'what goes wrong; see below', [])
    .option('--balance <CURRENCY:amount...>', 'what the paper account holds (default: "USDT:10000")', ['USDT:10000'])
    .option('--key <text>', "the paper account's API key", keyText, 'paper-key')
    .option('--secret <text>', "the paper account's secret", keyText, 'paper-secret')
    .option('--write-config <file>', 'also write the settings that point a bot here into a file for -c')
    .option('--force', 'replace the file of --write-config where there is one')
    .addHelpText('after', helpText)
    .action(async (options: ServeMarketOptions, command: Command) => {
      if (options.exchange === 'recorded' && options.candles === undefined) {
        command.error('error: --exchange recorded needs --candles <folder>');
      }
      await serveMarket(options, terminal);
      finish(0);
    });
}

const helpText = `
A fault is a name, and after colons a share, a time, a count, a part of a path: ${faultNames.join(', ')}.
  429, 418 (Retry-After), 5xx, timeout (never answered), truncated (half the JSON): share of requests, 429:0.01;
      the first three, 5xx:x3; only some, timeout:0.5:/klines
  duplicated        candles twice in that share of answers and stream messages
  late              candles open and close late by that much of the market's time, late:2s; a share of them, late:0.1:2s
  missing, repainted  that share of closed candles is missing, or wrong, that long: missing:0.1:90s
  yesterday, quiet  yesterday's candles, or silent streams, for that long: yesterday:1h
  skew              its clock is ahead by that much, or behind: skew:-1h
POST /candlecast/faults replaces them while it runs: {"429": {"rate": 0.01, "retryAfterS": 2}, "late": {"ms": 2000}}.

Where time is compressed or not the present, serverTime and candles are of the market's time. Bots that go by it keep up.
freqtrade goes by its own clock: it takes candles of the past for outdated, and looks for new ones by its own minutes.

Examples:
  candlecast serve-market
  candlecast serve-market -p BTC/USDT ETH/USDT BTC/USDT:USDT --balance USDT:1000 BTC:0.1
  candlecast serve-market --candles user_data/data/binance --speed 60 --fault 429:0.01 late:2s
  candlecast serve-market --write-config market.json      then: freqtrade trade -c config.json -c market.json
`;

async function serveMarket(options: ServeMarketOptions, terminal: Terminal): Promise<void> {
  const logger = cliLogger(terminal, options);
  const market = await openMarket(options);
  const server = await createMarketServer({
    exchange: market.exchange,
    openView: market.openView,
    account: {
      apiKey: options.key,
      secret: options.secret,
      balances: parseBalances(options.balance),
      // Nobody can sign in time by a clock that runs away from theirs.
      ...(market.pace === undefined ? {} : { signingClock: systemClock }),
    },
    faults: parseFaults(options.fault),
    seed: options.seed,
    logger: logger.child('market'),
    host: options.host,
    port: options.port,
    streamIntervalMs: options.speed > 1 ? COMPRESSED_ROUND_MS : ROUND_MS,
    ...pairsToServe(options),
  });
  try {
    const address = await server.listen();
    announce(options, { market, address, server }, terminal);
    const reason = await stopReason(market, terminal, logger);
    logger.info(`stopped: ${reason}; ${plural(server.requests.total, 'request')} served${struckNote(server)}`);
  } finally {
    await server.close();
    await market.exchange.close();
  }
}

async function openMarket(options: ServeMarketOptions): Promise<OpenedMarket> {
  const { candles, speed, start, seed } = options;
  if (candles !== undefined) {
    return openRecordedMarket({ path: resolve(candles), speed, start, ...pairsToServe(options) });
  }
  return openSimulatedMarket({ seed, pairs: pairsToServe(options).pairs ?? pairCount(options), speed, start });
}

/** The pairs that are named; none where the option is a count or not given. */
function pairsToServe({ pairs }: ServeMarketOptions): { readonly pairs?: readonly Pair[] } {
  return pairs === undefined || isCount(pairs) ? {} : { pairs: pairs.map(parsePair) };
}

function isCount(pairs: readonly string[]): boolean {
  return pairs.length === 1 && /^\d+$/.test(pairs[0]);
}

function pairCount({ pairs }: ServeMarketOptions): number {
  return pairs === undefined ? DEFAULT_PAIRS : Number(pairs[0]);
}

interface Served {
  readonly market: OpenedMarket;
  readonly address: MarketServerAddress;
  readonly server: MarketServer;
}

/** @throws ConfigError where the settings can't be written. */
function announce(options: ServeMarketOptions, served: Served, terminal: Terminal): void {
  const { market, address, server } = served;
  const { pairs, faults } = server;
  const { host, port } = address;
  const hints = marketServerHints({
    address,
    pairs,
    key: options.key,
    secret: options.secret,
    pace: market.pace,
    now: market.exchange.clock.now(),
    faults,
  });
  if (options.writeConfig !== undefined) {
    writePrivateConfig(options.writeConfig, `${hints.config}\n`, { replace: options.force === true });
  }
  if (options.json) {
    const { pace, exchange } = market;
    const line = {
      type: 'listening',
      host,
      port,
      pairs,
      urls: address.ccxtUrls,
      pace,
      faults,
      endsAt: exchange.endsAt,
    };
    return void terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
  }
  terminal.out.write(hints.text({ configFile: options.writeConfig }));
}

/** Also of faults that were asked for while it ran; nothing where there never were any. */
function struckNote({ faults, struck }: MarketServer): string {
  const isFaulty = planText(faults) !== undefined || Object.keys(struck).length > 0;
  return isFaulty ? `; struck by faults: ${struckText(struck)}` : '';
}

/** Waits until it is to stop: for a signal, or the end of a recording. */
async function stopReason(market: OpenedMarket, terminal: Terminal, logger: Logger): Promise<string> {
  const { endsAt, clock } = market.exchange;
  const { promise, resolve: stop } = Promise.withResolvers<string>();
  const dispose = onStopSignal(terminal, stop);
  const end =
    endsAt === undefined ? undefined : clock.setTimer(() => stop('the recording has ended'), endsAt - clock.now());
  if (endsAt !== undefined) logger.info(`the recording ends at ${new Date(endsAt).toISOString()}`);
  const reason = await promise;
  end?.cancel();
  dispose();
  return reason;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 100_000) return value;
  throw new InvalidArgumentError('Expected a number above 0, up to 100000.');
}

/** As the setting for the same takes it. */
function moment(text: string): number {
  if (checkSetting(['exchange', 'simulated', 'start'], text) === undefined) return Date.parse(text);
  throw new InvalidArgumentError('Expected a moment with its zone, for example 2026-01-15T06:45Z, or a date.');
}

/** Not empty: a client without a key would hold the account. */
function keyText(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new InvalidArgumentError('Expected letters, digits and signs of ASCII without spaces, at least one.');
}

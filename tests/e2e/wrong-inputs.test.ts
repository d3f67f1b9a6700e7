import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  apiServer,
  candlecast,
  exampleFile,
  folderWith,
  portOf,
  producersAt,
  runToEnd,
  simulatedMarket,
} from './candlecast-process.ts';

const TIMEOUT_MS = 60_000;
const producer = exampleFile('producer-strategy');
const consumer = exampleFile('consumer-strategy');
const fixtures = fileURLToPath(new URL('../fixtures/candles/datadir', import.meta.url));

const plainStrategy = (body = '') => `
import { defineStrategy } from 'candlecast';
export default defineStrategy({
  timeframe: '5m',
  populateIndicators(candles, { pair }) {
    ${body}
    return candles;
  },
  populateEntryTrend: (frame) => frame,
});
`;

/** Runs `trade` in a folder with these files, and expects it to say in one go why it can't. */
async function refused(files: Readonly<Record<string, unknown>>, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runToEnd(['trade', ...args], { cwd: folderWith(files) });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).not.toMatch(/^\s+at /m);
  return err;
}

/** Starts `trade` in a folder with these files, which goes on. */
const started = (files: Readonly<Record<string, unknown>>, ...args: readonly string[]) =>
  candlecast(['trade', ...args], { cwd: folderWith(files) });

const count = (text: string, part: string) => text.split(part).length - 1;

describe('a config that can not be used', { timeout: TIMEOUT_MS }, () => {
  it('is not there', async () => {
    expect(await refused({}, '-s', producer)).toBe(
      'error: no config given, and there is no user_data/config.json or config.json here; give one with -c, write one with "candlecast new-config", or try "candlecast demo" [BOT_NO_CONFIG]\n',
    );
    expect(await refused({}, '-c', 'nope.json')).toBe(
      'error: nope.json:1:1: there is no such file [CONFIG_NOT_FOUND]\n',
    );
    expect(await refused({ nope: '' }, '-c', '.')).toMatch(
      /^error: \.:1:1: this is a folder.*\[CONFIG_NOT_A_FILE\]\n$/,
    );
  });

  it('lacks a brace', async () => {
    const text = '{\n  "exchange": {"name": "simulated"\n  "dry_run": true\n';
    expect(await refused({ 'c.json': text }, '-c', 'c.json')).toMatch(
      /^error: c\.json:3:3: expected "," or "}" to end the object that opened at 2:15, found "dry_run"\n[^]*\[CONFIG_SYNTAX\]\n$/,
    );
  });

  it('lacks an exchange, or names one that nobody knows', async () => {
    expect(await refused({ 'c.json': {} }, '-c', 'c.json', '-s', producer)).toMatch(
      /^error: the config has no section "exchange"; add .*\[BOT_NO_EXCHANGE\]\n$/,
    );
    const other = { exchange: { name: 'binanse' } };
    expect(await refused({ 'c.json': other }, '-c', 'c.json', '-s', producer)).toMatch(
      /^error: .*"binanse".*did you mean "binance"\?.*\[EXCHANGE_UNKNOWN_EXCHANGE\]\n$/,
    );
  });

  it('has values that are wrong, all of them named', async () => {
    const config = { exchange: { name: 'simulated' }, api_server: { enabled: 'yes', listen_port: 99_999 } };
    const err = await refused({ 'c.json': config }, '-c', 'c.json', '-s', producer);
    expect(err).toMatch(/c\.json:6:16: api_server\.enabled: expected boolean/);
    expect(err).toMatch(/c\.json:7:20: api_server\.listen_port: .*65535/);
  });

  it('has keys without effect, each told once', async () => {
    const config = {
      $schema: 'https://schema.freqtrade.io/schema.json',
      stake_amount: 100,
      dry_run_wallet: 1000,
      max_opn_trades: 3,
      initial_state: 'stopped',
      dry_run: false,
      exchange: simulatedMarket(1),
    };
    const bot = started({ 'c.json': config }, '-c', 'c.json', '-s', producer);
    await bot.until(() => bot.err.includes('pairs=1'), 'it has started');
    const told = bot.err.replaceAll(/ +/g, ' ');
    expect(count(told, 'WARN config not supported yet, ignored: stake_amount, dry_run_wallet, initial_state\n')).toBe(
      1,
    );
    const unknown = /WARN config c\.json:5:\d+: unknown key max_opn_trades, ignored; did you mean max_open_trades\?\n/g;
    expect(told.match(unknown)).toHaveLength(1);
    expect(count(bot.err, 'dry_run is false, yet no orders are placed')).toBe(1);
    expect(bot.err).not.toContain('$schema');
  });
});

describe('a strategy that can not be used', { timeout: TIMEOUT_MS }, () => {
  const config = { 'c.json': { exchange: { name: 'simulated' } } };

  it('is not named, or not there', async () => {
    expect(await refused(config, '-c', 'c.json')).toMatch(/no strategy named; give one with -s, .*\[BOT_NO_STRATEGY\]/);
    const files = { ...config, 'producer-strategy.ts': plainStrategy() };
    expect(await refused(files, '-c', 'c.json', '-s', 'ProducrStrategy')).toMatch(
      /^error: there is no strategy "ProducrStrategy": .*did you mean "ProducerStrategy"\? \[STRATEGY_NOT_FOUND\]\n$/,
    );
    expect(await refused(files, '-c', 'c.json', '-s', './producer-strategi.ts')).toMatch(
      /did you mean "producer-strategy\.ts"\? \[STRATEGY_NOT_FOUND\]\n$/,
    );
  });

  it('is a Python file', async () => {
    const files = { ...config, 'sample_strategy.py': 'class SampleStrategy(IStrategy):\n  pass\n' };
    const names = ['sample_strategy.py', 'SampleStrategy'];
    for (const err of await Promise.all(names.map((name) => refused(files, '-c', 'c.json', '-s', name)))) {
      expect(err).toMatch(
        /sample_strategy\.py is a Python strategy; here strategies are TypeScript: .* \[STRATEGY_PYTHON\]\n$/,
      );
    }
  });

  it('has a syntax error', async () => {
    const text = plainStrategy().replace('return candles;', 'return candles;;;}}');
    const files = { ...config, 'broken.ts': text, 'broken.js': text };
    const run = async (file: string) => ({ file, err: await refused(files, '-c', 'c.json', '-s', `./${file}`) });
    for (const { file, err } of await Promise.all([run('broken.ts'), run('broken.js')])) {
      expect(err).toMatch(new RegExp(`^error: .*${file}:\\d+.*syntax error: [^]*\\[STRATEGY_SYNTAX\\]\n$`));
    }
  });

  it('throws for one pair, and the others go on', async () => {
    const body = "if (pair === 'BTC/USDT') throw new Error('no BTC for me');";
    const files = { 'c.json': { exchange: simulatedMarket(3) }, 'picky.ts': plainStrategy(body) };
    const bot = started(files, '-c', 'c.json', '-s', './picky.ts', '--json');
    await bot.until(() => bot.of('strategy_failed').length > 1 && bot.of('analyzed').length > 3, 'it goes on');
    expect(bot.of('strategy_failed')[0]).toMatchObject({ pair: 'BTC/USDT', code: 'STRATEGY_THREW' });
    expect(bot.of('strategy_failed')[0].message).toMatch(
      /picky\.ts:6:\d+: picky, BTC\/USDT: populateIndicators threw Error: no BTC/,
    );
    expect(new Set(bot.of('analyzed').map(({ pair }) => pair))).toEqual(new Set(['ETH/USDT', 'SOL/USDT']));
    expect(bot.of('log').filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('pairs and candles that are not there', { timeout: TIMEOUT_MS }, () => {
  it('are left out by name, with the nearest that is there', async () => {
    const exchange = { name: 'simulated', pair_whitelist: ['BTC/USTD', 'ETH/USDT', '.*/EUR'], simulated: {} };
    const market = { ...exchange, pair_whitelist: [...exchange.pair_whitelist, 'SOL/.*'] };
    const bot = started({ 'c.json': { exchange: market } }, '-c', 'c.json', '-s', producer);
    await bot.until(() => bot.err.includes('pairs=2'), 'it has started with the others');
    expect(bot.err).toContain(
      'pair left out: BTC/USTD: the exchange has no spot market of it; did you mean BTC/USDT?\n',
    );
    expect(bot.err).toContain('pair left out: .*/EUR: it matches no pair of the exchange\n');
    const none = { ...exchange, pair_whitelist: ['.*/EUR'] };
    expect(await refused({ 'c.json': { exchange: none } }, '-c', 'c.json', '-s', producer)).toMatch(
      /\nerror: no pairs to work on \(\.\*\/EUR: it matches no pair of the exchange\); it has BTC\/USDT, .*\[PAIRLIST_NO_PAIRS\]\n$/,
    );
  });

  it('name the data folder or the file', async () => {
    const recorded = { exchange: { name: 'recorded', recorded: { datadir: 'data' } } };
    const files = { 'c.json': recorded };
    expect(await refused(files, '-c', 'c.json', '-s', producer)).toMatch(
      /can't open the data folder .*data .*_MISSING\]/,
    );
    const folder = folderWith(files);
    const run = async () => (await runToEnd(['trade', '-c', 'c.json', '-s', producer], { cwd: folder })).err;
    mkdirSync(join(folder, 'data'));
    expect(await run()).toMatch(
      /^error: the data folder .*data has no candle file, .*it is empty \[EXCHANGE_DATA_FOLDER_EMPTY\]\n$/,
    );
    const cut = join(folder, 'data', 'AAA_USDT-5m.feather');
    copyFileSync(join(fixtures, 'AAA_USDT-5m.feather'), cut);
    truncateSync(cut, Math.floor(statSync(cut).size / 2));
    expect(await run()).toMatch(/^error: .*AAA_USDT-5m\.feather: the file is cut off: .*\[EXCHANGE_FILE_CORRUPT\]\n$/);
  });
});

describe('bots that can not reach each other', { timeout: TIMEOUT_MS }, () => {
  const consumerConfig = (port: number, more: object = {}) => ({
    exchange: simulatedMarket(['BTC/USDT', 'ETH/USDT']),
    external_message_consumer: producersAt(port),
    ...more,
  });
  const startProducer = (more: object = {}) => {
    const config = { exchange: simulatedMarket(['BTC/USDT', 'ETH/USDT']), api_server: apiServer(), ...more };
    return started({ 'c.json': config }, '-c', 'c.json', '-s', producer, '--json');
  };

  it('because a port is in use', async () => {
    const port = await portOf(startProducer());
    const config = { exchange: { name: 'simulated' }, api_server: apiServer(port) };
    expect(await refused({ 'c.json': config }, '-c', 'c.json', '-s', producer)).toBe(
      `error: 127.0.0.1:${port} is in use by another program; stop it, or set api_server.listen_port to a free port [API_PORT_IN_USE]\n`,
    );
  });

  it('because a token is wrong: told at widening intervals, never quoted, and the bot goes on', async () => {
    const port = await portOf(startProducer());
    const wrong = 'this-is-not-the-token-at-all';
    const config = { ...consumerConfig(port), external_message_consumer: producersAt(port, wrong) };
    const bot = started({ 'c.json': config }, '-c', 'c.json', '-s', consumer, '--json', '--verbose');
    await bot.until(() => bot.of('disconnected').length > 2, 'three attempts have failed');
    const told = bot.of('log').filter(({ message }) => String(message).startsWith('no connection to producer'));
    expect(told.map(({ level }) => level).slice(0, 3)).toEqual(['warn', 'warn', 'debug']);
    expect(told[0].message).toMatch(/127\.0\.0\.1:\d+ refused the token; ws_token must be one of the producer's/);
    expect(bot.of('analyzed').length).toBeGreaterThan(0);
    expect(bot.out + bot.err).not.toContain(wrong);
  });

  it('because the producer is not there, or is asked for with no token set', async () => {
    const bot = started({ 'c.json': consumerConfig(1) }, '-c', 'c.json', '-s', consumer);
    await bot.until(() => bot.err.includes('no connection to producer'), 'it has tried');
    expect(bot.err).toMatch(
      /nothing answers at 127\.0\.0\.1:1 \(.*\); is the producer running, with api_server enabled\?/,
    );
    bot.kill('SIGTERM');
    await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });

    const { ws_token: _, ...open } = apiServer();
    const tokenless = started(
      { 'c.json': { exchange: simulatedMarket(1), api_server: open } },
      '-c',
      'c.json',
      '-s',
      producer,
    );
    await tokenless.until(() => tokenless.err.includes('listening'), 'it listens');
    expect(tokenless.err).toContain('api_server has no ws_token, so no consumer can connect with one; set it to');
  });

  it('because their timeframes differ: told once, without --verbose', async () => {
    const port = await portOf(startProducer({ timeframe: '1h' }));
    const bot = started({ 'c.json': consumerConfig(port) }, '-c', 'c.json', '-s', consumer);
    const note =
      'strategies go without the 5m frame of 2 pairs (BTC/USDT, ETH/USDT) from producer "default": ' +
      'the producer sends BTC/USDT at 1h (spot), not at 5m (spot)';
    await bot.until(() => bot.err.includes(note), 'it is told');
    bot.kill('SIGTERM');
    await bot.ended();
    expect(count(bot.err, 'strategies go without')).toBe(1);
  });

  it('because the consumer looks only at new candles', async () => {
    const config = consumerConfig(1, { process_only_new_candles: true });
    const bot = started({ 'c.json': config }, '-c', 'c.json', '-s', consumer);
    const warning =
      'consumer-strategy sets processOnlyNewCandles to true; a consumer needs false to act when frames arrive';
    await bot.until(() => bot.err.includes(warning), 'it is told');
  });
});

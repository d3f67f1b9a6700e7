import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { main } from './main.ts';
import { NoteSink } from './note-sink.ts';

// The real one lets go of the channel to the process that started this one, which is the test runner.
vi.mock('./stop-signal.ts', () => ({ onStopSignal: () => () => {} }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-download-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(command: string, args: readonly string[] = [], size: Parameters<typeof textTerminal>[0] = {}) {
  const { terminal, out, err } = textTerminal(size);
  const code = await main([command, ...args], terminal);
  return { code, out: out(), err: err() };
}
const simulated = ['--exchange', 'simulated'];
const download = (...args: readonly string[]) =>
  run('download-data', [...simulated, '-d', folder, '-t', '1h', '--days', '2', ...args]);
const config = (content: object) => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(content));
  return ['-c', join(folder, 'config.json')];
};

describe('download-data', () => {
  it('takes pairs from the command line, a file, the config, or pairs.json, in that order', async () => {
    const pairsFile = join(folder, 'some.json');
    writeFileSync(pairsFile, '["SOL/USDT"]');
    const whitelist = config({ exchange: { name: 'simulated', pair_whitelist: ['XRP/USDT'] } });
    writeFileSync(join(folder, 'pairs.json'), '["ADA/USDT"]');
    await download('-p', 'BTC/USDT');
    await download('--pairs-file', pairsFile);
    await download(...whitelist);
    await download(...config({}));
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.feather'))
        .toSorted(),
    ).toEqual(['ADA', 'BTC', 'SOL', 'XRP'].map((base) => `${base}_USDT-1h.feather`));
    writeFileSync(pairsFile, '{"pairs": []}');
    expect(await download('--pairs-file', pairsFile)).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected an array of pairs, as in ["BTC/USDT"] [DOWNLOAD_PAIRS_FILE]'),
    });
  });

  it('writes where freqtrade looks: by the config, its user data, and the exchange', async () => {
    const userData = join(folder, 'user');
    const args = [
      ...config({ dataformat_ohlcv: 'jsongz' }),
      ...simulated,
      '--userdir',
      userData,
      '-t',
      '1h',
      '-p',
      'BTC/USDT',
    ];
    expect(await run('download-data', args)).toMatchObject({ code: 0 });
    expect(readdirSync(join(userData, 'data', 'simulated'))).toEqual(['BTC_USDT-1h.json.gz']);
    await run('download-data', [
      ...args,
      '--data-format-ohlcv',
      'feather',
      '--tradingmode',
      'futures',
      '-p',
      'BTC/USDT:USDT',
    ]);
    expect(readdirSync(join(userData, 'data', 'simulated', 'futures'))).toEqual(['BTC_USDT_USDT-1h-futures.feather']);
  });

  it('goes on with the other pairs, and ends with what failed', async () => {
    const { code, out, err } = await download('-p', 'BTC/USDT', 'nothing.*');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^1 file of 1 pair from simulated to .*\nBTC\/USDT 1h spot: \+\d+, .*\n1 file up to date .*, 1 failed\n$/,
    );
    expect(err).toMatch(/^pair +timeframe +type +why\nnothing\.\* +spot +it matches no pair of the exchange\n$/);
  });

  it('tells failures alone when quiet, and lines for programs with json', async () => {
    expect(await download('-p', 'BTC/USDT', '-q')).toEqual({ code: 0, out: '', err: '' });
    const { out } = await download('-p', 'BTC/USDT', '--erase', '--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const named = { pair: 'BTC/USDT', timeframe: '1h', candleType: 'spot' };
    expect(lines).toEqual([
      { time: expect.any(String), type: 'started', ...named },
      {
        time: expect.any(String),
        type: 'stored',
        ...named,
        rows: expect.any(Number),
        added: expect.any(Number),
        share: 1,
      },
      expect.objectContaining({
        type: 'downloaded',
        ...named,
        holes: 0,
        path: expect.stringContaining('BTC_USDT-1h.feather'),
      }),
      { time: expect.any(String), type: 'summary', files: 1, added: expect.any(Number), stopped: 0, failed: [] },
    ]);
  });

  it('draws on a terminal, and leaves the sum standing', async () => {
    const args = [...simulated, '-d', folder, '-t', '1h', '-p', 'BTC/USDT', '--days', '2'];
    const { code, out } = await run('download-data', args, { isTTY: true, columns: 80, rows: 24 });
    expect(code).toBe(0);
    expect(out).toContain('1 of 1 files');
    expect(out).toMatch(/1 file up to date \(\+\d+ candles\)\n$/);
  });

  it('has a log that goes where the rest does not break', async () => {
    const written: string[] = [];
    const sink = new NoteSink({ isTTY: true, write: (text: string) => written.push(`plain ${text}`) });
    sink.write('a');
    sink.redirect((text) => written.push(`live ${text}`));
    sink.write('b');
    expect([written, sink.isTTY]).toEqual([['plain a', 'live b'], true]);
  });

  it.each([
    [['--timerange', '20240101-', '--days', '3'], 2, "cannot be used with option '--days <days>'"],
    [['--erase', '--prepend'], 2, "cannot be used with option '--prepend'"],
    [['-t', '5minutes'], 2, '"5minutes" is not a timeframe'],
    [['--days', '0'], 2, 'Expected a whole number, 1 or more.'],
    [['--candle-types', 'mark', 'marc'], 2, "'marc' is invalid"],
    [['--timerange', '2024'], 1, '[DOWNLOAD_BAD_TIMERANGE]'],
    [['--exchange', 'simulated', '-t', '7m'], 1, '[DOWNLOAD_UNKNOWN_TIMEFRAME]'],
    [['--exchange', 'binence', '-p', 'BTC/USDT'], 1, 'did you mean "binance"'],
    [['--exchange', 'binance'], 1, '[DOWNLOAD_NO_PAIRS]'],
    [['--exchange', 'binance', '--trading-mode', 'futures', '--candle-types', 'spot'], 1, '[DOWNLOAD_NO_TYPES]'],
    [['--exchange', 'simulated', '-p', '*/USDT'], 1, 'neither a pair nor a regular expression'],
  ])('says what is wrong with %j', async (args, code, message) => {
    const result = await run('download-data', [
      '-d',
      folder,
      ...(code === 1 && !args.includes('--exchange') ? simulated : []),
      ...args,
    ]);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toContain(message);
    expect(readdirSync(folder)).toEqual([]);
  });
});

it.runIf(existsSync('/proc/self'))('download-data ends where its folder can not be made', async () => {
  const { code, err } = await run('download-data', [...simulated, '-d', '/proc/candlecast/data', '-p', 'BTC/USDT']);
  expect(code).toBe(1);
  expect(err).toMatch(/can't write to \/proc\/candlecast\/data \(ENOENT.*\[EXCHANGE_FILE_UNREADABLE\]/);
});

it('download-data says that it does not go by pairlists', async () => {
  const volume = [{ method: 'VolumePairList', number_assets: 5 }];
  const taken = 'takes pairs from -p or exchange.pair_whitelist, and not from pairlists';
  const failure = async (content: object) => run('download-data', ['-d', folder, ...config(content)]);
  expect(await failure({ exchange: { name: 'binance' }, pairlists: volume })).toMatchObject({
    code: 1,
    err: expect.stringContaining(taken),
  });
  expect((await failure({ exchange: { name: 'binance' } })).err).not.toContain(taken);
});

describe('list-data', () => {
  it('lists files with their time and holes, and those that can not be read', async () => {
    await download('-p', 'BTC/USDT', 'ETH/USDT');
    const args = ['-d', folder];
    const { code, out } = await run('list-data', args);
    expect(code).toBe(0);
    const moment = '\\d{4}-\\d\\d-\\d\\d \\d\\d:00';
    expect(out).toMatch(
      new RegExp(
        `^pair +timeframe +type +from +to +candles +holes\nBTC/USDT +1h +spot +${moment} +${moment} +\\d+ +0\nETH/USDT`,
      ),
    );
    expect(out).toContain(`2 files in ${folder}\n`);
    expect((await run('list-data', [...args, '-p', 'eth/.*', '--show-timerange'])).out).not.toContain('BTC');
    writeFileSync(join(folder, 'ADA_USDT-1h.feather'), 'no feather');
    const broken = await run('list-data', args);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain('unreadable: ');
    const records: unknown = JSON.parse((await run('list-data', [...args, '--json'])).out);
    expect(records).toMatchObject([
      { pair: 'ADA/USDT', error: expect.any(String) },
      { pair: 'BTC/USDT', holes: 0 },
      { pair: 'ETH/USDT' },
    ]);
  });

  it('says where there is nothing', async () => {
    const nowhere = join(folder, 'nowhere');
    const { code, err } = await run('list-data', ['-d', nowhere]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: there is no data folder .*nowhere; .*: candlecast download-data --exchange binance -d .*nowhere -p BTC\/USDT -t 5m \[EXCHANGE_DATA_FOLDER_MISSING\]\n$/,
    );
    expect((await run('list-data', ['-d', folder])).err).toMatch(/has no candle file, .*; .*candlecast download-data /);
  });
});

describe('list-pairs', () => {
  const names = (out: string) => out.trim().split('\n');
  it('filters by base and quote currencies, whatever the case', async () => {
    const all = names((await run('list-pairs', [...simulated, '-1'])).out);
    expect(all).toEqual(all.toSorted());
    expect(all.length).toBe(20);
    expect(names((await run('list-markets', [...simulated, '-1', '--base', 'btc', 'ETH'])).out)).toEqual([
      'BTC/USDT',
      'ETH/USDT',
    ]);
    expect((await run('list-pairs', [...simulated, '--print-list', '--quote', 'EUR'])).out).toBe(
      'simulated has 0 active pairs with EUR as quote currency.\n',
    );
    const futures = await run('list-pairs', [
      ...simulated,
      '--trading-mode',
      'futures',
      '--print-json',
      '--base',
      'BTC',
    ]);
    expect(JSON.parse(futures.out)).toEqual(['BTC/USDT:USDT']);
  });

  it('has a form for every reader', async () => {
    const args = [...simulated, '--base', 'BTC'];
    expect((await run('list-pairs', [...args, '--print-list'])).out).toBe(
      'simulated has 1 active pair with BTC as base currency: BTC/USDT.\n',
    );
    const [head, row] = names((await run('list-pairs', [...args, '--print-csv'])).out).map((line) => line.split(','));
    expect(row).toHaveLength(head.length);
    expect((await run('list-pairs', args)).out).toMatch(
      /^pair +base .*\nBTC\/USDT +BTC +USDT +yes +spot .*\nsimulated has 1 active pair/,
    );
    expect(JSON.parse((await run('list-pairs', [...args, '--json'])).out)).toMatchObject([
      { pair: 'BTC/USDT', isActive: true },
    ]);
    expect(await run('list-pairs', [...args, '-1', '--print-csv'])).toMatchObject({ code: 2 });
  });

  it('says that an exchange has to be named', async () => {
    expect(await run('list-pairs', config({}))).toMatchObject({ code: 1, err: expect.stringContaining('--exchange') });
  });
});

it('list-timeframes lists timeframes', async () => {
  expect((await run('list-timeframes', [...simulated])).out).toMatch(/^simulated has candles of 1m, 3m, .*1M\.\n$/);
  expect((await run('list-timeframes', [...simulated, '-1'])).out).toMatch(/^1m\n3m\n/);
  expect(JSON.parse((await run('list-timeframes', [...simulated, '--json'])).out)).toContain('5m');
});

describe('list-exchanges', () => {
  it('lists what a bot can use, and with --all the rest', async () => {
    const list = async (...args: readonly string[]) =>
      (await run('list-exchanges', [...args, '-1'])).out.trim().split('\n');
    const [usable, all, futures] = [await list(), await list('--all'), await list('--trading-mode', 'futures')];
    for (const name of ['binance', 'kraken', 'okx']) expect(usable).toContain(name);
    expect(all.length).toBeGreaterThan(usable.length);
    expect(usable.every((name) => all.includes(name))).toBe(true);
    expect(futures).toContain('okx');
    expect(futures).not.toContain('binanceus');
  });

  it('tells of each what it has', async () => {
    const all: unknown = JSON.parse((await run('list-exchanges', ['--all', '--json'])).out);
    const binance = { name: 'binance', title: 'Binance', spot: true, futures: true, candles: true, webSockets: true };
    expect(all).toContainEqual(binance);
    const { out } = await run('list-exchanges');
    expect(out).toMatch(/^binance +Binance +yes +yes +yes +yes$/m);
    expect(out).toMatch(/^\d+ of ccxt's \d+ exchanges\.\n$/m);
  });
});

it.each(['download-data', 'list-data', 'list-pairs', 'list-timeframes', 'list-exchanges'])(
  '%s has help with examples',
  async (command) => {
    const { code, out, err } = await run(command, ['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Examples:\n {2}candlecast /m);
  },
);

import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CandleType,
  type PairKey,
  candlesFrame,
  pairKeyText,
  parsePair,
  parseTimeframe,
} from '../../market/index.ts';
import { type ExchangeError, exchangeErrors } from '../exchange-error.ts';
import { candleFilePath, parseCandleFileName } from './candle-file-name.ts';
import { openDataFolder } from './data-folder.ts';
import { fileOf } from './file-of.ts';
import { playbackRange } from './playback-range.ts';
import { writeCandles } from './write-candles.ts';

const datadir = fileURLToPath(new URL('../../../tests/fixtures/candles/datadir', import.meta.url));
const HOUR = 3_600_000;
const START = Date.UTC(2023, 10, 15);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candlecast-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function keyOf(pair: string, timeframe: string, candleType: CandleType = 'spot'): PairKey {
  return { pair: parsePair(pair), timeframe: parseTimeframe(timeframe), candleType };
}

function errorOf(call: Promise<unknown>): Promise<ExchangeError> {
  return call.then(
    () => expect.unreachable('expected an error'),
    (error: ExchangeError) => error,
  );
}

/** `hours` candles of an hour from the `first`-th hour on. */
function hourly(first: number, hours: number) {
  return candlesFrame(
    Array.from({ length: hours }, (_, i) => ({
      date: START + (first + i) * HOUR,
      open: 1,
      high: 2,
      low: 1,
      close: 2,
      volume: i,
    })),
  );
}

describe('candleFilePath', () => {
  it.each([
    [keyOf('BTC/USDT', '5m'), 'BTC_USDT-5m.feather'],
    [keyOf('BTC/USDT', '1M'), 'BTC_USDT-1Mo.feather'],
    [keyOf('XRP/USDT:USDT', '1h', 'futures'), 'futures/XRP_USDT_USDT-1h-futures.feather'],
    [keyOf('XRP/USDT:USDT', '8h', 'funding_rate'), 'futures/XRP_USDT_USDT-8h-funding_rate.feather'],
    [keyOf('BTC-PERP/USD', '1d'), 'BTC-PERP_USD-1d.feather'],
  ])('names %o as freqtrade does, and reads the name back', (key, path) => {
    expect(candleFilePath(key, 'feather')).toBe(path);
    expect(parseCandleFileName(basename(path), 'feather')).toEqual({ key });
    expect(parseCandleFileName(basename(candleFilePath(key, 'jsongz')), 'jsongz')).toEqual({ key });
  });
});

describe('openDataFolder', () => {
  it('tells what is there, and from when to when', async () => {
    const data = await openDataFolder(datadir);
    const names = data.files.map((file) => pairKeyText(file.key));
    expect(names).toEqual([
      'AAA/USDT, 1m, spot',
      'AAA/USDT, 5m, spot',
      'AAA/USDT, 1h, spot',
      'AAA/USDT, 1M, spot',
      'AAA/USDT:USDT, 8h, funding_rate',
      'AAA/USDT:USDT, 1h, futures',
      'AAA/USDT:USDT, 1h, mark',
      'BBB/USDT, 1m, spot',
      'BBB/USDT, 5m, spot',
      'LONG/USDT, 1m, spot',
      'LONG/USDT, 5m, spot',
    ]);
    expect(data.ignored).toEqual([]);
    const file = fileOf(data, keyOf('AAA/USDT:USDT', '1h', 'futures'));
    expect(await data.range(file)).toEqual({ from: START, until: START + 48 * HOUR, rows: 48 });
    expect(await data.load(file)).toBe(await data.load(file));
    const kept = await data.load(file);
    data.forget();
    expect(await data.load(file)).not.toBe(kept);
  });

  it('takes one format where it is asked to', async () => {
    const data = await openDataFolder(datadir, { format: 'json' });
    expect(data.files.map((file) => pairKeyText(file.key))).toEqual(['BBB/USDT, 5m, spot']);
    expect(data.ignored.length).toBeGreaterThan(8);
    // @ts-expect-error a format from outside, such as a config, can be any text
    const error = await errorOf(openDataFolder(datadir, { format: 'hdf5' }));
    expect(error).toMatchObject({ code: 'EXCHANGE_BAD_OPTION', value: 'hdf5', kind: 'request' });
  });

  it('prefers one of two files with the same candles, and says why others are left aside', async () => {
    const mixed = join(folder, 'mixed');
    await mkdir(join(mixed, 'futures'), { recursive: true });
    await mkdir(join(mixed, 'X_Y-5m.feather'));
    for (const name of ['A_B-1h.json', 'A_B-1h.feather', 'A_B-1h.json.gz', 'C_D-1h.json']) {
      await writeCandles(join(mixed, name), hourly(0, 3));
    }
    await copyFile(join(mixed, 'C_D-1h.json'), join(mixed, 'futures', 'C_D-1h.json'));
    await copyFile(join(mixed, 'C_D-1h.json'), join(mixed, 'C_D_D-1h-mark.json'));
    for (const name of ['A_B-trades.feather', 'A_B_C_D-5m.json', 'A_B-5x.json', 'A_B-5m-odd.json', 'A_B-1h.h5']) {
      await writeFile(join(mixed, name), '');
    }
    const data = await openDataFolder(mixed);
    expect(data.files.map((file) => basename(file.path))).toEqual(['A_B-1h.feather', 'C_D-1h.json']);
    const reasons = Object.fromEntries(data.ignored.map(({ path, reason }) => [path.slice(mixed.length + 1), reason]));
    expect(reasons).toEqual({
      'A_B-1h.json.gz': 'A_B-1h.feather has the same candles',
      'A_B-1h.json': 'A_B-1h.feather has the same candles',
      [join('futures', 'C_D-1h.json')]: 'spot candles are read from the folder above',
      'C_D_D-1h-mark.json': 'mark candles are read from futures',
      'A_B-trades.feather': 'its name is not as in BTC_USDT-5m',
      'A_B_C_D-5m.json': '"A_B_C_D" is not a pair as in BTC_USDT or BTC_USDT_USDT',
      'A_B-5x.json': '"5x" is not a timeframe',
      'A_B-5m-odd.json': '"odd" is not a candle type',
      'A_B-1h.h5': 'not of a format that is read (feather, jsongz, json)',
    });
  });

  it('tells a missing folder from an empty one', async () => {
    const missing = await errorOf(openDataFolder(join(folder, 'missing')));
    expect(missing).toMatchObject({ code: 'EXCHANGE_DATA_FOLDER_MISSING', value: join(folder, 'missing') });
    await writeFile(join(folder, 'a-file'), '');
    expect((await errorOf(openDataFolder(join(folder, 'a-file')))).code).toBe('EXCHANGE_DATA_FOLDER_MISSING');
    await mkdir(join(folder, 'empty'));
    const empty = await errorOf(openDataFolder(join(folder, 'empty')));
    expect(empty).toMatchObject({ code: 'EXCHANGE_DATA_FOLDER_EMPTY', kind: 'data' });
    expect(empty.message).toContain('it is empty');
    await writeFile(join(folder, 'empty', 'A_B-5m.parquet'), '');
    expect((await errorOf(openDataFolder(join(folder, 'empty')))).message).toContain('A_B-5m.parquet: not of a format');
  });

  it('reads a file again that could not be read', async () => {
    const healing = join(folder, 'healing');
    await mkdir(healing);
    await writeFile(join(healing, 'A_B-1h.json'), '[[1');
    const data = await openDataFolder(healing);
    expect((await errorOf(data.load(data.files[0]))).code).toBe('EXCHANGE_FILE_CORRUPT');
    await writeCandles(join(healing, 'A_B-1h.json'), hourly(0, 4));
    expect((await data.load(data.files[0])).length).toBe(4);
  });

  it('has a meaning and a remedy for every code', () => {
    for (const [code, { kind, meaning, remedy }] of Object.entries(exchangeErrors)) {
      expect(code).toMatch(/^EXCHANGE_[A-Z_]+$/);
      expect(['request', 'data', 'outside', 'account']).toContain(kind);
      expect(meaning.endsWith('.') && remedy.endsWith('.')).toBe(true);
    }
  });
});

describe('playbackRange', () => {
  const open = async () => {
    const path = join(folder, 'playback');
    await writeCandles(join(path, 'A_B-1h.feather'), hourly(0, 30));
    await writeCandles(join(path, 'C_D-1h.json'), hourly(10, 40));
    await writeCandles(join(path, 'E_F-1h.json'), hourly(60, 5));
    await writeCandles(join(path, 'G_H-1h.json'), hourly(0, 0));
    return openDataFolder(path);
  };
  const [early, middle, late, none] = ['A/B', 'C/D', 'E/F', 'G/H'].map((pair) => keyOf(pair, '1h'));

  it('begins when all keys have their startup candles and ends with the last', async () => {
    const data = await open();
    expect(await playbackRange(data, [early], 5)).toEqual({ startsAt: START + 5 * HOUR, endsAt: START + 30 * HOUR });
    expect(await playbackRange(data, [early], 0)).toEqual({ startsAt: START, endsAt: START + 30 * HOUR });
    const both = await playbackRange(data, [early, middle], 5);
    expect(both).toEqual({ startsAt: START + 15 * HOUR, endsAt: START + 50 * HOUR });
  });

  it('tells which key is too short', async () => {
    const data = await open();
    const few = await errorOf(playbackRange(data, [middle, early], 31));
    expect(few).toMatchObject({ code: 'EXCHANGE_RECORDING_TOO_SHORT', value: early });
    expect(few.message).toContain('A/B, 1h, spot has 30 candles, 31 are needed');
    expect((await errorOf(playbackRange(data, [none], 0))).message).toContain('has 0 candles');
    const all = await errorOf(playbackRange(data, [late], 5));
    expect(all.message).toContain('from 2023-11-17T17:00:00.000Z on, when nothing comes any more');
  });

  it('names what is not there', async () => {
    const data = await open();
    expect((await errorOf(playbackRange(data, [keyOf('A/C', '1h')], 1))).message).toContain('did you mean "A/B"?');
    expect((await errorOf(playbackRange(data, [keyOf('A/B', '5m')], 1))).message).toContain('it has 1h');
    expect((await errorOf(playbackRange(data, [], 1))).code).toBe('EXCHANGE_BAD_OPTION');
    expect((await errorOf(playbackRange(data, [early], -1))).code).toBe('EXCHANGE_BAD_OPTION');
  });
});

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import expected from '../../../tests/fixtures/candles/expected.json' with { type: 'json' };
import { toArrow } from '../../arrow/index.ts';
import { Frame, framesEqual, timestamps } from '../../frame/index.ts';
import { type CandleType, type Candles, candleColumns, candlesFrame } from '../../market/index.ts';
import { messageOf } from '../../util/errors.ts';
import { ExchangeError, type ExchangeErrorCode } from '../exchange-error.ts';
import { readCandles } from './read-candles.ts';
import { writeCandles } from './write-candles.ts';

const datadir = fileURLToPath(new URL('../../../tests/fixtures/candles/datadir', import.meta.url));
const realCandles = fileURLToPath(new URL('../../../../shared/data/candles', import.meta.url));
const files = Object.entries(expected.files).map(([name, { rows, sha256 }]) => ({ name, rows, sha256 }));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candlecast-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As generate.py does it: the columns' doubles, one column after the other. */
function digest(candles: Candles): string {
  const hash = createHash('sha256');
  for (const name of candleColumns) {
    const values = Float64Array.from(candles.columns[name] as ArrayLike<number>);
    hash.update(new Uint8Array(values.buffer));
  }
  return hash.digest('hex');
}

function typeOf(name: string): CandleType {
  if (name.includes('mark')) return 'mark';
  if (name.includes('funding_rate')) return 'funding_rate';
  return name.startsWith('futures') ? 'futures' : 'spot';
}

async function reading(
  name: string,
  bytes: Uint8Array | string,
): Promise<{ code?: ExchangeErrorCode; message: string }> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  try {
    const { length } = await readCandles(path);
    return { message: `${length} rows` };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('readCandles', () => {
  it.each(files)('reads $name, every bit as Python does', async ({ name, rows, sha256 }) => {
    const candles = await readCandles(join(datadir, name), typeOf(name));
    expect(candles.length).toBe(rows);
    expect(digest(candles)).toBe(sha256);
    expect(candles.schema).toEqual(candlesFrame([]).schema);
  });

  it.each(files)('refuses $name cut off anywhere', async ({ name }) => {
    const bytes = await readFile(join(datadir, name));
    const step = Math.max(1, Math.floor(bytes.length / 97));
    for (let length = bytes.length - 1; length >= 0; length -= length > bytes.length - 20 ? 1 : step) {
      const file = `cut-${name.replaceAll('/', '-')}`;
      const { code, message } = await reading(file, bytes.subarray(0, length));
      expect({ length, code }).toEqual({ length, code: 'EXCHANGE_FILE_CORRUPT' });
      expect(message).toContain(file);
    }
  });

  it('refuses a feather file with a piece missing from its middle', async () => {
    const bytes = await readFile(join(datadir, 'AAA_USDT-1m.feather'));
    for (const [start, end] of [
      [1000, 1008],
      [5000, 6000],
      [2000, 20_000],
      [8, 16],
    ]) {
      const rest = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
      expect((await reading('gap.feather', rest)).code).toBe('EXCHANGE_FILE_CORRUPT');
    }
  });

  it('tells what is wrong with the bytes', async () => {
    const zip = gzipSync('[[1,2,3,4,5,6]]');
    const cases: readonly (readonly [string, Uint8Array | string, string])[] = [
      ['empty.feather', '', 'empty'],
      ['empty.json', '', 'empty'],
      ['old.feather', 'FEA1 and so on', 'version 1'],
      ['cut.feather', 'ARROW1 and nothing behind it', 'cut off: it does not end with ARROW1'],
      ['text.feather', 'date,open\n', 'does not begin with ARROW1'],
      ['object.json', '{"a":1}', 'expected a list of candles, found object'],
      ['null.json', 'null', 'found null'],
      ['binary.json', zip, 'not readable as JSON'],
      ['plain.json.gz', '[[1,2,3,4,5,6]]', 'not readable as gzip'],
      ['flipped.json.gz', zip.map((byte, i) => (i === zip.length - 6 ? byte ^ 1 : byte)), 'not readable as gzip'],
    ];
    for (const [name, bytes, text] of cases) {
      const { code, message } = await reading(name, bytes);
      expect([name, code]).toEqual([name, 'EXCHANGE_FILE_CORRUPT']);
      expect(message).toContain(text);
      expect(message).toContain(name);
    }
  });

  it('names the row that is wrong', async () => {
    const row = (date: number, close: unknown = 1, volume: unknown = 5) => [date, 1, 1, 1, close, volume];
    const cases: readonly (readonly [unknown, string])[] = [
      [[row(60_000), row(60_000)], 'rows 0 and 1 are both of 1970-01-01T00:01:00.000Z'],
      [[row(60_000), row(120_000), row(0)], 'row 2 is of 1970-01-01T00:00:00.000Z, before row 1'],
      [[row(0), row(60_000, null)], 'row 1 has close NaN'],
      [[row(0, '1')], 'row 0 has close "1", expected a number'],
      [[row(0, 1, -1)], 'row 0 has volume -1'],
      [[row(0, 1, null)], 'row 0 has volume NaN'],
      [[row(0), [1, 2]], 'row 1 is not a list of date, open, high, low, close, volume'],
      [[row(0), 5], 'row 1 is not a list'],
      [[[null, 1, 1, 1, 1, 1]], 'row 0 has no date'],
    ];
    for (const [rows, text] of cases) {
      const { code, message } = await reading('wrong.json', JSON.stringify(rows));
      expect(code).toBe('EXCHANGE_BAD_CANDLES');
      expect(message).toContain(text);
      expect(message).toContain('wrong.json');
    }
    expect((await reading('big.json', '[[0,1,1e999,1,1,1]]')).message).toContain('row 0 has high Infinity');
  });

  it('names the column that is wrong', async () => {
    const columns = { date: timestamps([0, 1]), open: [1, 2], high: [1, 2], low: [1, 2], close: [1, 2] };
    const missing = toArrow(Frame.of(columns), 'file');
    expect((await reading('missing.feather', missing)).message).toContain('a column "volume"');
    const text = toArrow(Frame.of({ ...columns, volume: ['a', 'b'] }), 'file');
    expect((await reading('text.feather', text)).message).toContain('found string');
    const ints = toArrow(Frame.of({ ...columns, volume: Int32Array.of(3, 4), more: ['x', 'y'] }), 'file');
    expect((await reading('ints.feather', ints)).message).toBe('2 rows');
  });

  it('takes missing volumes only where candles are not of trades', async () => {
    const path = join(datadir, 'futures/AAA_USDT_USDT-1h-mark.feather');
    expect((await readCandles(path, 'mark')).length).toBe(48);
    await expect(readCandles(path, 'futures')).rejects.toThrow('row 0 has volume NaN');
  });

  it('tells when the file system refuses', async () => {
    const codeOf = async (path: string) =>
      readCandles(path).then(
        () => undefined,
        (error: unknown) => (error instanceof ExchangeError ? error.code : messageOf(error)),
      );
    expect(await codeOf(join(folder, 'none.feather'))).toBe('EXCHANGE_FILE_UNREADABLE');
    await mkdir(join(folder, 'folder.json'));
    expect(await codeOf(join(folder, 'folder.json'))).toBe('EXCHANGE_FILE_UNREADABLE');
    expect(await codeOf(join(folder, 'candles.csv'))).toBe('EXCHANGE_BAD_OPTION');
  });

  it('reads no candles from a file that says so', async () => {
    expect((await reading('none.json', '[]')).message).toBe('0 rows');
  });
});

describe('writeCandles', () => {
  const candles = candlesFrame([
    { date: 1_700_006_400_000, open: 0.1, high: 1e-9, low: 5e-324, close: 1 / 3, volume: 0 },
    { date: 1_700_006_700_000, open: 1e15 + 0.125, high: 2, low: 1, close: 4, volume: 1e300 },
  ]);

  it.each(['a.feather', 'a.json', 'a.json.gz', 'new/folder/a.feather'])(
    'writes %s so that it reads back to the bit',
    async (name) => {
      const path = join(folder, 'written', name);
      await writeCandles(path, candles);
      expect(framesEqual(await readCandles(path), candles)).toBe(true);
      await writeCandles(path, candles.slice(0, 1));
      expect((await readCandles(path)).length).toBe(1);
      expect((await readdir(join(path, '..'))).filter((file) => file.includes('unfinished'))).toEqual([]);
    },
  );

  it("writes freqtrade's JSON, with null for a missing number", async () => {
    const path = join(folder, 'mark.json');
    await writeCandles(path, candles.slice(0, 1).with({ volume: Float64Array.of(Number.NaN) }), 'mark');
    expect(await readFile(path, 'utf8')).toBe(`[[1700006400000,0.1,1e-9,5e-324,${1 / 3},null]]`);
    await writeCandles(`${path}.gz`, candles);
    expect(JSON.parse(gunzipSync(await readFile(`${path}.gz`)).toString())).toHaveLength(2);
  });

  it('refuses what could not be read again, and leaves the file as it was', async () => {
    const path = join(folder, 'kept.feather');
    await writeCandles(path, candles);
    const wrong = candles.append(candles.slice(0, 1));
    await expect(writeCandles(path, wrong)).rejects.toThrow('row 2 is of');
    expect(framesEqual(await readCandles(path), candles)).toBe(true);
    await expect(writeCandles(join(folder, 'a.csv'), candles)).rejects.toThrow('.feather, .json or .json.gz');
  });

  it('tells when the file system refuses', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeCandles(join(folder, 'file', 'a.json'), candles)).rejects.toMatchObject({
      code: 'EXCHANGE_FILE_UNREADABLE',
    });
  });
});

describe.skipIf(!existsSync(realCandles))('real candles (skipped where ../shared/data/candles is absent)', () => {
  it('are read, every file', async () => {
    const names = (await readdir(realCandles, { recursive: true })).filter((name) => name.endsWith('.feather'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const candles = await readCandles(join(realCandles, name), typeOf(name));
      expect(candles.length).toBeGreaterThan(90);
    }
  });
});

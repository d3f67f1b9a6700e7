import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type PagedExchange,
  type PagedExchangeOptions,
  pagedExchange,
} from '../../tests/fixtures/download/paged-exchange.ts';
import { framesEqual } from '../frame/index.ts';
import { ExchangeError, openDataFolder, readCandles, writeCandles } from '../exchange/index.ts';
import { type Candles, type PairKey, nextCandleOpen, parsePair, parseTimeframe } from '../market/index.ts';
import { type DownloadEvent, type DownloadOptions, downloadCandles } from './download-candles.ts';

const now = Date.UTC(2026, 10, 20, 9, 3);
const DAY_MS = 86_400_000;
const [btc, eth] = ['BTC/USDT', 'ETH/USDT'].map(parsePair);
const keyOf = (pair = btc, timeframe = '5m'): PairKey => ({
  pair,
  timeframe: parseTimeframe(timeframe),
  candleType: 'spot',
});
const open = (options: Partial<PagedExchangeOptions> = {}) => pagedExchange({ now, pairs: [btc, eth], ...options });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-download-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const download = (exchange: PagedExchange, options: Partial<DownloadOptions> = {}) =>
  downloadCandles({ exchange, folder, keys: [keyOf()], ...options });
const stored = (key = keyOf()) => readCandles(join(folder, `${key.pair.replace('/', '_')}-${key.timeframe}.feather`));

/** What the exchange has from `since` until `until` (exclusive), asked for at once. */
async function truth(
  key: PairKey,
  since: number,
  until: number,
  options: Partial<PagedExchangeOptions> = {},
): Promise<Candles> {
  return open({ ...options, now: until }).fetchCandles(key, { limit: 100_000, since });
}

const since = now - (now % DAY_MS) - 40 * DAY_MS;
const range = { from: since, until: since + 30 * DAY_MS };
const end = range.until + 300_000;

describe('downloadCandles', () => {
  it('writes what the exchange has, page by page', async () => {
    const exchange = open();
    const { files, failed, stopped } = await download(exchange, { range, keys: [keyOf(), keyOf(eth, '1h')] });
    expect({ failed, stopped }).toEqual({ failed: [], stopped: [] });
    expect(
      Object.fromEntries(files.map(({ key, added, rows, holes }) => [key.timeframe, [added, rows, holes]])),
    ).toEqual({ '1h': [721, 721, 0], '5m': [8641, 8641, 0] });
    expect(framesEqual(await stored(), await truth(keyOf(), since, end))).toBe(true);
    expect(exchange.calls.filter(({ key }) => key.pair === btc)).toHaveLength(2);
    expect(readdirSync(folder).toSorted()).toEqual(['BTC_USDT-5m.feather', 'ETH_USDT-1h.feather']);
  });

  it('leaves no gap and no candle that is open, with holes where nothing was traded', async () => {
    const options = { holes: 0.2 };
    await download(open(options), { newPairsDays: 3 });
    const first = await stored();
    const opened = now - (now % 300_000);
    expect(first.last('date')).toBeLessThan(opened);
    const later = open({ ...options, now: now + DAY_MS });
    const { files } = await download(later);
    const whole = await stored();
    expect(files[0]).toMatchObject({ rows: whole.length, added: whole.length - first.length });
    expect(files[0].holes).toBe(
      (nextCandleOpen(whole.last('date') ?? 0, keyOf().timeframe) - (whole.at(0, 'date') ?? 0)) / 300_000 -
        whole.length,
    );
    expect(framesEqual(whole, await truth(keyOf(), whole.at(0, 'date') ?? 0, opened + DAY_MS, options))).toBe(true);
  });

  it('goes on where it was stopped, after any page, to the same end', async () => {
    await download(open(), { range });
    const undisturbed = await stored();
    for (const pages of [0, 1]) {
      rmSync(join(folder, 'BTC_USDT-5m.feather'), { force: true });
      const stop = new AbortController();
      const exchange = open();
      exchange.beforeAnswer = () => {
        if (exchange.calls.length > pages) stop.abort(new Error('told to stop'));
        stop.signal.throwIfAborted();
      };
      const { files, stopped } = await download(exchange, { range, signal: stop.signal });
      expect({ files, stopped }).toEqual({ files: [], stopped: [keyOf()] });
      expect(readdirSync(folder)).toEqual(pages === 0 ? [] : ['BTC_USDT-5m.feather']);
      const again = open();
      await download(again, { range });
      expect(again.calls).toHaveLength(2 - pages);
      expect(framesEqual(await stored(), undisturbed)).toBe(true);
    }
  });

  it('writes nothing where nothing is new', async () => {
    await download(open(), { range });
    const before = statSync(join(folder, 'BTC_USDT-5m.feather'));
    const { files } = await download(open(), { range });
    expect(files).toMatchObject([{ added: 0, rows: 8641 }]);
    expect(statSync(join(folder, 'BTC_USDT-5m.feather')).mtimeMs).toBe(before.mtimeMs);
  });

  it('takes the exchange at its word where the last candle was stored before it closed', async () => {
    await download(open(), { range });
    const whole = await stored();
    const cut = whole.slice(0, 100);
    const last = cut.tail(1).with({ close: [1], volume: [0] });
    await writeCandles(join(folder, 'BTC_USDT-5m.feather'), cut.slice(0, 99).append(last));
    await download(open(), { range });
    expect(framesEqual(await stored(), whole)).toBe(true);
  });

  it('grows to the front with prepend, and is whole after every page', async () => {
    const middle = { from: since + 28 * DAY_MS, until: range.until };
    await download(open(), { range: middle });
    const sizes: number[] = [];
    const exchange = open();
    exchange.beforeAnswer = async () => {
      const candles = await stored();
      sizes.push(candles.length);
      expect(framesEqual(candles, await truth(keyOf(), candles.at(0, 'date') ?? 0, end))).toBe(true);
    };
    const { files } = await download(exchange, { range, prepend: true });
    expect(sizes).toEqual([577, 5577]);
    expect(files).toMatchObject([{ added: 8641 - 577, rows: 8641 }]);
    expect(framesEqual(await stored(), await truth(keyOf(), since, end))).toBe(true);
  });

  it('says that older candles are not fetched without it', async () => {
    await download(open(), { range: { ...range, from: since + DAY_MS } });
    const { files } = await download(open(), { range });
    expect(files).toMatchObject([{ added: 0, note: expect.stringContaining('--prepend') }]);
  });

  it('begins anew with erase, and removes what the exchange does not have any more', async () => {
    await download(open(), { range });
    const short = { from: since + DAY_MS, until: range.until };
    await download(open(), { range: short, erase: true });
    expect(framesEqual(await stored(), await truth(keyOf(), since + DAY_MS, end))).toBe(true);
    const { files } = await download(open({ listedAt: now }), { range, erase: true });
    expect(files).toMatchObject([{ rows: 0, from: undefined }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([false, true])('skips the years before a pair was listed, prepend: %s', async (prepend) => {
    const listedAt = Date.UTC(2026, 9, 12, 7);
    const exchange = open({ listedAt });
    const years = { from: Date.UTC(2019, 0, 1), until: range.until };
    if (prepend) await download(open({ listedAt }), { range: { from: range.until - DAY_MS, until: range.until } });
    const { files } = await download(exchange, { range: years, prepend });
    expect(files[0].from).toBe(listedAt);
    expect(framesEqual(await stored(), await truth(keyOf(), listedAt, end))).toBe(true);
    expect(exchange.calls.length).toBeLessThan(8);
  });

  it('fails one file and not the others', async () => {
    writeFileSync(join(folder, 'ETH_USDT-5m.feather'), 'no feather');
    const exchange = open();
    const outside = new ExchangeError('EXCHANGE_UNREACHABLE', 'the network is down');
    exchange.beforeAnswer = ({ timeframe }) => {
      if (timeframe === '15m') throw outside;
    };
    const events: DownloadEvent[] = [];
    const keys = [keyOf(eth), keyOf(btc, '15m'), keyOf(btc, '1h')];
    const { files, failed } = await download(exchange, { range, keys, onEvent: (event) => events.push(event) });
    expect(files.map(({ key }) => key)).toEqual([keys[2]]);
    expect(failed).toMatchObject([
      { key: keys[1], error: outside },
      { key: keys[0], error: { code: 'EXCHANGE_FILE_CORRUPT', message: expect.stringContaining('--erase') } },
    ]);
    expect(events.filter(({ type }) => type === 'failed')).toHaveLength(2);
    await download(open(), { range, keys, erase: true });
    expect((await openDataFolder(folder)).files).toHaveLength(3);
  });

  it('notices where a file does not hold what was written to it', async () => {
    const path = join(folder, 'BTC_USDT-5m.feather');
    await download(open(), { range: { ...range, until: since + DAY_MS } });
    const older = readFileSync(path);
    const { failed } = await download(open(), {
      range,
      onEvent: ({ type }) => void (type === 'stored' && writeFileSync(path, older)),
    });
    expect(failed).toMatchObject([{ error: { code: 'DOWNLOAD_NOT_STORED', message: expect.stringContaining(path) } }]);
  });

  it('stops asking an exchange that shuts it out', async () => {
    const exchange = open();
    exchange.beforeAnswer = () => {
      throw new ExchangeError('EXCHANGE_BANNED', 'go away');
    };
    const keys = ['5m', '15m', '30m', '1h', '2h', '4h'].map((timeframe) => keyOf(btc, timeframe));
    const { failed, stopped } = await download(exchange, { range, keys, concurrency: 1 });
    expect([failed.length, stopped.length, exchange.calls.length]).toEqual([1, 5, 1]);
  });

  it('asks for no more files at once than it may', async () => {
    const exchange = open();
    let [asking, most] = [0, 0];
    exchange.beforeAnswer = async () => {
      most = Math.max(most, ++asking);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      asking -= 1;
    };
    const keys = ['5m', '15m', '30m', '1h', '2h', '4h'].map((timeframe) => keyOf(btc, timeframe));
    await download(exchange, { range, keys, concurrency: 3 });
    expect(most).toBe(3);
  });

  it('keeps other downloads out of the folder while it goes on, and no longer', async () => {
    const exchange = open();
    const refusals: unknown[] = [];
    exchange.beforeAnswer = async () => {
      refusals.push(await download(open(), { range }).catch((error: unknown) => error));
    };
    await download(exchange, { range });
    expect(refusals).toMatchObject([{ code: 'DOWNLOAD_FOLDER_BUSY' }, { code: 'DOWNLOAD_FOLDER_BUSY' }]);
    await expect(download(open(), { range })).resolves.toMatchObject({ files: [{ added: 0 }] });
  });
});

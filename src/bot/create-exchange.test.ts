import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { candleFilePath, simulatedExchange, writeCandles } from '../exchange/index.ts';
import { createMarketServer } from '../market-server/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { compressedClock } from '../util/clock.ts';
import { silentLogger } from '../util/logger.ts';
import { type CandleNeeds, createExchange } from './create-exchange.ts';

const FIVE = 300_000;
const needs: CandleNeeds = {
  timeframe: parseTimeframe('5m'),
  candleType: 'spot',
  startRows: 20,
  leastRows: 5,
  isDryRun: true,
  logger: silentLogger,
};

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'candlecast-create-exchange-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

afterEach(() => vi.useRealTimers());

interface Recording {
  readonly pair: string;
  readonly from: number;
  readonly rows: number;
  readonly timeframe?: string;
}

/** A data folder with so many candles of each pair from a candle on. */
async function folderWith(...recordings: readonly Recording[]): Promise<string> {
  const folder = mkdtempSync(join(root, 'data-'));
  for (const { pair, from, rows, timeframe = '5m' } of recordings) {
    const key = { pair: parsePair(pair), timeframe: parseTimeframe(timeframe), candleType: 'spot' } as const;
    const candles = candlesFrame(
      Array.from({ length: rows }, (_, i) => ({
        date: (from + i) * FIVE,
        open: 1,
        high: 1,
        low: 1,
        close: 1,
        volume: 1,
      })),
    );
    await writeCandles(join(folder, candleFilePath(key, 'json')), candles);
  }
  return folder;
}

const create = (exchange: object | undefined, asked = needs) =>
  createExchange(parseConfig(JSON.stringify(exchange === undefined ? {} : { exchange }), 'config.json'), asked);

const recorded = (datadir: string, more: object = {}) => create({ name: 'recorded', recorded: { datadir }, ...more });

const refusal = (code: string, ...words: readonly string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(words.join('.*'))) });

describe('createExchange', () => {
  it('says what to add where the config has no exchange', async () => {
    await expect(create(undefined)).rejects.toEqual(refusal('BOT_NO_EXCHANGE', 'no section "exchange"', '"simulated"'));
  });

  it('names an exchange that nobody knows, and the nearest that is', async () => {
    await expect(create({ name: 'simulatd' })).rejects.toEqual(
      refusal('EXCHANGE_UNKNOWN_EXCHANGE', 'simulatd', 'did you mean "simulated"'),
    );
  });

  it('makes a simulated market of its own pairs, or of those that are named', async () => {
    const pairsOf = async (exchange: object) => {
      const ready = await create({ name: 'simulated', ...exchange });
      return { pairs: (await ready.exchange.fetchMarkets()).map(({ pair }) => pair), whitelist: ready.whitelist };
    };
    const own = await pairsOf({ simulated: { pairs: 3 } });
    expect(own.pairs).toHaveLength(3);
    expect(own.whitelist).toEqual(['.*']);
    const named = await pairsOf({ pair_whitelist: ['FOO/BAR', 'BTC/USDT'] });
    expect(named).toEqual({ pairs: ['FOO/BAR', 'BTC/USDT'], whitelist: ['FOO/BAR', 'BTC/USDT'] });
    const chosen = await pairsOf({ pair_whitelist: ['(BTC|ETH)/.*'] });
    expect(chosen.pairs.length).toBeGreaterThan(2);
  });

  it("runs the simulated market's clock from its anchors, at its speed", async () => {
    const simulated = { speed: 100, anchor_ms: 1_700_000_000_000, anchor_wall_ms: Date.now() + 1_000_000 };
    const { exchange } = await create({ name: 'simulated', simulated });
    expect(exchange.clock.now()).toBeLessThan(1_700_000_000_000);
    const started = await create({ name: 'simulated', simulated: { start: '2024-01-01', speed: 0.000_001 } });
    expect(Math.round(started.exchange.clock.now() / 1000)).toBe(Date.parse('2024-01-01') / 1000);
  });

  it('shares compressed time among bots of equal settings that start on one day, one after the other', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 15, 6, 45) });
    const settings = { name: 'simulated', simulated: { speed: 60 } };
    const first = await create(settings);
    vi.setSystemTime(Date.now() + 5_000);
    const second = await create(settings);
    const midnight = Date.UTC(2026, 0, 15);
    expect(second.exchange.clock.now()).toBe(first.exchange.clock.now());
    expect(second.exchange.clock.now()).toBe(midnight + 60 * (Date.now() - midnight));
    expect(second.marketTime).toEqual({ anchorMs: midnight, anchorWallMs: midnight, speed: 60 });

    const started = await create({ name: 'simulated', simulated: { speed: 60, start: '2024-01-01' } });
    expect(started.exchange.clock.now()).toBe(Date.UTC(2024, 0, 1));
    expect((await create({ name: 'simulated' })).marketTime).toBeUndefined();
  });

  it('goes by the time of a market server that is told, whatever the dates of its answers', async () => {
    const start = Date.UTC(2026, 0, 15);
    const wall = Date.now();
    const time = { speed: 60, anchor_ms: start, anchor_wall_ms: wall };
    const clock = compressedClock({ speed: 60, anchorMs: start, anchorWallMs: wall });
    const market = simulatedExchange({ seed: 'time', pairs: 1, clock });
    // Its clock can't be asked for.
    const faults = { '5xx': { path: '/time' } };
    const server = await createMarketServer({ exchange: market, logger: silentLogger, faults });
    const { ccxtUrls } = await server.listen();
    const exchange = { name: 'binance', enable_ws: false, ccxt_config: { urls: ccxtUrls, enableRateLimit: false } };
    const config = parseConfig(JSON.stringify({ exchange, candlecast: { market_time: time } }), 'config.json');
    const ready = await createExchange(config, needs);
    expect(ready.marketTime).toEqual({ speed: 60, anchorMs: start, anchorWallMs: wall });
    expect(Math.abs(ready.exchange.clock.now() - clock.now())).toBeLessThan(60_000);
    await ready.exchange.close();
    await server.close();
  });

  it('begins to play a recording at the start of the bot, and tells the anchors for another', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 15) });
    const folder = await folderWith({ pair: 'AAA/USDT', from: 0, rows: 50 });
    const first = await recorded(folder);
    const { anchorMs, anchorWallMs } = first.marketTime ?? {};
    expect({ anchorMs, anchorWallMs }).toEqual({ anchorMs: 20 * FIVE, anchorWallMs: Date.UTC(2026, 0, 15) });
    vi.setSystemTime(Date.now() + 5_000);
    const settings = { datadir: folder, anchor_ms: anchorMs, anchor_wall_ms: anchorWallMs };
    const second = await create({ name: 'recorded', recorded: settings });
    expect(second.exchange.clock.now()).toBe(first.exchange.clock.now());
    expect((await recorded(folder)).exchange.clock.now()).toBe(20 * FIVE);
  });

  it('plays the time that most pairs of a folder have in common, and says which pairs are of another', async () => {
    const folder = await folderWith(
      { pair: 'OLD/USDT', from: 0, rows: 100 },
      { pair: 'AAA/USDT', from: 5000, rows: 100 },
      { pair: 'BBB/USDT', from: 5010, rows: 100 },
    );
    const { exchange, whitelist, leftOut } = await recorded(folder);
    expect(whitelist).toEqual(['AAA/USDT', 'BBB/USDT']);
    expect(leftOut).toEqual([{ entry: 'OLD/USDT', reason: "its candles are of another time than most pairs'" }]);
    expect(exchange.endsAt).toBe(5110 * FIVE);
    // The later pair has its 20 rows when this many candles have closed.
    expect(exchange.clock.now()).toBeGreaterThanOrEqual(5030 * FIVE);
  });

  it('starts with fewer rows than wanted where a recording is short, but not without what is needed', async () => {
    const { exchange } = await recorded(await folderWith({ pair: 'AAA/USDT', from: 0, rows: 10 }));
    expect(exchange.clock.now()).toBeGreaterThanOrEqual(5 * FIVE);
    await expect(recorded(await folderWith({ pair: 'AAA/USDT', from: 0, rows: 4 }))).rejects.toEqual(
      refusal('EXCHANGE_RECORDING_TOO_SHORT', 'AAA/USDT', 'has 4 candles, 5 are needed'),
    );
  });

  it('leaves out whitelisted pairs that the folder lacks, with the nearest, and goes on with the others', async () => {
    const folder = await folderWith(
      { pair: 'AAA/USDT', from: 0, rows: 50 },
      { pair: 'CCC/USDT', from: 0, rows: 50, timeframe: '1h' },
    );
    const { whitelist, leftOut } = await recorded(folder, { pair_whitelist: ['AAA/USDC', 'AAA/USDT', 'CCC/USDT'] });
    expect(whitelist).toEqual(['AAA/USDT']);
    const absent = 'the data folder has no 5m spot candles of it; did you mean AAA/USDT?';
    expect(leftOut).toEqual([
      { entry: 'AAA/USDC', reason: absent },
      { entry: 'CCC/USDT', reason: expect.stringMatching('no 5m spot candles') },
    ]);
    await expect(recorded(folder, { pair_whitelist: ['AAA/USDC'] })).rejects.toEqual(
      refusal('PAIRLIST_NO_PAIRS', 'did you mean AAA/USDT', 'it has AAA/USDT'),
    );
  });

  it('says which timeframes a folder has instead', async () => {
    const folder = await folderWith({ pair: 'AAA/USDT', from: 0, rows: 50, timeframe: '1h' });
    await expect(recorded(folder)).rejects.toEqual(
      refusal('BOT_NO_CANDLES', 'holds no 5m spot candles; it holds 1h spot'),
    );
  });

  it('hands on what is wrong with a folder or a file in it', async () => {
    await expect(recorded(join(root, 'nowhere'))).rejects.toEqual(refusal('EXCHANGE_DATA_FOLDER_MISSING', 'nowhere'));
    await expect(recorded(await folderWith())).rejects.toEqual(refusal('EXCHANGE_DATA_FOLDER_EMPTY', 'it is empty'));
    const folder = await folderWith({ pair: 'AAA/USDT', from: 0, rows: 50 });
    writeFileSync(join(folder, 'BBB_USDT-5m.json'), '[[1, 2, 3');
    await expect(recorded(folder)).rejects.toEqual(refusal('EXCHANGE_FILE_CORRUPT', 'BBB_USDT-5m.json'));
  });
});

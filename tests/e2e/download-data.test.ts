import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readCandles, simulatedExchange } from '../../src/exchange/index.ts';
import { framesEqual } from '../../src/frame/index.ts';
import { type CandleType, parsePair, parseTimeframe } from '../../src/market/index.ts';
import { createMarketServer } from '../../src/market-server/index.ts';
import { type Clock, systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/logger.ts';
import { candlecast, folderWith, isRecord, runToEnd } from './candlecast-process.ts';

const TIMEOUT_MS = 60_000;
const DAY_MS = 86_400_000;

const [btc, eth, future] = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT'].map(parsePair);
const market = (pairs = [btc, eth, future], clock: Clock = systemClock) =>
  simulatedExchange({ seed: 'candlecast', pairs, clock });

/** Whole days that are over, so that two runs ask for the same. */
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const rangeOf = (days: number) => ({ from: today - (days + 2) * DAY_MS, until: today - 2 * DAY_MS });
const timerange = ({ from, until }: ReturnType<typeof rangeOf>) => `${from / 1000}-${until / 1000}`;

/** What the exchange itself has of a range, its ends included. */
async function truth(
  pair: typeof btc,
  timeframe: string,
  { from, until }: ReturnType<typeof rangeOf>,
  candleType: CandleType = 'spot',
) {
  const key = { pair, timeframe: parseTimeframe(timeframe), candleType };
  const candles = await market().fetchCandles(key, { limit: 100_000, since: from });
  return candles.head(Array.from(candles.columns.date).filter((date) => date <= until).length);
}

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

const data = (folder: string, exchange = 'simulated') => join(folder, 'user_data', 'data', exchange);
const feathers = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.feather'));

describe('candlecast download-data', { timeout: TIMEOUT_MS }, () => {
  it('goes on where it was killed, to the same files as without', async () => {
    const range = rangeOf(20);
    const args = [
      'download-data',
      '--exchange',
      'simulated',
      '-p',
      btc,
      eth,
      '-t',
      '1m',
      '5m',
      '--timerange',
      timerange(range),
    ];
    const [killed, undisturbed] = [folderWith({}), folderWith({})];
    const first = candlecast([...args, '--json'], { cwd: killed });
    await first.until(() => first.of('stored').length >= 3, 'some pages are stored');
    first.kill('SIGKILL');
    await expect(first.ended()).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    expect(first.of('summary')).toEqual([]);

    // Whatever it was doing, what is there is whole.
    const stored = feathers(data(killed));
    expect(stored.length).toBeGreaterThan(0);
    for (const name of stored) {
      const [pair, timeframe] = [name.startsWith('BTC') ? btc : eth, name.includes('-1m') ? '1m' : '5m'];
      const candles = await readCandles(join(data(killed), name));
      const whole = await truth(pair, timeframe, range);
      expect(framesEqual(candles, whole.head(candles.length)), name).toBe(true);
    }

    const again = await runToEnd(args, { cwd: killed });
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/^4 files up to date \(\+[\d,]+ candles\)$/m);
    expect(await runToEnd(args, { cwd: undisturbed })).toMatchObject({ code: 0, err: '' });
    const names = readdirSync(data(undisturbed)).toSorted();
    expect(names).toEqual(['BTC_USDT-1m.feather', 'BTC_USDT-5m.feather', 'ETH_USDT-1m.feather', 'ETH_USDT-5m.feather']);
    expect(readdirSync(data(killed)).toSorted()).toEqual(names);
    for (const name of names) {
      const bytes = [killed, undisturbed].map((folder) => readFileSync(join(data(folder), name)));
      expect(bytes[0].equals(bytes[1]), name).toBe(true);
    }
    const minutes = await readCandles(join(data(killed), 'BTC_USDT-1m.feather'));
    expect(framesEqual(minutes, await truth(btc, '1m', range))).toBe(true);
  });

  it('ends at a signal with what is stored, and says that it is not all', async () => {
    const args = [
      'download-data',
      '--exchange',
      'simulated',
      '-p',
      btc,
      '-t',
      '1m',
      '--timerange',
      timerange(rangeOf(40)),
    ];
    const folder = folderWith({});
    const stopped = candlecast([...args, '--json'], { cwd: folder });
    await stopped.until(() => stopped.of('stored').length > 0, 'a page is stored');
    stopped.kill('SIGTERM');
    await expect(stopped.ended()).resolves.toEqual({ code: 1, signal: null });
    expect(stopped.of('summary')).toMatchObject([{ files: 0, stopped: 1, failed: [] }]);
    expect(readdirSync(data(folder))).toEqual(['BTC_USDT-1m.feather']);
  });

  it('fetches from an exchange through ccxt, futures with their funding, and lists what it has', async () => {
    const pairs = [btc, eth, future];
    const openView = (clock: Clock) => market(pairs, clock);
    const server = await createMarketServer({ exchange: openView(systemClock), openView, logger: silentLogger });
    const { ccxtUrls } = await server.listen();
    releases.push(() => server.close());
    const exchange = { name: 'binance', ccxt_config: { urls: ccxtUrls, has: { fetchCurrencies: false } } };
    const folder = folderWith({ 'config.json': { exchange } });
    const range = rangeOf(10);
    const run = (...args: readonly string[]) => runToEnd([...args, '-c', 'config.json'], { cwd: folder });

    const spot = await run(
      'download-data',
      '-p',
      'BTC/.*',
      'ETH/USDT',
      'ETH/USD',
      '-t',
      '5m',
      '--timerange',
      timerange(range),
    );
    expect(spot.code).toBe(1);
    expect(spot.err).toMatch(/^ETH\/USD +spot +.*did you mean ETH\/USDT\?$/m);
    for (const [name, pair] of [
      ['BTC_USDT', btc],
      ['ETH_USDT', eth],
    ] as const) {
      const candles = await readCandles(join(data(folder, 'binance'), `${name}-5m.feather`));
      expect(framesEqual(candles, await truth(pair, '5m', range)), name).toBe(true);
    }

    const futures = await run(
      'download-data',
      '--trading-mode',
      'futures',
      '-p',
      future,
      '-t',
      '1h',
      '--timerange',
      timerange(range),
    );
    expect(futures).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(data(folder, 'binance'), 'futures')).toSorted()).toEqual(
      ['funding_rate', 'futures', 'mark'].map((type) => `BTC_USDT_USDT-1h-${type}.feather`),
    );
    const own = await readCandles(
      join(data(folder, 'binance'), 'futures', 'BTC_USDT_USDT-1h-futures.feather'),
      'futures',
    );
    expect(framesEqual(own, await truth(future, '1h', range, 'futures'))).toBe(true);

    const listed: unknown = JSON.parse((await run('list-data', '--json')).out);
    expect(
      Array.isArray(listed) &&
        listed.filter(isRecord).map(({ candleType, candles, holes }) => [candleType, candles, holes]),
    ).toEqual([
      ['spot', 2881, 0],
      ['funding_rate', 31, 0],
      ['futures', 241, 0],
      ['mark', 241, 0],
      ['spot', 2881, 0],
    ]);
    expect((await run('list-pairs', '-1', '--trading-mode', 'futures')).out).toBe('BTC/USDT:USDT\n');
  });
});

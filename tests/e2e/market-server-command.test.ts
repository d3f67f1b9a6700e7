import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { isObject } from '../../src/util/is-object.ts';
import { candlecast, folderWith, runToEnd } from './candlecast-process.ts';

const RECORDING = fileURLToPath(new URL('../fixtures/candles/datadir', import.meta.url));

/** Serves until the test ends, and gives ccxt's class pointed there. */
async function serve(args: readonly string[], options: Parameters<typeof candlecast>[1] = {}) {
  const running = candlecast(['serve-market', '--json', '--port', '0', ...args], options);
  await running.until(() => running.of('listening').length > 0, 'it listens');
  const [line] = running.of('listening');
  const keys = { apiKey: 'paper-key', secret: 'paper-secret' };
  return {
    running,
    line,
    client: new ccxt.binance({ urls: isObject(line.urls) ? line.urls : {}, enableRateLimit: false, ...keys }),
  };
}

describe('serve-market', () => {
  it('serves the simulated market of the present, with a paper account, until it is told to stop', async () => {
    const { running, client, line } = await serve(['-p', '3', '--balance', 'USDT:250.5', 'BTC:1']);
    expect(line.pairs).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    const skew = Math.abs(Number(await client.fetchTime()) - Date.now());
    expect(skew).toBeLessThan(60_000);
    expect((await client.fetchBalance()).total).toEqual({ USDT: 250.5, BTC: 1 });
    expect(await client.fetchOHLCV('SOL/USDT', '5m', undefined, 7)).toHaveLength(7);
    running.kill('SIGTERM');
    expect(await running.ended()).toEqual({ code: 0, signal: null });
    expect(running.of('log').at(-1)?.message).toMatch(/^stopped: SIGTERM; \d+ requests served$/);
  });

  it('plays a recording in compressed time, signs by the wall, and ends with it', async () => {
    const { running, client, line } = await serve(['--candles', RECORDING, '-p', 'LONG/USDT', '--speed', '100000']);
    expect(line.pairs).toEqual(['LONG/USDT']);
    expect(line.pace).toMatchObject({ speed: 100_000 });
    const [candle] = await client.fetchOHLCV('LONG/USDT', '5m', undefined, 1);
    expect(Number(candle[0])).toBeLessThan(Number(line.endsAt));
    expect((await client.fetchBalance()).USDT.free).toBe(10_000);
    expect(await running.ended()).toEqual({ code: 0, signal: null });
    expect(running.of('log').at(-1)?.message).toContain('the recording has ended');
  });

  it('injects the faults that it is told', async () => {
    const { client, line, running } = await serve(['-p', '1', '--fault', '429:x1:/time', 'skew:1h']);
    await expect(client.fetchTime()).rejects.toThrow(ccxt.DDoSProtection);
    expect(Number(await client.fetchTime()) - Date.now()).toBeGreaterThan(3_000_000);
    await expect(client.fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
    const url = `http://${String(line.host)}:${String(line.port)}/candlecast/faults`;
    const plan = await (await fetch(url)).json();
    expect(plan).toMatchObject({ plan: { '429': { times: 1 }, skew: { ms: 3_600_000 } }, struck: { '429': 1 } });
    expect(line.faults).toEqual({ '429': { times: 1, path: '/time' }, skew: { ms: 3_600_000 } });
    await fetch(url, { method: 'POST', body: '{}' });
    running.kill('SIGTERM');
    await running.ended();
    expect(running.of('log').at(-1)?.message).toMatch(/; struck by faults: 429 1×$/);
  });

  it('tells how to point a bot at it, and writes that as settings', async () => {
    const folder = folderWith({});
    const args = ['serve-market', '--port', '0', '-p', 'BTC/USDT', 'BTC/USDT:USDT', '--write-config', 'market.json'];
    const running = candlecast(args, { cwd: folder });
    await running.until(() => running.out.includes('For ccxt'), 'it has told');
    expect(running.out).toContain('-c market.json');
    expect(running.out).toContain('BTC/USDT, BTC/USDT:USDT');
    expect(statSync(join(folder, 'market.json')).mode & 0o777).toBe(0o600);
    const config: unknown = JSON.parse(readFileSync(join(folder, 'market.json'), 'utf8'));
    const exchange = isObject(config) && isObject(config.exchange) ? config.exchange : {};
    const ccxtConfig = isObject(exchange.ccxt_config) ? exchange.ccxt_config : {};
    const client = new ccxt.binance({ ...ccxtConfig, enableRateLimit: false });
    expect(exchange.name).toBe('binance');
    expect(Object.keys(await client.loadMarkets())).toEqual(['BTC/USDT', 'BTC/USDT:USDT']);
  });

  it("tells a bot its time where that isn't the present", async () => {
    const folder = folderWith({});
    const args = ['serve-market', '--port', '0', '-p', '1', '--speed', '60', '--start', '2026-01-15T06:45Z'];
    const running = candlecast([...args, '--write-config', 'market.json'], { cwd: folder });
    await running.until(() => running.out.includes('For ccxt'), 'it has told');
    const { config } = await loadConfig([join(folder, 'market.json')]);
    expect(config.candlecast.market_time).toEqual({
      speed: 60,
      anchor_ms: Date.UTC(2026, 0, 15, 6, 45),
      anchor_wall_ms: expect.any(Number),
    });
  });

  it('leaves a file that is there, unless it is told to replace it', async () => {
    const folder = folderWith({ 'market.json': 'my own' });
    const args = ['serve-market', '--port', '0', '-p', '1', '--write-config', 'market.json'];
    const refused = await runToEnd(args, { cwd: folder });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('[CONFIG_EXISTS]');
    expect(readFileSync(join(folder, 'market.json'), 'utf8')).toBe('my own');
    const running = candlecast([...args, '--force'], { cwd: folder });
    await running.until(() => running.out.includes('For ccxt'), 'it has told');
    expect((await loadConfig([join(folder, 'market.json')])).config.exchange?.name).toBe('binance');
  });

  it.each([
    ['list-pairs', '-1'],
    ['test-pairlist', '-1'],
    ['list-timeframes', '-1'],
    ['download-data', '-p', 'BTC/USDT', '-t', '1h', '--days', '2'],
  ])('whose time is another is no wonder to %s, and its candles stay apart', async (...args) => {
    const folder = folderWith({});
    const running = candlecast(
      [
        'serve-market',
        '--port',
        '0',
        '-p',
        '1',
        '--speed',
        '60',
        '--start',
        '2030-01-15',
        '--write-config',
        'market.json',
      ],
      { cwd: folder },
    );
    await running.until(() => running.out.includes('For ccxt'), 'it has told');
    const config: unknown = JSON.parse(readFileSync(join(folder, 'market.json'), 'utf8'));
    const exchange = isObject(config) && isObject(config.exchange) ? config.exchange : {};
    const named = { ...(isObject(config) ? config : {}), exchange: { ...exchange, pair_whitelist: ['BTC/USDT'] } };
    writeFileSync(join(folder, 'market.json'), JSON.stringify(named));
    const ended = await runToEnd([...args, '-c', 'market.json'], { cwd: folder });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).not.toContain('ahead');
    expect(existsSync(join(folder, 'user_data/data/market-server'))).toBe(args[0] === 'download-data');
    expect(existsSync(join(folder, 'user_data/data/binance'))).toBe(false);
  });

  it('says which port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = isObject(address) ? String(address.port) : '';
    const ended = await runToEnd(['serve-market', '--port', port]);
    other.close();
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.err).toContain(`127.0.0.1:${port} is in use`);
  });
});

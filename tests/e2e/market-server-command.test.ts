import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
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
    expect(running.of('log').at(-1)?.message).toMatch(/^stopped: SIGTERM; \d+ requests were served$/);
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
    const { client, line } = await serve(['-p', '1', '--fault', '429:x1:/time', 'skew:1h']);
    await expect(client.fetchTime()).rejects.toThrow(ccxt.DDoSProtection);
    expect(Number(await client.fetchTime()) - Date.now()).toBeGreaterThan(3_000_000);
    await expect(client.fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
    const plan = await (await fetch(`http://${String(line.host)}:${String(line.port)}/candlecast/faults`)).json();
    expect(plan).toMatchObject({ plan: { '429': { times: 1 }, skew: { ms: 3_600_000 } }, struck: { '429': 1 } });
  });

  it('tells how to point a bot at it, and writes that as settings', async () => {
    const folder = folderWith({});
    const args = ['serve-market', '--port', '0', '-p', 'BTC/USDT', 'BTC/USDT:USDT', '--write-config', 'market.json'];
    const running = candlecast(args, { cwd: folder });
    await running.until(() => running.out.includes('For ccxt'), 'it has told');
    expect(running.out).toContain('-c market.json');
    expect(running.out).toContain('BTC/USDT, BTC/USDT:USDT');
    const config: unknown = JSON.parse(readFileSync(join(folder, 'market.json'), 'utf8'));
    const exchange = isObject(config) && isObject(config.exchange) ? config.exchange : {};
    const ccxtConfig = isObject(exchange.ccxt_config) ? exchange.ccxt_config : {};
    const client = new ccxt.binance({ ...ccxtConfig, enableRateLimit: false });
    expect(exchange.name).toBe('binance');
    expect(Object.keys(await client.loadMarkets())).toEqual(['BTC/USDT', 'BTC/USDT:USDT']);
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

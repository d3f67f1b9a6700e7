import { beforeEach, describe, expect, it } from 'vitest';
import { apiServer, candlecast, exampleFile, folderWith, portOf, runToEnd, TOKEN } from './candlecast-process.ts';

const TIMEOUT_MS = 60_000;
const env = { CANDLECAST_WS_TOKEN: TOKEN };

describe('candlecast watch', { timeout: TIMEOUT_MS }, () => {
  let port = 0;
  beforeEach(async () => {
    const pairs = ['BTC/USDT', 'ETH/USDT'];
    // Its time is never behind the wall's, so that nothing looks stale.
    const folder = folderWith({
      'c.json': {
        exchange: { name: 'simulated', pair_whitelist: pairs, simulated: { speed: 300 } },
        api_server: apiServer(),
      },
    });
    port = await portOf(
      candlecast(['trade', '-c', 'c.json', '-s', exampleFile('producer-strategy'), '--json'], { cwd: folder }),
    );
  });

  it('prints the table once, however the producer and its token are given', async () => {
    const commands: readonly [readonly string[], Readonly<Record<string, string>>][] = [
      [[`ws://127.0.0.1:${port}`], env],
      [[`localhost:${port}`, '--token', TOKEN], {}],
      [[`ws://127.0.0.1:${port}?token=${TOKEN}`, '--verbose'], {}],
      [[`http://127.0.0.1:${port}/api/v1/message/ws`, '-t', TOKEN], {}],
    ];
    const runs = commands.map(([args, environment]) => runToEnd(['watch', ...args, '--once'], { env: environment }));
    for (const { code, out } of await Promise.all(runs)) {
      expect(code).toBe(0);
      const lines = out.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^pair +timeframe +rows +last candle +close +age +lag +seq +signals +state$/);
      expect(lines).toContainEqual(
        expect.stringMatching(/^BTC\/USDT +5m +1500 +\S+ \S+ +[\d.]+ +[\d.]+ s .* \d+ .*live$/),
      );
      expect(lines).toContainEqual(expect.stringMatching(/^ETH\/USDT /));
      expect(lines.at(-2)).toBe('connected, 2 pairs on its whitelist');
      expect(lines.at(-1)).toMatch(
        /^streams: [\d.]+ [kM]B, 0 resyncs, 0 mismatches, 0 conflated, heartbeat [\d.]+ s ago$/,
      );
    }
  });

  it('asks for as many rows as it is told to', async () => {
    const { out } = await runToEnd(['watch', `127.0.0.1:${port}`, '--once', '--limit', '200'], { env });
    // New candles may come before it is printed.
    expect(out).toMatch(/^BTC\/USDT +5m +20\d /m);
  });

  it('gets no more than the part that is wanted', async () => {
    const args = ['-p', 'ETH/USDT', '--columns', 'close,enter_long', '--tail', '50', '--rate', 'candle', '--json'];
    const watch = candlecast(['watch', `127.0.0.1:${port}`, ...args], { env });
    await watch.until(() => watch.of('update').some(({ change }) => change === 'appended'), 'a new candle');
    watch.kill('SIGTERM');
    await watch.ended();
    for (const update of watch.of('update')) expect(update).toMatchObject({ pair: 'ETH/USDT', rows: 50 });
    expect(watch.of('update')[0]).toMatchObject({ last: { close: expect.any(Number) }, seq: expect.any(Number) });
    expect(Object.keys(Object(watch.of('update')[0].last))).toEqual(['date', 'close', 'enter_long']);
    expect(watch.of('stream')).toContainEqual(expect.objectContaining({ pair: 'ETH/USDT', condition: 'live' }));
    expect(watch.of('status')).toMatchObject([
      { mode: 'streams', counts: { mismatches: 0 }, streams: [{ key: { pair: 'ETH/USDT' }, columns: 3, rows: 50 }] },
    ]);
  });

  it('waits for the pairs that are named, and says which of them are not there', async () => {
    const named = await runToEnd(['watch', `127.0.0.1:${port}`, '--once', '--pairs', 'ETH/USDT'], { env });
    expect(named).toMatchObject({ code: 0 });
    expect(named.out).not.toContain('BTC/USDT');
    const args = ['--once', '--timeout', '2', '--pairs', 'ETH/USDT,ADA/USDT'];
    const { code, err } = await runToEnd(['watch', `127.0.0.1:${port}`, ...args], { env });
    expect(code).toBe(1);
    expect(err).toMatch(/not everything arrived within 2 s: ADA\/USDT not on its whitelist; 2 pairs, 1 frames so far/);
  });

  it('prints every update as JSON, until it is told to stop', async () => {
    const watch = candlecast(['watch', `127.0.0.1:${port}`, '--json'], { env });
    await watch.until(() => watch.of('update').filter(({ change }) => change === 'appended').length > 1, 'new candles');
    expect(watch.of('update')[0]).toMatchObject({ change: 'replaced', rows: 1500, timeframe: '5m', last: {} });
    expect(watch.of('whitelist')).toMatchObject([{ pairs: ['BTC/USDT', 'ETH/USDT'] }]);
    watch.kill('SIGTERM');
    await expect(watch.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(watch.err).toBe('');
  });

  it('prints a line an update where its output is no terminal, and ends quietly where its reader does', async () => {
    const watch = candlecast(['watch', `127.0.0.1:${port}`], { env });
    await watch.until(() => watch.out.split('\n').length > 4, 'updates');
    for (const line of watch.out.trimEnd().split('\n')) {
      expect(line).toMatch(/^(BTC|ETH)\/USDT {2}5m {2}\S+ \S+ {2}close [\d.]+ {2}\d+ rows/);
    }
    watch.child.stdout?.destroy();
    await expect(watch.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(watch.err).not.toMatch(/EPIPE|^\s+at /m);
  });

  it('says that the token is wrong, without waiting for the right one', async () => {
    const args = ['watch', `127.0.0.1:${port}`, '--token', 'wrong-token-of-mine', '--once', '--timeout', '3600'];
    const { code, out, err } = await runToEnd(args);
    expect(code).toBe(1);
    expect(out).toMatch(/^not connected: 127\.0\.0\.1:\d+ refused the token/);
    expect(err).toMatch(/^error: 127\.0\.0\.1:\d+ refused the token; ws_token must be one/m);
    expect(out + err).not.toContain('wrong-token-of-mine');
  });
});

describe('candlecast watch without a producer', { timeout: TIMEOUT_MS }, () => {
  it('says that nothing listens', async () => {
    const { code, out, err } = await runToEnd(['watch', '127.0.0.1:1', '--once', '--timeout', '1'], { env });
    expect(code).toBe(1);
    expect(out).toMatch(/^not connected: nothing answers at 127\.0\.0\.1:1 /);
    expect(err).toMatch(
      /^error: not everything arrived within 1 s: nothing answers at 127\.0\.0\.1:1 .*is the producer running/m,
    );
    const json = await runToEnd(['watch', '127.0.0.1:1', '--once', '--timeout', '1', '--json'], { env });
    expect(json.code).toBe(1);
    expect(json.lines().map(({ type }) => type)).toEqual(expect.arrayContaining(['disconnected', 'error']));
  });

  it('asks for a token', async () => {
    for (const environment of [{}, { CANDLECAST_WS_TOKEN: '' }]) {
      const { code, err } = await runToEnd(['watch', '127.0.0.1:1', '--once'], { env: environment });
      expect({ code, err }).toEqual({
        code: 1,
        err: 'error: no token; give it as CANDLECAST_WS_TOKEN in the environment, or with --token [CONSUMER_BAD_OPTION]\n',
      });
    }
  });
});

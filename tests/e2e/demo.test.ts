import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { candleFilePath, writeCandles } from '../../src/exchange/index.ts';
import { candlesFrame, parsePair, parseTimeframe } from '../../src/market/index.ts';
import { seededRandom } from '../../src/util/random.ts';
import { candlecast, folderWith, groupSize, runToEnd, waitFor } from './candlecast-process.ts';

const TIMEOUT_MS = 60_000;
const small = ['demo', '--speed', '600', '--pairs', '5'];

async function writeRecording(folder: string, pair: string, rows: number): Promise<void> {
  const key = { pair: parsePair(pair), timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;
  const random = seededRandom(pair);
  const candles = Array.from({ length: rows }, (_, i) => {
    const price = 100 + random.next();
    return { date: i * 300_000, open: price, high: price, low: price, close: price, volume: 1 };
  });
  await writeCandles(join(folder, candleFilePath(key, 'feather')), candlesFrame(candles));
}

describe('candlecast demo', { timeout: TIMEOUT_MS }, () => {
  it('shows that every copy is equal, and leaves nothing behind', async () => {
    const temporary = folderWith({});
    const { code, err, lines, pid } = await runToEnd([...small, '--exit-after', '2', '--json'], {
      env: { TMPDIR: temporary },
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const summary = lines().at(-1);
    expect(summary).toMatchObject({ type: 'summary', pairs: 5, different: [], missing: [], failures: [], unproven: 0 });
    expect(Number(summary?.candles)).toBeGreaterThanOrEqual(2);
    // History and two candles, five pairs, two consumers.
    expect(summary?.copies).toBeGreaterThanOrEqual(30);
    expect(summary?.equal).toBe(summary?.copies);
    expect(new Set(lines().map(({ bot }) => bot))).toEqual(new Set(['producer', 'consumer', 'own logic', undefined]));
    expect(groupSize(pid)).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('prints a line a candle where nobody looks, and a verdict', async () => {
    const { code, out, err } = await runToEnd([...small, '--exit-after', '1']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('simulated market "candlecast" of 5 pairs; a 5m candle lasts 0.5 s');
    expect(lines).toContainEqual(expect.stringMatching(/^candle 1 of 1: \d+ copies, \d+ equal; lag p50 \d+ ms/));
    expect(lines.at(-1)).toBe('every copy was equal');
    expect(out).not.toContain('\u001B');
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('ends cleanly on %s to its process group', async (signal) => {
    const demo = candlecast([...small, '--json']);
    await demo.until(() => demo.of('copied').length > 10, 'copies have arrived');
    demo.killGroup(signal);
    await expect(demo.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(groupSize(demo.pid)).toBe(0);
    expect(demo.err).toBe('');
    expect(demo.lines.at(-1)).toMatchObject({ type: 'summary', different: [] });
  });

  it('ends cleanly where it is stopped while its bots start', async () => {
    const demo = candlecast([...small, '--json']);
    await demo.until(() => demo.of('listening').length > 0, 'the producer listens');
    demo.killGroup('SIGINT');
    await expect(demo.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(groupSize(demo.pid)).toBe(0);
    expect(demo.err).toBe('');
  });

  it('leaves no bot behind where it is killed', async () => {
    // What it wrote there it can not remove.
    const demo = candlecast([...small, '--json'], { env: { TMPDIR: folderWith({}) } });
    await demo.until(() => demo.of('copied').length > 10, 'copies have arrived');
    expect(groupSize(demo.pid)).toBe(4);
    demo.kill('SIGKILL');
    await waitFor(
      () => groupSize(demo.pid) === 0,
      () => 'the bots to end',
    );
  });

  it('plays a recording, for some candles or to its end', async () => {
    const folder = folderWith({});
    // More than the demo keeps of each frame, with candles left to play.
    for (const pair of ['AAA/USDT', 'BBB/USDT']) await writeRecording(folder, pair, 545);
    const play = ['demo', '--candles', folder, '--speed', '1500'];
    for (const more of [['--exit-after', '2'], []]) {
      const { code, out, err } = await runToEnd([...play, ...more]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^\d+ candles of 2 pairs; /m);
      expect(out).toContain('every copy was equal');
    }
  });

  it('says why a bot of it could not start', async () => {
    const folder = folderWith({});
    const { code, out, err, pid } = await runToEnd(['demo', '--candles', folder, '--exit-after', '1']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: producer \(producer-strategy\) ended: the data folder .* is empty \[BOT_CHILD_ENDED\]\n$/,
    );
    expect(out).not.toContain('NOT every copy');
    expect(groupSize(pid)).toBe(0);
  });

  it('ends quietly where its reader does', async () => {
    const demo = candlecast([...small, '--json']);
    await demo.until(() => demo.of('started').length > 0, 'a bot has started');
    demo.child.stdout?.destroy();
    await expect(demo.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(demo.err).toBe('');
    expect(groupSize(demo.pid)).toBe(0);
  });
});

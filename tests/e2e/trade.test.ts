import { describe, expect, it } from 'vitest';
import {
  apiServer,
  candlecast,
  type CandlecastProcess,
  exampleFile,
  folderWith,
  isRecord,
  groupSize,
  type JsonLine,
  portOf,
  runToEnd,
  producersAt,
  simulatedMarket,
  TOKEN,
} from './candlecast-process.ts';

const TIMEOUT_MS = 60_000;
const PAIRS = 20;

function startProducer(folder: string, exchange: object, port = 0, ...more: readonly string[]): CandlecastProcess {
  const config = folderWith({ 'producer.json': { exchange, api_server: apiServer(port) } });
  return trade(folder, `${config}/producer.json`, 'producer-strategy', '--json', ...more);
}

function startConsumer(folder: string, exchange: object, port: number, ...more: readonly string[]): CandlecastProcess {
  const config = folderWith({ 'consumer.json': { exchange, external_message_consumer: producersAt(port) } });
  return trade(folder, `${config}/consumer.json`, 'consumer-strategy', ...more);
}

const trade = (cwd: string, config: string, strategy: string, ...more: readonly string[]) =>
  candlecast(['trade', '-c', config, '-s', exampleFile(strategy), ...more], { cwd });

const at = ({ pair, date }: JsonLine) => `${String(pair)} ${String(date)}`;

const analysisOf = ({ pair, lastAnalyzed }: JsonLine) => `${String(pair)} ${String(lastAnalyzed)}`;

/** The digests of the producer's frames by pair and time of analysis: what a copy that says so must equal. */
const digestsOf = (...producers: readonly CandlecastProcess[]) =>
  new Map(producers.flatMap((bot) => bot.of('analyzed')).map((line) => [analysisOf(line), line.digest]));

/** Copies that differ from what the producers reported, and those of which they reported nothing. */
function wrongCopies(copies: readonly JsonLine[], ...producers: readonly CandlecastProcess[]) {
  const digests = digestsOf(...producers);
  const unknown = copies.filter((copy) => !digests.has(analysisOf(copy)));
  const different = copies.filter((copy) => !unknown.includes(copy) && digests.get(analysisOf(copy)) !== copy.digest);
  return { different, unknown };
}

/** New candles of which every pair was analyzed. */
function wholeCandles(bot: CandlecastProcess): readonly number[] {
  const counts = new Map<number, Set<unknown>>();
  for (const { date, pair } of bot.of('analyzed')) {
    counts.set(Number(date), (counts.get(Number(date)) ?? new Set()).add(pair));
  }
  return [...counts].filter(([, pairs]) => pairs.size === PAIRS).map(([date]) => date);
}

describe('candlecast trade', { timeout: TIMEOUT_MS }, () => {
  it("gives a consumer the producer's numbers and decisions, to the bit", async () => {
    const [folder, exchange] = [folderWith({}), simulatedMarket(PAIRS)];
    const producer = startProducer(folder, exchange);
    const consumer = startConsumer(folder, exchange, await portOf(producer), '--json');
    await consumer.until(() => consumer.of('copied').length >= PAIRS, 'the history has been copied');
    const first = Math.max(...consumer.of('copied').map(({ date }) => Number(date)));
    const later = () => wholeCandles(consumer).filter((date) => date > first);
    const decided = (bot: CandlecastProcess, last: number) =>
      bot.of('decision').filter(({ date }) => Number(date) > first && Number(date) < last);
    await consumer.until(
      () => later().length > 2 && decided(producer, Math.max(...later())).length > 0,
      'some candles have passed with a decision',
    );
    const last = Math.max(...later());

    expect(wrongCopies(consumer.of('copied'), producer)).toEqual({ different: [], unknown: [] });
    const decisions = (bot: CandlecastProcess) =>
      decided(bot, last).map((line) => `${at(line)} ${String(line.action)}`);
    expect(decisions(consumer).toSorted()).toEqual(decisions(producer).toSorted());

    const theirs = new Map(producer.of('analyzed').map((line) => [at(line), rowOf(line)]));
    const merged = consumer.of('analyzed').filter(({ date }) => Number(date) > first && Number(date) < last);
    const newest = new Map(merged.map((line) => [at(line), rowOf(line)]));
    expect(newest.size).toBeGreaterThanOrEqual(PAIRS * 2);
    for (const [key, row] of newest) {
      const { rsi, tema, bb_middleband, close } = theirs.get(key) ?? {};
      expect(row).toMatchObject({ close, rsi_default: rsi, tema_default: tema, bb_middleband_default: bb_middleband });
    }
    for (const bot of [consumer, producer]) {
      bot.kill('SIGTERM');
      await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });
      expect(bot.lines.at(-1)).toMatchObject({ type: 'stopped', reason: 'SIGTERM' });
      expect(bot.err).toBe('');
      expect(groupSize(bot.pid)).toBe(0);
    }
  });

  it('recovers where the producer was killed and comes back on its port', async () => {
    const [folder, exchange] = [folderWith({}), simulatedMarket(PAIRS)];
    const producer = startProducer(folder, exchange);
    const port = await portOf(producer);
    const consumer = startConsumer(folder, exchange, port, '--json');
    await consumer.until(() => consumer.of('copied').length >= PAIRS, 'the history has been copied');
    producer.kill('SIGKILL');
    await consumer.until(() => consumer.of('disconnected').length > 0, 'it has noticed');
    const before = consumer.of('copied').length;
    expect(before).toBeGreaterThanOrEqual(PAIRS);
    const again = startProducer(folder, exchange, port);
    await consumer.until(() => consumer.of('connected').length === 2, 'it is connected again');
    await consumer.until(
      () =>
        new Set(
          consumer
            .of('copied')
            .slice(before)
            .map(({ pair }) => pair),
        ).size === PAIRS,
      'every pair has been copied anew',
    );
    const copies = consumer.of('copied').slice(before);
    await again.until(() => copies.every((copy) => digestsOf(again).has(analysisOf(copy))), 'its reports');
    expect(wrongCopies(copies, again)).toEqual({ different: [], unknown: [] });
    // A producer that is killed may have sent a frame that it had not reported yet.
    expect(wrongCopies(consumer.of('copied').slice(0, before), producer).different).toEqual([]);
    expect(consumer.of('stopped')).toEqual([]);
  });

  it('logs readably, more with --verbose, and never the token', async () => {
    const [folder, exchange] = [folderWith({}), simulatedMarket(['BTC/USDT'])];
    const producer = startProducer(folder, exchange);
    const port = await portOf(producer);
    const quiet = startConsumer(folder, exchange, port);
    const verbose = startConsumer(folder, exchange, port, '--verbose');
    const connected = `connected to producer producer=default address=127.0.0.1:${port}`;
    for (const bot of [quiet, verbose]) {
      await bot.until(() => bot.err.includes('whitelist received'), 'the whitelist has come');
      expect(bot.err).toContain(connected);
      expect(bot.out).toBe('');
      for (const line of bot.err.trimEnd().split('\n'))
        expect(line).toMatch(/^\d\d:\d\d:\d\d (DEBUG|INFO |WARN ) \w+ /);
      expect(bot.err).not.toContain('\u001B');
    }
    producer.kill('SIGKILL');
    await verbose.until(
      () => /DEBUG consumer +no connection to producer/.test(verbose.err),
      'the third attempt has failed',
    );
    expect(quiet.err).not.toContain('DEBUG');
    quiet.killGroup('SIGINT');
    await expect(quiet.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(quiet.err.trimEnd()).toMatch(/stopping: SIGINT$/);
  });

  it('ends quietly where its reader does, as with head', async () => {
    const folder = folderWith({});
    const producer = startProducer(folder, simulatedMarket(2, 3000));
    await producer.until(() => producer.lines.length > 0, 'it has printed');
    producer.child.stdout?.destroy();
    await expect(producer.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(producer.err).toBe('');
  });

  it('stops cleanly while it still loads', async () => {
    // The module is not ready before the signal has come.
    const strategy = `
      import { defineStrategy } from 'candlecast';
      // Keeps the process alive, as a module that waits for a network does.
      const timer = setInterval(() => {}, 1000);
      const come = new Promise((resolve) => process.once('SIGTERM', resolve));
      process.stderr.write('loading\\n');
      await come;
      clearInterval(timer);
      export default defineStrategy({ timeframe: '5m', populateIndicators: (c) => c, populateEntryTrend: (f) => f });`;
    const folder = folderWith({ 'slow.ts': strategy, 'c.json': { exchange: simulatedMarket(1) } });
    const bot = candlecast(['trade', '-c', 'c.json', '-s', './slow.ts', '--json'], { cwd: folder });
    await bot.until(() => bot.err.includes('loading'), 'it loads');
    bot.kill('SIGTERM');
    await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });
    expect(bot.of('started')).toEqual([]);
    expect(bot.of('stopped')).toMatchObject([{ reason: 'SIGTERM' }]);
  });

  it('says so where a strategy never finishes loading', async () => {
    const folder = folderWith({
      'stuck.ts': 'await new Promise(() => {});',
      'c.json': { exchange: simulatedMarket(1) },
    });
    const { code, err } = await runToEnd(['trade', '-c', 'c.json', '-s', './stuck.ts'], { cwd: folder });
    expect({ code, err }).toEqual({ code: 1, err: 'error: ./stuck.ts never finishes loading [BOT_STRATEGY_STUCK]\n' });
  });

  it("outlives a strategy's stray promises, and tells them once", async () => {
    const strategy = `
      import { defineStrategy } from 'candlecast';
      export default defineStrategy({
        timeframe: '5m',
        populateIndicators(candles) {
          void Promise.reject(new Error('nobody waits for this'));
          return candles;
        },
        populateEntryTrend: (frame) => frame,
      });`;
    const folder = folderWith({ 'stray.ts': strategy, 'c.json': { exchange: simulatedMarket(2, 3000) } });
    const bot = candlecast(['trade', '-c', 'c.json', '-s', './stray.ts', '--json'], { cwd: folder });
    await bot.until(() => bot.of('analyzed').length > 6, 'it goes on');
    expect(bot.of('log').filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'a promise was rejected and nobody handled it: nobody waits for this' },
    ]);
    bot.kill('SIGTERM');
    await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });
  });

  it("ends in an orderly way where a strategy's timer throws", async () => {
    const strategy = `
      import { defineStrategy } from 'candlecast';
      setTimeout(() => { throw new Error('thrown by a timer'); }, 1);
      export default defineStrategy({ timeframe: '5m', populateIndicators: (c) => c, populateEntryTrend: (f) => f });`;
    const folder = folderWith({
      'timer.ts': strategy,
      'c.json': { exchange: simulatedMarket(1), api_server: apiServer() },
    });
    const bot = candlecast(['trade', '-c', 'c.json', '-s', './timer.ts'], { cwd: folder });
    await expect(bot.ended()).resolves.toEqual({ code: 1, signal: null });
    expect(bot.err).toContain('stopping: an unexpected error');
    expect(bot.err).toContain('error: thrown by a timer\nThis is unexpected');
    expect(bot.err + bot.out).not.toContain(TOKEN);
  });
});

function rowOf({ last }: JsonLine): Readonly<Record<string, unknown>> {
  return isRecord(last) ? last : {};
}

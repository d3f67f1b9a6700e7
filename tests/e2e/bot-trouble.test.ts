import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ccxtUrls } from '../../src/market-server/ccxt-urls.ts';
import { parseTimeframe } from '../../src/market/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { exampleFile, folderWith, runToEnd, waitFor } from './candlecast-process.ts';
import {
  afterTest,
  botConfig,
  expectMarketsOwn,
  FIVE_MINUTES,
  KEY,
  runBot,
  type RunningBot,
  SECRET,
  servedMarket,
  type ServedMarket,
} from './bot-scene.ts';

const START = Date.UTC(2026, 0, 15, 6, 46);
/** A candle of 5m every 200 ms of the wall. */
const SPEED = 1500;
const five = parseTimeframe('5m');
const time = { start: START, speed: SPEED };

/** Waits until every pair has so many candles more than the market had at this moment. */
async function candlesGoOn(bot: RunningBot, { server, clock }: ServedMarket, candles = 2): Promise<void> {
  const enough = clock.now() + (candles - 1) * FIVE_MINUTES;
  await bot.until(
    () => server.pairs.every((pair) => (bot.held.get(pair)?.last('date') ?? 0) >= enough),
    'candles go on',
  );
}

/** Its lines of one level that say this. */
const said = (bot: RunningBot, level: 'info' | 'warn' | 'error', text: string | RegExp) =>
  bot.logger
    .messages(level)
    .filter((message) => (typeof text === 'string' ? message.includes(text) : text.test(message)));

/** What a user sees but for the bot's pace, which is no trouble of the exchange. */
const loud = (bot: RunningBot) => bot.loud().filter((message) => !message.startsWith('the bot is behind'));

const expectNoSecrets = (text: string) => {
  for (const secret of [KEY, SECRET]) expect(text).not.toContain(secret);
};

describe('a bot whose exchange', { timeout: 60_000 }, () => {
  it('does not answer says so once, goes on by itself when it answers, and has missed nothing', async () => {
    const market = await servedMarket({ pairs: 4, time, timeoutMs: 600 });
    const bot = runBot(botConfig(market));
    await candlesGoOn(bot, market);
    market.server.faults = { timeout: { rate: 1 } };
    await bot.until(() => said(bot, 'warn', 'no answer within').length > 0, 'it says that nobody answers');
    const failures = bot.of('fetch_failed').length;
    await bot.until(() => bot.of('fetch_failed').length >= failures + 4, 'it has tried again');
    expect(loud(bot)).toHaveLength(1);
    market.server.faults = {};
    await candlesGoOn(bot, market);
    // Where one pair has its answer while the last try of another is still to fail, the two lines come once more.
    const told = loud(bot).length;
    expect(told).toBeLessThanOrEqual(2);
    for (const message of loud(bot)) expect(message).toMatch(/^binance: candles of .*: no answer within 0\.6 s$/);
    expect(said(bot, 'info', 'answers again')).toHaveLength(told);
    await expectMarketsOwn(bot, market, five);
  });

  it("gives yesterday's candles for an hour says so once, takes none of them, and goes on after it", async () => {
    const market = await servedMarket({ pairs: 4, time });
    const bot = runBot(botConfig(market));
    await candlesGoOn(bot, market);
    const until = market.clock.now() + 12 * FIVE_MINUTES;
    market.server.faults = { yesterday: { ms: 12 * FIVE_MINUTES } };
    await bot.until(() => market.clock.now() > until, 'the hour is over');
    const before = Math.max(...bot.of('analyzed').map(({ date }) => date));
    expect(before).toBeLessThan(until - 11 * FIVE_MINUTES);
    await candlesGoOn(bot, market);
    expect(loud(bot)).toEqual([expect.stringMatching(/older than before/)]);
    expect(said(bot, 'info', 'up to date again')).toHaveLength(1);
    await expectMarketsOwn(bot, market, five);
  });

  it("has a clock an hour off this machine's says so once, and gets its candles when they close", async () => {
    const market = await servedMarket({ pairs: 4, time });
    const { marketTime = { speed: SPEED, anchor_ms: START, anchor_wall_ms: systemClock.now() } } = market;
    const slow = { ...market, marketTime: { ...marketTime, anchor_ms: marketTime.anchor_ms - 12 * FIVE_MINUTES } };
    const bot = runBot(botConfig(slow));
    await candlesGoOn(bot, market);
    expect(loud(bot)).toEqual([
      expect.stringMatching(
        /^the clock of binance is 3\d{3}\.\d s ahead of this machine's; .* Set this machine's clock$/,
      ),
    ]);
    await expectMarketsOwn(bot, market, five);
  });

  it('tells a time that is an hour ahead of its own candles says both once, and takes no open candle', async () => {
    const market = await servedMarket({ pairs: 4, faults: { skew: { ms: 12 * FIVE_MINUTES } } });
    const bot = runBot(botConfig(market));
    await bot.until(() => market.server.requests.count({ path: '/klines' }) >= 12, 'it has looked for newer ones');
    expect(loud(bot)).toEqual([
      expect.stringMatching(/^the clock of binance is 3\d{3}\.\d s ahead of this machine's/),
      expect.stringMatching(/^binance: the newest candle of .* nothing is traded, or the exchange is behind$/),
    ]);
    await expectMarketsOwn(bot, market, five);
  });

  it('shuts the address out for an hour says until when, and sends nothing more', async () => {
    const market = await servedMarket({ pairs: 4, time });
    const bot = runBot(botConfig(market));
    await candlesGoOn(bot, market);
    market.server.faults = { '418': { rate: 1, times: 1, retryAfterS: 3600 } };
    await bot.until(() => said(bot, 'warn', 'HTTP 418').length > 0, 'it says that it is shut out');
    const asked = market.server.requests.total;
    const failures = bot.of('fetch_failed').length;
    await bot.until(() => bot.of('fetch_failed').length >= failures + 40, 'it has had many candles to ask for');
    // Those of the first round were under way together.
    expect(market.server.requests.count({ status: 418 })).toBeLessThanOrEqual(4);
    expect(market.server.requests.total).toBe(asked);
    expect(loud(bot)).toEqual([
      expect.stringMatching(/^binance: candles of .* HTTP 418: .*; it is asked again in 60 min$/),
    ]);
    bot.bot.stop('enough');
    expect(await bot.ended).toEqual({ reason: 'enough' });
  });

  it('refuses this place for good ends with the reason, and asks no more', async () => {
    const market = await servedMarket({ pairs: 4, time });
    let isRefused = false;
    let refused = 0;
    const refusal = { code: 0, msg: 'Service unavailable from a restricted location according to the terms.' };
    const front = await frontOf(market.port, (response) => {
      if (!isRefused) return false;
      refused++;
      response.writeHead(451, { 'Content-Type': 'application/json' }).end(JSON.stringify(refusal));
      return true;
    });
    const ccxtConfig = { enableRateLimit: false, urls: ccxtUrls('127.0.0.1', front) };
    const bot = runBot(botConfig(market, { exchange: { ccxt_config: ccxtConfig } }));
    await candlesGoOn(bot, market);
    isRefused = true;
    const { error } = await bot.ended;
    expect(error).toMatchObject({ code: 'EXCHANGE_BANNED', message: expect.stringContaining('restricted location') });
    expect(refused).toBeLessThanOrEqual(4);
    expect(loud(bot)).toEqual([expect.stringContaining('HTTP 451')]);
  });

  it('refuses the key ends at once with what is wrong, without the key', async () => {
    const market = await servedMarket({ pairs: 2 });
    const wrong = { key: `${KEY}-x`, secret: SECRET };
    const files = (exchange: Readonly<Record<string, string>>) =>
      folderWith({ 'bot.json': botConfig(market, { dry_run: false, exchange }) });
    const trade = (exchange: Readonly<Record<string, string>>) =>
      runToEnd(['trade', '-c', 'bot.json', '-s', exampleFile('producer-strategy')], { cwd: files(exchange) });
    const ended = await trade(wrong);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/error: binance: .*Invalid API-key, IP, or permissions.* \[EXCHANGE_BAD_KEY\]/);
    expectNoSecrets(ended.out + ended.err);
    const signature = await trade({ key: KEY, secret: 'another secret' });
    expect(signature.code).toBe(1);
    expect(signature.err).toMatch(/error: binance: .*Signature.* \[EXCHANGE_BAD_KEY\]/);
    expectNoSecrets(signature.out + signature.err);
  });

  it('cannot be reached at the start ends with what is wrong, and how long that took is bounded', async () => {
    const market = await servedMarket({ pairs: 2, timeoutMs: 200, faults: { timeout: { rate: 1 } } });
    const bot = runBot(botConfig(market));
    const { error } = await bot.ended;
    expect(error).toMatchObject({ code: 'EXCHANGE_TIMEOUT', message: 'binance: markets: no answer within 0.2 s' });
    expect(loud(bot)).toEqual(['binance: markets: no answer within 0.2 s']);
    // Each try reached it: a single failure ends nothing.
    expect(market.server.requests.count({ path: '/exchangeInfo' })).toBe(4);
  });
});

/** A server before the market's, which may answer instead of it. Resolves with its port. */
async function frontOf(port: number, answer: (response: ServerResponse) => boolean): Promise<number> {
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    if (answer(response)) return;
    const reply = await fetch(`http://127.0.0.1:${port}${request.url}`);
    response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(await reply.text());
  };
  const front = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  afterTest(async () => {
    front.closeAllConnections();
    front.close();
  });
  const address = front.address();
  await waitFor(
    () => front.listening,
    () => 'the front to listen',
  );
  return typeof address === 'object' && address !== null ? address.port : 0;
}

import { describe, expect, it } from 'vitest';
import { connect } from '../../src/consumer/index.ts';
import type { ConsumerEvent } from '../../src/consumer/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { apiServer, producersAt, TOKEN, waitFor } from './candlecast-process.ts';
import { afterTest, botConfig, runBot, type RunningBot, servedMarket } from './bot-scene.ts';

/** The port of a bot's own server. */
async function portOf(bot: RunningBot): Promise<number> {
  await bot.until(() => bot.of('started').length > 0, 'it has started');
  return bot.of('listening')[0].port;
}

/** The whitelists that a consumer at this port is told. */
function heardWhitelists(port: number): readonly (readonly string[])[] {
  const heard: (readonly string[])[] = [];
  const onEvent = (event: ConsumerEvent) => {
    if (event.type === 'whitelist') heard.push(event.pairs);
  };
  const consumer = connect({ host: '127.0.0.1', port, wsToken: TOKEN, onEvent });
  afterTest(async () => consumer.close());
  return heard;
}

describe('the pairs of a bot', { timeout: 60_000 }, () => {
  it("are those of its lists: by the exchange's own volumes, filtered", async () => {
    const market = await servedMarket({ pairs: 30 });
    const tickers = await market.exchange.fetchTickers();
    const pairlists = [
      { method: 'VolumePairList', number_assets: 12 },
      { method: 'PriceFilter', min_price: 1 },
      { method: 'OffsetFilter', offset: 2, number_assets: 5 },
    ];
    const bot = runBot(botConfig(market, { stake_currency: 'USDT', pairlists }));
    await bot.until(() => bot.of('started').length > 0, 'it has started');
    const byVolume = tickers.toSorted((a, b) => (b.quoteVolume ?? 0) - (a.quoteVolume ?? 0)).slice(0, 12);
    const expected = byVolume.flatMap(({ pair, last }) => (last >= 1 ? [pair] : [])).slice(2, 7);
    expect(expected.length).toBeGreaterThan(0);
    expect(bot.of('started')[0].pairs).toEqual(expected);
    await bot.until(() => new Set(bot.of('analyzed').map(({ pair }) => pair)).size === expected.length, 'all of them');
    expect(new Set(bot.of('analyzed').map(({ pair }) => pair))).toEqual(new Set(expected));
    expect(bot.loud()).toEqual([]);
  });

  it("follow another bot's whitelist as it changes, and are passed on to its own consumers", async () => {
    const market = await servedMarket({ pairs: 6 });
    const config = (whitelist: readonly string[]) =>
      botConfig(market, { api_server: apiServer(), exchange: { pair_whitelist: whitelist } });
    const producer = runBot(config(['BTC/USDT', 'ETH/USDT']));
    const follower = runBot(
      botConfig(market, {
        process_only_new_candles: false,
        pairlists: [{ method: 'ProducerPairList' }],
        external_message_consumer: producersAt(await portOf(producer)),
        api_server: apiServer(),
      }),
    );
    const heard = heardWhitelists(await portOf(follower));
    const isAnalyzed = (pair: string) => follower.of('analyzed').some((event) => event.pair === pair);
    await follower.until(() => isAnalyzed('BTC/USDT') && isAnalyzed('ETH/USDT'), 'it works on the first ones');
    await waitFor(
      () => heard.at(-1)?.join() === 'BTC/USDT,ETH/USDT',
      () => `the first whitelist; heard ${heard.join(' | ')}`,
    );
    producer.bot.apply(parseConfig(JSON.stringify(config(['SOL/USDT', 'BTC/USDT'])), 'bot.json'));
    await follower.until(() => isAnalyzed('SOL/USDT'), 'it works on the new one');
    await waitFor(
      () => heard.at(-1)?.join() === 'SOL/USDT,BTC/USDT',
      () => `the second whitelist; heard ${heard.join(' | ')}`,
    );
    expect(follower.of('pairs').at(-1)?.pairs).toEqual(['SOL/USDT', 'BTC/USDT']);
    expect(follower.logger.messages('info')).toContain('the whitelist has changed');
    expect([...producer.loud(), ...follower.loud()]).toEqual([]);
  });

  it('must be named where the list is static: none is an error that says what there is', async () => {
    const market = await servedMarket({ pairs: 3 });
    const refused = [
      [
        { exchange: { pair_whitelist: [] } },
        /exchange\.pair_whitelist is empty.*it has BTC\/USDT, ETH\/USDT, SOL\/USDT/,
      ],
      [{ exchange: { pair_whitelist: ['BTC/USDT'] }, stake_currency: 'EUR' }, /BTC\/USDT: .*EUR.*it has BTC\/USDT/],
      [{ exchange: { pair_whitelist: ['BTC/USDC'] } }, /BTC\/USDC: .*did you mean BTC\/USDT/],
    ] as const;
    for (const [settings, message] of refused) {
      const { error } = await runBot(botConfig(market, settings)).ended;
      expect(error).toMatchObject({ code: 'PAIRLIST_NO_PAIRS', message: expect.stringMatching(message) });
    }
  });
});

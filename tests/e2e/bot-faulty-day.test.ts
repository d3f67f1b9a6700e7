import { describe, expect, it } from 'vitest';
import { connect, type ProducerClient } from '../../src/consumer/index.ts';
import { type FaultPlan, requestFaultNames } from '../../src/market-server/fault-plan.ts';
import { candleColumns, nextCandleOpen, parseTimeframe } from '../../src/market/index.ts';
import { assert } from '../../src/util/assert.ts';
import { isObject } from '../../src/util/is-object.ts';
import { apiServer, TOKEN, waitFor } from './candlecast-process.ts';
import {
  afterTest,
  botConfig,
  expectMarketsOwn,
  FIVE_MINUTES,
  runBot,
  type RunningBot,
  servedMarket,
  type ServedMarket,
} from './bot-scene.ts';

const START = Date.UTC(2026, 0, 15);
const HOUR = 12 * FIVE_MINUTES;
/** A day in half a minute. */
const SPEED = 2880;
const five = parseTimeframe('5m');

/** Each phase of the day, by the hour at which it begins: every fault there is, and after some hours none. */
const faults: FaultPlan = {
  '429': { rate: 0.02, times: 1, retryAfterS: 1, path: '/klines' },
  '418': { rate: 0.02, times: 1, retryAfterS: 1, path: '/klines' },
  '5xx': { rate: 0.01 },
  timeout: { rate: 0.01, times: 4 },
  truncated: { rate: 0.01 },
  duplicated: { rate: 0.3 },
  late: { rate: 0.3, ms: 90_000 },
  missing: { rate: 0.1, ms: 1_200_000 },
  repainted: { rate: 0.2, ms: 1_200_000 },
};
const day: readonly (readonly [hour: number, plan: FaultPlan])[] = [
  [1, faults],
  [7, { ...faults, yesterday: { ms: HOUR } }],
  [15, { yesterday: { ms: HOUR } }],
  [17, faults],
  [24, {}],
];

/** Lives through the day. Resolves with how often each fault struck a request. */
async function live({ server, clock, port }: ServedMarket): Promise<ReadonlyMap<string, number>> {
  const struck = new Map<string, number>();
  for (const [hour, plan] of day) {
    await waitFor(
      () => clock.now() >= START + hour * HOUR,
      () => `hour ${hour}`,
    );
    const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/candlecast/faults`)).json();
    const counts = isObject(answer) && isObject(answer.struck) ? answer.struck : {};
    for (const [name, count] of Object.entries(counts)) struck.set(name, Number(count));
    server.faults = plan;
  }
  return struck;
}

/** Waits until every pair was fetched and analyzed so many candles after this moment that all was looked at again. */
async function untilCandlesAfter(bot: RunningBot, { server, clock }: ServedMarket): Promise<void> {
  const enough = clock.now() + 15 * FIVE_MINUTES;
  await bot.until(
    () => server.pairs.every((pair) => (bot.held.get(pair)?.last('date') ?? 0) >= enough),
    'every pair has candles of after the day',
  );
}

/** The copy of every frame that a consumer holds is made of the market's own candles too. */
async function expectCopiesOfTheMarketsOwn(client: ProducerClient, market: ServedMarket): Promise<void> {
  for (const pair of market.server.pairs) {
    const { columns } = client.frame(pair, '5m').frame;
    const date = floatsOf(columns.date);
    const until = nextCandleOpen(date.at(-1) ?? 0, five);
    const key = { pair, timeframe: five, candleType: 'spot' } as const;
    const own = await market.exchange.fetchCandles(key, { limit: date.length, until });
    expect(date.length).toBeGreaterThan(24 * 12);
    for (const name of candleColumns) {
      const expected = Array.from({ length: own.length }, (_, row) => own.columns[name][row]);
      expect({ pair, name, values: floatsOf(columns[name]) }).toEqual({ pair, name, values: expected });
    }
  }
}

function floatsOf(column: unknown): readonly number[] {
  assert(column instanceof Float64Array, 'a column of candles holds numbers');
  return [...column];
}

describe('a day on an exchange of which everything goes wrong', { timeout: 120_000 }, () => {
  it('leaves no candle missing, doubled or altered: by REST, by websockets, and at a consumer', async () => {
    const time = { start: START, speed: SPEED };
    const market = await servedMarket({ pairs: 5, time, timeoutMs: 300, streamIntervalMs: 20, seed: 'faulty day' });
    const bot = runBot(botConfig(market, { api_server: apiServer(), maxCandles: 1000 }));
    const streaming = runBot(botConfig(market, { exchange: { enable_ws: true }, maxCandles: 1000 }));
    await bot.until(() => bot.of('started').length > 0, 'it has started');
    const [{ port }] = bot.of('listening');
    const client = connect({ host: '127.0.0.1', port, wsToken: TOKEN, marketClock: market.clock });
    afterTest(async () => client.close());
    const struck = await live(market);
    await untilCandlesAfter(bot, market);
    await untilCandlesAfter(streaming, market);

    // Every fault of requests has struck, and candles came changed and old.
    const names = [...requestFaultNames, 'duplicated'];
    expect(names.filter((name) => !(Number(struck.get(name)) > 0))).toEqual([]);
    expect(bot.logger.messages('warn').filter((line) => line.includes('was changed')).length).toBeGreaterThan(10);
    expect(bot.logger.messages('warn').some((line) => line.includes('older than before'))).toBe(true);
    await expectMarketsOwn(bot, market, five);
    await expectCopiesOfTheMarketsOwn(client, market);
    await expectMarketsOwn(streaming, market, five);
  });
});

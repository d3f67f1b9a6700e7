import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { firstDifference } from '../../frame/index.ts';
import { type Candles, type PairKey, noCandles, parsePair, parseTimeframe } from '../../market/index.ts';
import { type FaultPlan, createMarketServer } from '../../market-server/index.ts';
import { manualClock } from '../../testing/index.ts';
import { silentLogger } from '../../util/logger.ts';
import { ExchangeError } from '../exchange-error.ts';
import { simulatedExchange } from '../simulated/simulated-exchange.ts';
import { ccxtExchange } from './ccxt-exchange.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 9, 3, 20);
const timeframe = parseTimeframe('1m');
const keys: readonly PairKey[] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((pair) => ({
  pair: parsePair(pair),
  timeframe,
  candleType: 'spot',
}));

const request: FaultPlan = {
  '429': { rate: 0.1, path: '/klines', retryAfterS: 0 },
  '5xx': { rate: 0.1, path: '/klines' },
  truncated: { rate: 0.1, path: '/klines' },
  timeout: { rate: 0.02, path: '/klines' },
};
const plans: readonly [string, FaultPlan][] = [
  ['requests that fail', request],
  [
    'candles that come late, twice, and later than the next',
    { late: { rate: 0.4, ms: 1500 }, duplicated: { rate: 0.5 }, missing: { rate: 0.2, ms: 30_000 } },
  ],
  ['candles that change after they closed', { repainted: { rate: 0.4, ms: 90_000 } }],
  [
    'everything at once',
    { ...request, duplicated: { rate: 0.5 }, late: { rate: 0.3, ms: 1500 }, repainted: { rate: 0.3, ms: 30_000 } },
  ],
  ["yesterday's candles", { yesterday: { rate: 1 } }],
];

/** Candles as a bot keeps them: what came is added whole or not at all, and what was revised is fetched anew. */
class Kept {
  readonly #candles = new Map<string, Candles>();
  revisions = 0;

  of(key: PairKey): Candles {
    return this.#candles.get(key.pair) ?? noCandles;
  }

  add(key: PairKey, candles: Candles): void {
    this.#candles.set(key.pair, this.of(key).append(candles));
  }

  dropFrom(key: PairKey, from: number): void {
    const held = this.of(key);
    let rows = held.length;
    while (rows > 0 && held.columns.date[rows - 1] >= from) rows--;
    this.#candles.set(key.pair, held.head(rows));
    this.revisions++;
  }
}

describe.each([
  ['REST', false],
  ['websockets', true],
] as const)('by %s', (_, webSockets) => {
  it.each(plans)(
    "a bot ends up with the market's own candles after %s",
    async (_plan, faults) => {
      const clock = manualClock(START);
      const common = { seed: 'faults', pairs: keys.map(({ pair }) => pair), ticksPerMinute: 600 };
      const market = simulatedExchange({ ...common, clock });
      const server = await createMarketServer({ exchange: market, logger: silentLogger, streamIntervalMs: 20 });
      const { ccxtUrls } = await server.listen();
      const logger = recordingLogger();
      const kept = new Kept();
      const exchange = await ccxtExchange({
        name: 'binance',
        tradingMode: 'spot',
        logger,
        clock,
        urls: ccxtUrls,
        webSockets,
        retryPolicy: { tries: 3, baseMs: 5, mostMs: 20 },
        ccxtConfig: { enableRateLimit: false, timeout: 500 },
        onRevision: (key, from) => kept.dropFrom(key, from),
      });
      const take = async (key: PairKey) => {
        const last = kept.of(key).last('date');
        const since = last === undefined ? {} : { since: last + MINUTE };
        const candles = await exchange.fetchCandles(key, { limit: 50, ...since }).catch((error: unknown) => {
          if (error instanceof ExchangeError && error.kind === 'outside') return undefined;
          throw error;
        });
        // A revision may have come with the answer, which then no longer joins what is kept.
        if (candles !== undefined && kept.of(key).last('date') === last) kept.add(key, candles);
      };
      const minute = async () => {
        clock.set((Math.floor(clock.now() / MINUTE) + 1) * MINUTE + 2000);
        await Promise.all(keys.map(take));
      };
      await Promise.all(keys.map(take));
      server.faults = faults;
      for (let i = 0; i < 15; i++) await minute();
      server.faults = {};
      clock.advance(MINUTE);
      for (let i = 0; i < 3; i++) await minute();
      for (const key of keys) {
        const held = kept.of(key);
        expect(held.length).toBeGreaterThan(18);
        const theirs = await market.fetchCandles(key, { limit: held.length });
        expect(firstDifference(held, theirs)).toBeUndefined();
      }
      if ('repainted' in faults && !webSockets) expect(kept.revisions).toBeGreaterThan(0);
      await exchange.close();
      await server.close();
    },
    60_000,
  );
});

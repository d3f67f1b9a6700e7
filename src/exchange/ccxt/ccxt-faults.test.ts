import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { firstDifference } from '../../frame/index.ts';
import {
  type Candle,
  type Candles,
  type PairKey,
  candlesFrame,
  parsePair,
  parseTimeframe,
} from '../../market/index.ts';
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

/** As many are asked for again with the next one. */
const AGAIN = 10;

/** Candles as a bot keeps them: the newest ones are asked for again, and what came last counts. */
class Kept {
  readonly #candles = new Map<string, Map<number, Candle>>();
  revisions = 0;

  of(key: PairKey): Candles {
    return candlesFrame([...this.#of(key).values()].toSorted((a, b) => a.date - b.date));
  }

  /** From when on to ask. */
  since(key: PairKey): number | undefined {
    return this.of(key).tail(AGAIN).columns.date[0];
  }

  add(key: PairKey, candles: Candles): void {
    const held = this.#of(key);
    for (let row = 0; row < candles.length; row++) {
      const candle = candles.row(row);
      if (candle === undefined) continue;
      const before = held.get(candle.date);
      if (before !== undefined && !isDeepStrictEqual(before, candle)) this.revisions++;
      held.set(candle.date, candle);
    }
  }

  #of(key: PairKey): Map<number, Candle> {
    const held = this.#candles.get(key.pair) ?? new Map<number, Candle>();
    this.#candles.set(key.pair, held);
    return held;
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
      });
      const take = async (key: PairKey) => {
        const since = kept.since(key);
        const options = { limit: 50, ...(since === undefined ? {} : { since }) };
        const candles = await exchange.fetchCandles(key, options).catch((error: unknown) => {
          if (error instanceof ExchangeError && error.kind === 'outside') return undefined;
          throw error;
        });
        if (candles !== undefined) kept.add(key, candles);
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
      // Until streams were looked over once more.
      for (let i = 0; i < 9; i++) await minute();
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

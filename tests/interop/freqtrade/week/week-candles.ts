import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCandles, simulatedExchange } from '../../../../src/exchange/index.ts';
import type { Candles } from '../../../../src/market/index.ts';
import { manualClock, sampleKey } from '../../../../src/testing/index.ts';

/** Recorded candles stand beside the checkout, on machines that have them. */
const RECORDED = fileURLToPath(new URL('../../../../../shared/data/candles', import.meta.url));
/** The second has holes. */
const RECORDED_PAIRS = ['ETH/BTC', 'ZEC/BTC'];

export interface WeekCandles {
  readonly pair: string;
  readonly candles: Candles;
}

/** The newest `rows` candles of 5m of two pairs: recorded ones, or those of a simulated market with holes where there are none. */
export async function weekCandles(
  rows: number,
): Promise<{ readonly source: string; readonly pairs: readonly WeekCandles[] }> {
  if (existsSync(RECORDED)) {
    const files = RECORDED_PAIRS.map((pair) => join(RECORDED, `${pair.replace('/', '_')}-5m.feather`));
    const all = await Promise.all(files.map((file) => readCandles(file)));
    const pairs = RECORDED_PAIRS.map((pair, i) => ({ pair, candles: all[i].tail(rows) }));
    return { source: 'recorded candles', pairs };
  }
  const market = simulatedExchange({
    seed: 'a week',
    pairs: RECORDED_PAIRS.length,
    clock: manualClock(Date.UTC(2026, 0, 30)),
    holes: 0.001,
  });
  const pairs: WeekCandles[] = [];
  for (const { pair } of await market.fetchMarkets()) {
    pairs.push({ pair, candles: await market.fetchCandles(sampleKey(pair), { limit: rows }) });
  }
  return { source: 'candles of the simulated market, since none are recorded here', pairs };
}

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { systemClock } from '../util/clock.ts';
import { openRecordedMarket, openSimulatedMarket } from './open-market.ts';

const RECORDING = fileURLToPath(new URL('../../tests/fixtures/candles/datadir', import.meta.url));
const pairs = [parsePair('LONG/USDT')];

describe('a simulated market', () => {
  it('is that of the present, or begins at a moment and goes faster', () => {
    const present = openSimulatedMarket({ seed: 1, pairs: 2 });
    expect(present.pace).toBeUndefined();
    expect(present.exchange.clock).toBe(systemClock);
    const start = Date.UTC(2024, 0, 1);
    const { exchange, pace } = openSimulatedMarket({ seed: 1, pairs: 2, speed: 10, start });
    expect(pace).toMatchObject({ anchorMs: start, speed: 10 });
    expect(exchange.clock.now()).toBeGreaterThanOrEqual(start);
  });

  it('in compressed time had one midnight with the wall, so that a bot with the same settings sees the same', () => {
    const { pace } = openSimulatedMarket({ seed: 1, pairs: 2, speed: 60 });
    expect(pace?.anchorMs).toBe(pace?.anchorWallMs);
    expect(Number(pace?.anchorMs) % 86_400_000).toBe(0);
  });

  it('opens once more as the same market', async () => {
    const { exchange, openView } = openSimulatedMarket({ seed: 1, pairs: 1, start: Date.UTC(2024, 0, 1, 12) });
    const [{ pair }] = await exchange.fetchMarkets();
    const key = { pair, timeframe: parseTimeframe('1h'), candleType: 'spot' } as const;
    const again = await openView(manualClock(Date.UTC(2024, 0, 1, 12))).fetchCandles(key, { limit: 5 });
    expect(again.toString()).toBe((await exchange.fetchCandles(key, { limit: 5 })).toString());
  });
});

describe('a recording', () => {
  it('is played from where its pairs have a history', async () => {
    const { exchange, pace } = await openRecordedMarket({ path: RECORDING, pairs });
    const [shortest] = ['1m', '5m'].map(parseTimeframe);
    const key = { pair: pairs[0], timeframe: shortest, candleType: 'spot' } as const;
    const history = await exchange.fetchCandles(key, { limit: 5000 });
    expect(history.length).toBeGreaterThanOrEqual(1000);
    expect(Number(exchange.endsAt)).toBeGreaterThan(Number(pace?.anchorMs));
  });

  it('is played from a moment that is asked for', async () => {
    const start = Date.UTC(2024, 0, 1);
    expect((await openRecordedMarket({ path: RECORDING, pairs, start })).pace?.anchorMs).toBe(start);
  });

  it('is refused without the pairs that are asked for', async () => {
    const missing = openRecordedMarket({ path: RECORDING, pairs: [parsePair('LONK/USDT')] });
    await expect(missing).rejects.toThrow('did you mean "LONG/USDT"');
  });
});

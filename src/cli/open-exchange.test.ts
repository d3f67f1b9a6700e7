import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { simulatedExchange } from '../exchange/index.ts';
import { createMarketServer } from '../market-server/index.ts';
import { assert } from '../util/assert.ts';
import { compressedClock, systemClock } from '../util/clock.ts';
import { type Logger, silentLogger } from '../util/logger.ts';
import { openExchange } from './open-exchange.ts';

describe('a market server of another time', () => {
  it.each([
    ['', {}],
    [' where it does not tell its time, and the heads of its answers tell the wall time', { '5xx': { path: '/time' } }],
  ])('is opened by the time that the config tells, without a warning%s', async (_, faults) => {
    const time = { anchor_ms: Date.UTC(2030, 0, 1), anchor_wall_ms: systemClock.now(), speed: 60 };
    const clock = compressedClock({ anchorMs: time.anchor_ms, anchorWallMs: time.anchor_wall_ms, speed: time.speed });
    const market = simulatedExchange({ seed: 1, pairs: 1, clock });
    const server = await createMarketServer({ exchange: market, logger: silentLogger, faults });
    const { ccxtUrls } = await server.listen();
    const binance = { name: 'binance', ccxt_config: { urls: ccxtUrls, enableRateLimit: false } };
    const config = parseConfig(JSON.stringify({ exchange: binance, candlecast: { market_time: time } }), 'config.json');
    const { exchange: settings } = config;
    assert(settings !== undefined, 'the config names an exchange');
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), child: () => logger };
    const choice = { name: 'binance', settings, config, tradingMode: 'spot', folder: '' } as const;
    const exchange = await openExchange(choice, { logger });
    expect(await exchange.fetchMarkets()).toHaveLength(1);
    expect(warnings).toEqual([]);
    expect(Math.abs(exchange.clock.now() - clock.now())).toBeLessThan(60_000);
    await exchange.close();
    await server.close();
  });
});

import { describe, expect, it } from 'vitest';
import { parseConfig, userDataOf } from '../config/index.ts';
import { ccxtUrls } from '../market-server/ccxt-urls.ts';
import { parsePair } from '../market/index.ts';
import { marketServerHints } from './market-server-hints.ts';

const START = Date.UTC(2026, 0, 15, 6, 45);
const [BTC, ETH] = ['BTC/USDT', 'ETH/USDT'].map(parsePair);

function hints(more: Partial<Parameters<typeof marketServerHints>[0]> = {}) {
  return marketServerHints({
    address: { host: '127.0.0.1', port: 8555, ccxtUrls: ccxtUrls('127.0.0.1', 8555) },
    pairs: [BTC],
    key: 'key',
    secret: 'secret',
    pace: undefined,
    now: START,
    faults: {},
    ...more,
  });
}
const text = (...given: Parameters<typeof hints>) => hints(...given).text({ configFile: undefined });
const pace = (speed: number) => ({ anchorMs: START - 3_600_000, anchorWallMs: 0, speed });

describe('what is told of a market server', () => {
  it('counts its pairs', () => {
    expect(text()).toContain('Serving 1 pair at http://127.0.0.1:8555: BTC/USDT\n');
    expect(text({ pairs: [BTC, ETH] })).toContain('Serving 2 pairs at');
  });

  it('says what time it is there', () => {
    expect(text()).toContain('Its time is the present.');
    expect(text({ pace: pace(60) })).toContain(
      'Its time: 2026-01-15T06:45:00.000Z now, and from there on 60 times as fast as',
    );
    expect(text({ pace: pace(1) })).toContain("06:45:00.000Z now, and from there on as fast as the wall's.");
  });

  it('says what goes wrong', () => {
    expect(text()).toContain('Its faults: none.');
    expect(text({ faults: { '429': { rate: 0.01 }, late: { ms: 2000 } } })).toContain('Its faults: 429:0.01, late:2s.');
  });

  it('keeps its candles apart from those of the exchange whose name it has', () => {
    const config = parseConfig(hints({ pace: pace(60) }).config, 'market.json');
    const real = parseConfig('{"exchange": {"name": "binance"}}', 'config.json');
    expect(userDataOf(config).candles).toBe('user_data/data/market-server');
    expect(userDataOf(config).candles).not.toBe(userDataOf(real).candles);
    expect(config.candlecast.market_time).toEqual({ speed: 60, anchor_ms: START - 3_600_000, anchor_wall_ms: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { parseConfig } from './assemble-config.ts';
import { ccxtOptionsOf } from './ccxt-options.ts';
import { userDataOf } from './user-data.ts';

const load = (config: object) => parseConfig(JSON.stringify(config), 'c.json');

describe('userDataOf', () => {
  it.each<[object, object]>([
    [{}, { folder: 'user_data', strategies: 'user_data/strategies', candles: 'user_data/data' }],
    [
      { user_data_dir: '/u', exchange: { name: 'Binance' } },
      { folder: '/u', strategies: '/u/strategies', candles: '/u/data/binance' },
    ],
    [
      { datadir: 'd', exchange: { name: 'x' } },
      { folder: 'user_data', candles: 'd' },
    ],
  ])('of %j', (config, expected) => {
    expect(userDataOf(load(config))).toMatchObject(expected);
  });
});

describe('ccxtOptionsOf', () => {
  it('lays ccxt_async_config on ccxt_config, key by key', () => {
    const { exchange } = load({
      exchange: {
        name: 'x',
        ccxt_config: { timeout: 1, options: { a: 1, b: 1 }, rateLimit: { x: 1 } },
        ccxt_async_config: { options: { b: 2, c: 2 }, rateLimit: 5, enableRateLimit: false },
        ccxt_sync_config: { timeout: 9 },
      },
    });
    expect(exchange && ccxtOptionsOf(exchange)).toEqual({
      timeout: 1,
      options: { a: 1, b: 2, c: 2 },
      rateLimit: 5,
      enableRateLimit: false,
    });
  });
});

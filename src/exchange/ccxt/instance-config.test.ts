import { describe, expect, it } from 'vitest';
import { instanceConfig, secretsOf } from './instance-config.ts';

describe('instanceConfig', () => {
  it('follows the trading mode, and the user before that', () => {
    const spot = instanceConfig({ name: 'kraken', tradingMode: 'spot' });
    expect(spot).toMatchObject({ enableRateLimit: true, options: { defaultType: 'spot' } });
    const ccxtConfig = { timeout: 5, options: { defaultType: 'margin', extra: 1 } };
    const own = instanceConfig({ name: 'binance', tradingMode: 'futures', ccxtConfig, urls: { api: { public: 'x' } } });
    expect(own).toMatchObject({
      timeout: 5,
      urls: { api: { public: 'x' } },
      options: { defaultType: 'margin', extra: 1, defaultSubType: 'linear', fetchMarkets: { types: ['linear'] } },
    });
  });

  it('lets nobody write to the terminal', () => {
    expect(instanceConfig({ name: 'x', tradingMode: 'spot', ccxtConfig: { verbose: true } }).verbose).toBe(false);
  });

  it('passes credentials that are there', () => {
    const config = instanceConfig({ name: 'x', tradingMode: 'spot', credentials: { apiKey: 'k', secret: '' } });
    expect(config.apiKey).toBe('k');
    expect(config).not.toHaveProperty('secret');
  });
});

describe('secretsOf', () => {
  it('finds those in the settings and in addresses of proxies', () => {
    const ccxtConfig = { secret: 'one', privateKey: 'two', httpsProxy: 'http://me:three@proxy:80', timeout: 5 };
    const secrets = secretsOf({ name: 'x', tradingMode: 'spot', credentials: { apiKey: 'four', uid: '' }, ccxtConfig });
    expect([...secrets].sort()).toEqual(['four', 'one', 'three', 'two']);
  });
});

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

  it('finds those that stand deeper', () => {
    const ccxtConfig = {
      headers: { 'User-Agent': 'plain', Authorization: 'Bearer one-1', 'X-MBX-SOMETHING': 'two-2' },
      options: { apiKey: 'three-3', defaultType: 'plain', broker: { token: ['four-4'], uid: 55_555 } },
      proxies: { https: 'http://me:six%206@proxy:80', socks: ['socks5://seven-7@proxy', 'me:eight-8@proxy:80'] },
      urls: { api: 'https://plain.example.com' },
      timeout: 5,
    };
    const secrets = secretsOf({ name: 'x', tradingMode: 'spot', ccxtConfig });
    expect(secrets.toSorted()).toEqual(
      ['55555', 'Bearer one-1', 'eight-8', 'four-4', 'one-1', 'seven-7', 'six 6', 'six%206', 'three-3', 'two-2'].sort(),
    );
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assembleConfig } from './assemble-config.ts';
import { describeConfig } from './describe-config.ts';

const text = readFileSync(new URL('../../tests/fixtures/config/every-setting.json', import.meta.url), 'utf8');

describe('describeConfig', () => {
  const settings = describeConfig(assembleConfig([{ text, file: 'c.json' }]));

  it('hides every secret and nothing else', () => {
    expect(settings.filter(({ secret }) => secret).map(({ key, value }) => [key, value])).toEqual(
      [
        'exchange.key',
        'exchange.secret',
        'exchange.password',
        'exchange.uid',
        'exchange.account_id',
        'exchange.wallet_address',
        'exchange.private_key',
        'exchange.ccxt_config.apiKey',
        'exchange.ccxt_config.options.secretWord',
        'api_server.jwt_secret_key',
        'api_server.password',
        'api_server.ws_token',
        'external_message_consumer.producers.0.ws_token',
      ].map((key) => [key, '<hidden>']),
    );
    expect(JSON.stringify(settings)).not.toMatch(
      /test-(token|key|secret|jwt|password|exchange|uid|account|wallet|private)/,
    );
  });

  it("hides what another program's settings carry for a login", () => {
    const ccxt = {
      headers: { 'X-Anything': 'hunter2', Accept: ['hunter2'] },
      options: { Authorization: 'hunter2', cookieJar: 'hunter2', bearer: 'hunter2', note: 'Bearer hunter2' },
      httpsProxy: 'http://hunter2:hunter2@proxy.example:3128/a',
      wsProxy: 'socks5://hunter2:a/b@hunter2@proxy.example',
      urls: ['https://host/path?apiKey=hunter2&limit=5', 'https://host/plain'],
      long: `hunter2${'a'.repeat(300_000)}`,
      timeout: 5,
    };
    const sections = ['ccxt_config', 'ccxt_async_config', 'ccxt_sync_config'];
    const exchange = { name: 'x', ...Object.fromEntries(sections.map((section) => [section, ccxt])) };
    const described = describeConfig(assembleConfig([{ text: JSON.stringify({ exchange }), file: 'c.json' }]));
    expect(JSON.stringify(described)).not.toContain('hunter2');
    const values = Object.fromEntries(described.map(({ key, value }) => [key, value]));
    for (const section of sections) {
      expect(values).toMatchObject({
        [`exchange.${section}.httpsProxy`]: 'http://<hidden>@proxy.example:3128/a',
        [`exchange.${section}.wsProxy`]: 'socks5://<hidden>@proxy.example',
        [`exchange.${section}.urls`]: ['https://host/path?apiKey=<hidden>&limit=5', 'https://host/plain'],
        [`exchange.${section}.timeout`]: 5,
      });
    }
  });

  it('says where each value comes from', () => {
    const lines = text.split('\n');
    for (const { key, value, source, secret } of settings) {
      expect(source, key).not.toBe('default');
      if (source === 'default' || secret || Array.isArray(value)) continue;
      const written = JSON.stringify(value);
      expect(lines[source.line - 1].slice(source.column - 1, source.column - 1 + written.length), key).toBe(written);
    }
  });

  it('has every default, in the order of the schema', () => {
    const defaults = describeConfig(assembleConfig([{ text: '{"dry_run": false}', file: 'c.json' }]));
    expect(defaults.slice(0, 6)).toEqual([
      { key: 'bot_name', value: 'candlecast', source: 'default', secret: false },
      { key: 'trading_mode', value: 'spot', source: 'default', secret: false },
      { key: 'user_data_dir', value: 'user_data', source: 'default', secret: false },
      { key: 'dataformat_ohlcv', value: 'feather', source: 'default', secret: false },
      { key: 'dry_run', value: false, source: { file: 'c.json', line: 1, column: 13 }, secret: false },
      { key: 'initial_state', value: 'running', source: 'default', secret: false },
    ]);
    expect(defaults.find(({ key }) => key === 'external_message_consumer.producers')?.value).toEqual([]);
  });
});

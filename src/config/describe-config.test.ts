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

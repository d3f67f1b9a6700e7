import { describe, expect, it } from 'vitest';
import { readOracle } from '../../tests/fixtures/config-oracle/read-oracle.ts';
import { assembleParsed, parseConfigText } from './assemble-config.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './overlay-values.ts';
import { overlayEnvironment, typedText } from './overlay-values.ts';

function load(text: string, environment: Environment) {
  return assembleParsed([parseConfigText({ text, file: 'c.json' })], {
    overlay: (root) => overlayEnvironment(root, environment),
  });
}

function refusal(text: string, environment: Environment): ConfigError {
  try {
    load(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the config was taken');
}

describe('typedText', () => {
  it.each(readOracle().typed)('reads %j as freqtrade does', (raw, value) => {
    expect(typedText(raw)).toEqual(value);
  });
});

describe('the environment', () => {
  it('says which variable a value comes from', () => {
    const { sources } = load('{"dry_run": true}', { FREQTRADE__DRY_RUN: 'false' });
    expect(sources.get('dry_run')).toEqual({ file: 'FREQTRADE__DRY_RUN', line: 1, column: 1, origin: 'environment' });
  });

  it("lets Candlecast's own variables win", () => {
    const both = { CANDLECAST__BOT_NAME: 'ours', FREQTRADE__BOT_NAME: 'theirs', FREQTRADE__DRY_RUN: 'f' };
    expect(load('{"bot_name": "file"}', both).config).toMatchObject({ bot_name: 'ours', dry_run: false });
  });

  it('keeps text where the setting wants it, and a number where it wants that', () => {
    const { config } = load('{}', {
      FREQTRADE__BOT_NAME: '0042',
      FREQTRADE__API_SERVER__WS_TOKEN: '12345678901234567890',
      FREQTRADE__EXCHANGE__NAME: 'true',
      FREQTRADE__EXCHANGE__UID: '1e5',
      FREQTRADE__EXCHANGE__SIMULATED__SEED: '7',
    });
    expect(config.bot_name).toBe('0042');
    expect(config.api_server.ws_token).toBe('12345678901234567890');
    expect(config.exchange).toMatchObject({ name: 'true', uid: '1e5', simulated: { seed: 7 } });
  });

  it('takes several tokens as a list, and an object as JSON', () => {
    const { config } = load('{"exchange": {"name": "x", "ccxt_config": {"timeout": 5, "options": {}}}}', {
      CANDLECAST__API_SERVER__WS_TOKEN: '["a", "b"]',
      CANDLECAST__EXCHANGE__CCXT_CONFIG: '{"options": {"defaultType": "swap"}}',
    });
    expect(config.api_server.ws_token).toEqual(['a', 'b']);
    expect(config.exchange?.ccxt_config).toEqual({ timeout: 5, options: { defaultType: 'swap' } });
  });

  it('finds settings whose names have capitals', () => {
    const { config } = load('{}', { FREQTRADE__API_SERVER__CORS_ORIGINS: '["http://a"]' });
    expect(config.api_server.CORS_origins).toEqual(['http://a']);
  });

  it('reaches into a list that a file has, and adds to its end', () => {
    const text = `{"external_message_consumer": {"enabled": true, "producers": [{"name": "a", "host": "h", "ws_token": "t"}]}}`;
    const { config, sources } = load(text, {
      CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__0__WS_TOKEN: 'secret',
      CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__1__NAME: 'b',
      CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__1__HOST: 'i',
      CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__1__WS_TOKEN: 'other',
    });
    expect(config.external_message_consumer.producers).toMatchObject([
      { name: 'a', host: 'h', ws_token: 'secret' },
      { name: 'b', host: 'i', ws_token: 'other' },
    ]);
    expect(sources.get('external_message_consumer.producers.0.host')).toMatchObject({ file: 'c.json' });
  });

  it('takes a position only where there is a list', () => {
    const { unknown } = load('{}', { CANDLECAST__API_SERVER__0: 'x' });
    expect(unknown.map(({ key, file }) => [key, file])).toEqual([['api_server.0', 'CANDLECAST__API_SERVER__0']]);
    const text = '{"exchange": {"name": "x", "pair_whitelist": ["A/B"]}}';
    expect(refusal(text, { CANDLECAST__EXCHANGE__PAIR_WHITELIST__2: 'C/D' }).message).toBe(
      'CANDLECAST__EXCHANGE__PAIR_WHITELIST__2: exchange.pair_whitelist.2: there is no entry 2 to change, since the list has 1; allowed: 0, or 1 for a new one behind the last',
    );
  });

  it.each(['{}', '{"external_message_consumer": {"enabled": true}}'])('says where a list is missing: %s', (text) => {
    const error = refusal(text, { CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__0__WS_TOKEN: 'hunter2' });
    expect(error.code).toBe('CONFIG_NO_SUCH_ENTRY');
    expect(error.message.split('\n')[0]).toBe(
      'CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__0__WS_TOKEN: external_message_consumer.producers.0: there is no entry 0 to change, since no file has this list; allowed: an entry of a list in a file, or the whole list as JSON in CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS',
    );
  });

  it('tells a missing entry of tokens, and leaves the numbers of other programs alone', () => {
    expect(refusal('{}', { CANDLECAST__API_SERVER__WS_TOKEN__0: 'hunter2' }).code).toBe('CONFIG_NO_SUCH_ENTRY');
    const { config } = load('{"exchange": {"name": "x"}}', { CANDLECAST__EXCHANGE__CCXT_CONFIG__OPTIONS__0: 'a' });
    expect(config.exchange?.ccxt_config).toEqual({ options: { '0': 'a' } });
  });

  it.each<[Environment, string]>([
    [
      { FREQTRADE__DRY_RUN: 'yes' },
      'FREQTRADE__DRY_RUN: dry_run: expected boolean, found string "yes"; allowed: true or false',
    ],
    [
      { CANDLECAST__API_SERVER__LISTEN_PORT: '80' },
      'CANDLECAST__API_SERVER__LISTEN_PORT: api_server.listen_port: expected integer, found number 80; allowed: 1024 to 65535, or 0 for any free port',
    ],
    [
      { FREQTRADE__CANDLECAST__MAX_CANDLES: 'inf' },
      'FREQTRADE__CANDLECAST__MAX_CANDLES: candlecast.max_candles: expected integer, found number Infinity; allowed: 100 to 100000',
    ],
    [
      { FREQTRADE__API_SERVER__WS_TOKEN: '["hunter2", 5]' },
      'FREQTRADE__API_SERVER__WS_TOKEN: api_server.ws_token.1: expected string or object, found number <hidden>; allowed: any text but "", or an object with a token and what it opens',
    ],
  ])('is blamed by the name of the variable: %j', (environment, message) => {
    expect(refusal('{}', environment).message).toBe(message);
  });

  it('names unknown and unsupported settings by their variable', () => {
    const { unknown, unsupported } = load('{}', { FREQTRADE__DRY_RUNN: 't', FREQTRADE__STAKE_AMOUNT: '5' });
    expect(unknown).toMatchObject([{ key: 'dry_runn', nearest: 'dry_run', file: 'FREQTRADE__DRY_RUNN' }]);
    expect(unsupported).toMatchObject([{ key: 'stake_amount', file: 'FREQTRADE__STAKE_AMOUNT' }]);
  });

  it('says that it includes no files', () => {
    const { unsupported, config } = load('{}', { FREQTRADE__ADD_CONFIG_FILES: '["b.json"]' });
    expect(unsupported.map(({ key }) => key)).toEqual(['add_config_files']);
    expect(config.bot_name).toBe('candlecast');
  });

  it('is read however strange a name is', () => {
    const strange = { FREQTRADE__: '1', FREQTRADE____: '2', FREQTRADE____proto____x: '3', FREQTRADE__constructor: '4' };
    expect(load('{}', strange).config).toEqual(load('{}', {}).config);
    const deep = `FREQTRADE__${'a__'.repeat(20_000)}b`;
    expect(refusal('{}', { [deep]: '1' }).problems).toMatchObject([{ code: 'CONFIG_TOO_DEEP', file: deep }]);
    const list = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(refusal('{}', { FREQTRADE__PAIRLISTS: list }).code).toBe('CONFIG_INVALID_VALUE');
  });
});

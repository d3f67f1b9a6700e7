import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './assemble-config.ts';
import { type ConfigChange, diffConfig } from './diff-config.ts';

function diff(before: object, after: object): readonly ConfigChange[] {
  return diffConfig(parseConfig(JSON.stringify(before), 'a.json'), parseConfig(JSON.stringify(after), 'b.json'));
}

const consumer = (...producers: readonly object[]) => ({ external_message_consumer: { enabled: true, producers } });
const producer = { name: 'a', host: 'h', ws_token: 'hunter2' };

describe('diffConfig', () => {
  it('finds nothing where nothing changed', () => {
    const text = readFileSync(new URL('../../tests/fixtures/config/every-setting.json', import.meta.url), 'utf8');
    expect(diffConfig(parseConfig(text, 'a.json'), parseConfig(text, 'b.json'))).toEqual([]);
    expect(diff({}, { bot_name: 'candlecast', pairlists: [{ method: 'StaticPairList' }] })).toEqual([]);
  });

  it.each<[object, object, string, ConfigChange['applies']]>([
    [{ exchange: { name: 'x' } }, { exchange: { name: 'y' } }, 'exchange.name', 'restart'],
    [{}, { trading_mode: 'futures' }, 'trading_mode', 'restart'],
    [{}, { timeframe: '5m' }, 'timeframe', 'restart'],
    [{ strategy: 'A' }, {}, 'strategy', 'restart'],
    [{}, { api_server: { listen_port: 9999 } }, 'api_server.listen_port', 'restart'],
    [{}, { candlecast: { max_candles: 999 } }, 'candlecast.max_candles', 'restart'],
    [
      { exchange: { name: 'x', pair_whitelist: ['A/B', 'C/D'] } },
      { exchange: { name: 'x', pair_whitelist: ['C/D', 'A/B'] } },
      'exchange.pair_whitelist',
      'live',
    ],
    [
      { exchange: { name: 'x' } },
      { exchange: { name: 'x', pair_blacklist: ['A/B'] } },
      'exchange.pair_blacklist',
      'live',
    ],
    [{}, { pairlists: [{ method: 'StaticPairList', allow_inactive: true }] }, 'pairlists', 'live'],
    [{}, { api_server: { ws_token: ['a'] } }, 'api_server.ws_token', 'restart'],
    [
      { api_server: { enabled: true } },
      { api_server: { enabled: true, ws_token: 'a' } },
      'api_server.ws_token',
      'live',
    ],
    [consumer(producer), consumer(producer, { ...producer, name: 'b' }), 'external_message_consumer.producers', 'live'],
    [{}, { internals: { process_throttle_secs: 1 } }, 'internals.process_throttle_secs', 'live'],
    [{}, { internals: { heartbeat_interval: 0 } }, 'internals.heartbeat_interval', 'live'],
    [{}, { stoploss: -0.1 }, 'stoploss', 'without effect'],
    [{}, { verbosity: 1 }, 'verbosity', 'without effect'],
    [{}, { minimal_roi: { 30: 0.1 } }, 'minimal_roi.30', 'without effect'],
    [
      { exchange: { name: 'x', ccxt_config: { timeout: 1 } } },
      { exchange: { name: 'x', ccxt_config: { timeout: 2 } } },
      'exchange.ccxt_config.timeout',
      'restart',
    ],
  ])('from %j to %j: %s, %s', (before, after, key, applies) => {
    expect(diff(before, after).map((change) => [change.key, change.applies])).toEqual([[key, applies]]);
  });

  it('takes nothing of a section over that is being switched on or off', () => {
    const both = [
      ['external_message_consumer.enabled', 'restart'],
      ['external_message_consumer.producers', 'restart'],
    ];
    expect(diff({}, consumer(producer)).map(({ key, applies }) => [key, applies])).toEqual(both);
    expect(diff(consumer(producer), {}).map(({ key, applies }) => [key, applies])).toEqual(both);
  });

  it('shows what was and what is, and no secret', () => {
    expect(diff({ dry_run: true }, { dry_run: false })).toMatchObject([{ before: true, after: false }]);
    const before = {
      ...consumer(producer),
      api_server: { password: 'hunter2' },
      exchange: { name: 'x', ccxt_config: {} },
    };
    const after = {
      ...consumer({ ...producer, port: 1, ws_token: 'hunter22' }),
      api_server: { password: 'hunter3', ws_token: ['hunter4'] },
      exchange: {
        name: 'x',
        ccxt_config: { apiKey: 'hunter5', headers: { Any: 'hunter6' }, httpsProxy: 'http://u:hunter7@proxy:1' },
      },
    };
    const changes = diff(before, after);
    expect(JSON.stringify(changes)).not.toContain('hunter');
    expect(changes.find(({ key }) => key === 'external_message_consumer.producers')).toMatchObject({
      before: [{ name: 'a', port: 8080, ws_token: '<hidden>' }],
      after: [{ name: 'a', port: 1, ws_token: '<hidden>' }],
    });
    expect(changes.find(({ key }) => key === 'exchange.ccxt_config.httpsProxy')?.after).toBe('http://<hidden>@proxy:1');
  });

  it('tells of a section that came or went', () => {
    const exchange = { name: 'recorded', recorded: { datadir: 'd' } };
    const keys = diff({}, { exchange }).map(({ key, before }) => [key, before]);
    expect(keys).toContainEqual(['exchange.name', undefined]);
    expect(diff({ exchange }, {}).map(({ after }) => after)).toEqual(keys.map(() => undefined));
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assembleConfig, parseConfig } from './assemble-config.ts';
import { ConfigError } from './config-error.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../tests/fixtures/config/${name}`, import.meta.url), 'utf8');
}

function refusal(text: string | readonly string[]): ConfigError {
  const texts = typeof text === 'string' ? [text] : text;
  try {
    assembleConfig(texts.map((each, index) => ({ text: each, file: texts.length === 1 ? 'c.json' : `${index}.json` })));
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the config was taken');
}

/** The text with a consumer that has one right producer and `settings` beside. */
function consumer(settings: string, producer = ''): string {
  return `{"external_message_consumer": {"enabled": true, "producers": [{"host": "h", "ws_token": "t"${producer}}]${settings}}}`;
}

describe('the defaults', () => {
  const config = parseConfig('{}', 'c.json');

  it("are freqtrade's documented ones and Candlecast's", () => {
    expect(config).toEqual({
      bot_name: 'candlecast',
      trading_mode: 'spot',
      user_data_dir: 'user_data',
      dataformat_ohlcv: 'feather',
      dry_run: true,
      initial_state: 'running',
      verbosity: 0,
      internals: { process_throttle_secs: 5, heartbeat_interval: 60 },
      pairlists: [{ method: 'StaticPairList', allow_inactive: false }],
      api_server: {
        enabled: false,
        listen_ip_address: '127.0.0.1',
        listen_port: 8080,
        verbosity: 'error',
        enable_openapi: false,
        CORS_origins: [],
        metrics: 'off',
        trusted_proxies: [],
        failed_attempts: { most: 10, within_secs: 60, longest_wait_secs: 300 },
      },
      external_message_consumer: {
        enabled: false,
        producers: [],
        wait_timeout: 300,
        ping_timeout: 10,
        sleep_time: 10,
        remove_entry_exit_signals: false,
        initial_candle_limit: 1500,
        message_size_limit: 8,
      },
      candlecast: { max_candles: 1500 },
    });
  });

  it('are filled in beside what is set', () => {
    const { exchange } = parseConfig('{"exchange": {"name": "simulated", "simulated": {"pairs": 3}}}', 'c.json');
    expect(exchange).toEqual({
      name: 'simulated',
      pair_whitelist: [],
      pair_blacklist: [],
      ccxt_config: {},
      ccxt_async_config: {},
      ccxt_sync_config: {},
      enable_ws: true,
      markets_refresh_interval: 60,
      skip_open_order_update: false,
      log_responses: false,
      simulated: { seed: 'candlecast', pairs: 3, speed: 1, ticks_per_minute: 6 },
    });
    const recorded = parseConfig('{"exchange": {"name": "recorded", "recorded": {"datadir": "d"}}}', 'c.json');
    expect(recorded.exchange?.recorded).toEqual({ datadir: 'd', speed: 1, format: 'auto' });
    const { producers } = parseConfig(consumer(''), 'c.json').external_message_consumer;
    expect(producers).toEqual([{ name: 'default', host: 'h', port: 8080, secure: false, ws_token: 't' }]);
  });
});

describe('the documented configs', () => {
  it('loads a consumer with only the required settings', () => {
    const { external_message_consumer: section } = parseConfig(fixture('consumer-minimal.json'), 'c.json');
    expect(section.enabled).toBe(true);
    expect(section.producers).toEqual([
      { name: 'default', host: '192.168.1.100', port: 8080, secure: false, ws_token: 'test-token-1' },
    ]);
  });

  it('loads a consumer whose optional settings stand in comments', () => {
    const { external_message_consumer: section } = parseConfig(fixture('consumer-commented.json'), 'c.json');
    const { external_message_consumer: defaults } = parseConfig('{}', 'c.json');
    const producers = [{ name: 'default', host: '127.0.0.1', port: 8080, secure: false, ws_token: 'test-token-1' }];
    expect(section).toEqual({ ...defaults, enabled: true, producers });
  });

  it('loads every setting of a consumer', () => {
    expect(parseConfig(fixture('consumer-full.json'), 'c.json').external_message_consumer).toEqual({
      enabled: true,
      producers: [
        { name: 'near', host: '127.0.0.1', port: 8081, secure: false, ws_token: 'test-token-1' },
        { name: 'far', host: 'producer.example.org', port: 443, secure: true, ws_token: 'test-token-2' },
      ],
      wait_timeout: 120,
      ping_timeout: 5,
      sleep_time: 3,
      remove_entry_exit_signals: true,
      initial_candle_limit: 500,
      message_size_limit: 16,
    });
  });

  it('loads a producer', () => {
    const { api_server: server, exchange } = parseConfig(fixture('producer.json'), 'c.json');
    expect(server).toMatchObject({ enabled: true, listen_port: 8081, ws_token: ['test-token-1', 'test-token-2'] });
    expect(exchange).toMatchObject({ name: 'simulated', simulated: { seed: 'north', pairs: 2, speed: 60 } });
  });

  it('takes every setting as it is written', () => {
    const text = fixture('every-setting.json');
    const { config, unknown, unsupported } = assembleConfig([{ text, file: 'c.json' }]);
    expect(config).toEqual(JSON.parse(text));
    expect(unknown).toEqual([]);
    expect(unsupported.map(({ key }) => key)).toEqual([
      'margin_mode',
      'minimal_roi',
      'stoploss',
      'trailing_stop',
      'trailing_stop_positive',
      'trailing_stop_positive_offset',
      'trailing_only_offset_is_reached',
      'dataformat_ohlcv',
      'max_open_trades',
      'initial_state',
      'verbosity',
      'exchange.account_id',
      'exchange.wallet_address',
      'exchange.private_key',
      'exchange.ccxt_sync_config',
      'exchange.markets_refresh_interval',
      'exchange.skip_open_order_update',
      'exchange.unknown_fee_rate',
      'exchange.log_responses',
      'api_server.verbosity',
      'api_server.enable_openapi',
    ]);
  });

  it.each(['consumer-full.json', 'consumer-commented.json'])('takes %s with a BOM and CRLF, positions too', (name) => {
    const text = fixture(name);
    const written = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    expect(parseConfig(written, 'c.json')).toEqual(parseConfig(text, 'c.json'));
    const wrong = (from: string) => refusal(from.replace(/"port": \d+/, '"port": 0')).message;
    expect(wrong(written)).toBe(wrong(text));
  });
});

describe('a wrong value', () => {
  it.each<[string, string]>([
    [
      '{\n  "exchange": {"name": "x", "pair_whitelist": ["BTC/USDT", ¦5]}}',
      'exchange.pair_whitelist.1: expected string, found number 5; allowed: a pair such as "BTC/USDT"',
    ],
    ['{"dry_run": ¦"yes"}', 'dry_run: expected boolean, found string "yes"; allowed: true or false'],
    ['{"bot_name": ¦null}', 'bot_name: expected string, found null'],
    ['{"bot_name": ¦["x"]}', 'bot_name: expected string, found array'],
    [
      '{"trading_mode": ¦"spott"}',
      'trading_mode: expected one of "spot", "futures", found string "spott"; did you mean "spot"?',
    ],
    ['{"trading_mode": ¦"margin"}', 'trading_mode: "margin" is not supported yet; allowed: one of "spot", "futures"'],
    [
      '{"pairlists": [{"method": ¦"PerformanceFilter"}]}',
      'pairlists.0.method: "PerformanceFilter" is not supported yet; allowed: one of "StaticPairList", "VolumePairList", "ProducerPairList", "AgeFilter", "OffsetFilter", "PriceFilter", "ShuffleFilter", "SpreadFilter", "VolatilityFilter"',
    ],
    [
      '{"pairlists": [{"method": ¦"Static"}]}',
      'pairlists.0.method: expected one of "StaticPairList", "VolumePairList", "ProducerPairList", "AgeFilter", "OffsetFilter", "PriceFilter", "ShuffleFilter", "SpreadFilter", "VolatilityFilter", found string "Static"',
    ],
    [
      '{"pairlists": [¦{"metod": "StaticPairList"}]}',
      'pairlists.0.method: expected one of "StaticPairList", "VolumePairList", "ProducerPairList", "AgeFilter", "OffsetFilter", "PriceFilter", "ShuffleFilter", "SpreadFilter", "VolatilityFilter", found nothing; is "metod" at 1:17 meant for it?',
    ],
    ['{"pairlists": [¦5]}', 'pairlists.0: expected object, found number 5'],
    ['{"pairlists": ¦{}}', 'pairlists: expected array of objects, found object; allowed: one pair list or more'],
    ['{"pairlists": ¦[]}', 'pairlists: expected array of objects, found array; allowed: one pair list or more'],
    [
      '{"pairlists": [¦{"method": "VolumePairList"}]}',
      'pairlists.0.number_assets: expected integer, found nothing; allowed: at least 1',
    ],
    [
      '{"pairlists": [{"method": "StaticPairList"}, {"method": "ShuffleFilter", "shuffle_frequency": ¦"hour"}]}',
      'pairlists.1.shuffle_frequency: expected one of "candle", "iteration", found string "hour"',
    ],
    ['{"stoploss": ¦0}', 'stoploss: expected number, found number 0; allowed: from -1 up to, not including, 0'],
    ['{"minimal_roi": {"0": 0.1, "30": ¦"x"}}', 'minimal_roi.30: expected number, found string "x"'],
    [
      '{"minimal_roi": {¦"0.5": 0.1}}',
      'minimal_roi."0.5": expected minutes as the key, found "0.5"; allowed: whole minutes after the entry, such as "30"',
    ],
    [
      '{"exchange": {"name": "x", "ccxt_config": ¦"k"}}',
      'exchange.ccxt_config: expected object, found string <hidden>',
    ],
    [
      '{"timeframe": ¦"5 minutes"}',
      'timeframe: expected string, found string "5 minutes"; allowed: a timeframe such as "5m", "1h" or "1d"',
    ],
    [
      '{"candlecast": {"max_candles": ¦99}}',
      'candlecast.max_candles: expected integer, found number 99; allowed: 100 to 100000',
    ],
    [
      '{"internals": {"process_throttle_secs": ¦0}}',
      'internals.process_throttle_secs: expected number, found number 0; allowed: at least 0.1',
    ],
    [
      '{"exchange": {"name": "x", "simulated": {"speed": ¦0}}}',
      'exchange.simulated.speed: expected number, found number 0; allowed: above 0',
    ],
    [
      '{"exchange": {"name": "x", "simulated": {"seed": ¦[]}}}',
      'exchange.simulated.seed: expected string or number, found array; allowed: any text or number',
    ],
    [
      '{"exchange": {"name": "x", "simulated": {"speed": ¦1e999}}}',
      'exchange.simulated.speed: expected number, found number Infinity; allowed: above 0',
    ],
    [
      '{"exchange": ¦{"pair_whitelist": []}}',
      'exchange.name: expected string, found nothing; allowed: "simulated", "recorded" or the name of an exchange in ccxt',
    ],
    [
      '{"exchange": {"name": ¦"recorded"}}',
      'exchange.recorded: expected object with the datadir of the recorded candles, or a datadir at the top, found nothing, although exchange.name is "recorded"',
    ],
    [
      '{"exchange": {"name": "x", "pair_blacklist": ["A/B", "C/D", ¦"A/B"]}}',
      'exchange.pair_blacklist.2: "A/B" stands in the list twice, here and at c.json:1:47; allowed: once',
    ],
    [
      '{"exchange": {"name": "x", "simulated": {"ticks_per_minute": ¦3}}}',
      'exchange.simulated.ticks_per_minute: expected integer, found number 3; allowed: 4 to 60',
    ],
    [
      '{"api_server": {"enabled": true, "username": ¦""}}',
      'api_server.username: expected string, found string ""; allowed: any text but ""',
    ],
    [
      '{"api_server": {"enabled": true, "password": ¦""}}',
      'api_server.password: expected string, found string ""; allowed: any text but ""',
    ],
    [
      '{"api_server": {"enabled": true, "jwt_secret_key": ¦""}}',
      'api_server.jwt_secret_key: expected string, found string ""; allowed: any text but ""',
    ],
    [
      '{"api_server": {"listen_port": ¦80}}',
      'api_server.listen_port: expected integer, found number 80; allowed: 1024 to 65535, or 0 for any free port',
    ],
    [
      '{"api_server": {"ws_token": ["t", ¦5]}}',
      'api_server.ws_token.1: expected string or object, found number <hidden>; allowed: any text but "", or an object with a token and what it opens',
    ],
    [
      '{"api_server": {"ws_token": ¦true}}',
      'api_server.ws_token: expected string or array of string or objects, found boolean <hidden>; allowed: any text but "", or an array of such and of objects with a token and what it opens',
    ],
    [
      '{"api_server": {"ws_token": [¦""]}}',
      'api_server.ws_token.0: expected string or object, found string ""; allowed: any text but "", or an object with a token and what it opens',
    ],
    [
      consumer('', ', "port": ¦"8080"'),
      'external_message_consumer.producers.0.port: expected integer, found string "8080"; allowed: 1 to 65535',
    ],
    [
      consumer('', ', "secure": ¦"true"'),
      'external_message_consumer.producers.0.secure: expected boolean, found string "true"; allowed: true or false',
    ],
    [
      consumer(', "message_size_limit": ¦2.5'),
      'external_message_consumer.message_size_limit: expected integer, found number 2.5; allowed: 1 to 20',
    ],
    [
      consumer(', "wait_timeout": ¦-1'),
      'external_message_consumer.wait_timeout: expected integer, found number -1; allowed: at least 0',
    ],
    [
      '{"external_message_consumer": {"enabled": true, "producers": [¦{"hosst": "h", "ws_token": "t"}]}}',
      'external_message_consumer.producers.0.host: expected string, found nothing; allowed: a host name or IP address alone, such as "127.0.0.1", without "ws://" and without a port; is "hosst" at 1:64 meant for it?',
    ],
    ['{"external_message_consumer": ¦5}', 'external_message_consumer: expected object, found number <hidden>'],
    [
      '{"external_message_consumer": {"enabled": ¦"yes"}}',
      'external_message_consumer.enabled: expected boolean, found string "yes"; allowed: true or false',
    ],
    [
      '{"external_message_consumer": {"enabled": ¦true}}',
      'external_message_consumer.producers: the consumer is enabled and has no producer to listen to; allowed: one producer or more',
    ],
    [
      '{"external_message_consumer": {"enabled": true, "producers": ¦[]}}',
      'external_message_consumer.producers: the consumer is enabled and has no producer to listen to; allowed: one producer or more',
    ],
  ])('is told where ¦ stands: %s', (marked, message) => {
    const [before, after] = marked.split('¦');
    const lines = before.split('\n');
    const column = lines[lines.length - 1].length + 1;
    expect(refusal(before + after).message).toBe(`c.json:${lines.length}:${column}: ${message}`);
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['port', [1, 65_535], [0, 65_536, 1.5, '1']],
    ['initial_candle_limit', [0, 1500], [-1, 1501]],
    ['message_size_limit', [1, 20], [0, 21]],
    ['wait_timeout', [0, 1e6], [-1, 0.5, '300']],
    ['ping_timeout', [0], [-1]],
    ['sleep_time', [0], [-1]],
    ['remove_entry_exit_signals', [true, false], [0, 'false', null]],
    [
      'host',
      ['h', 'a.b-c.org', 'my_host', '10.0.0.1', '::1', '[fe80::1]'],
      ['', 'ws://h', 'h:1', 'h/', 'a b', '[h]', 5],
    ],
    ['secure', [true, false], ['false', 0]],
    ['name', ['x', 'a b'], ['', 1]],
    ['ws_token', ['x'], ['', 1, ['x']]],
  ])('is told at the ends of the range of %s', (key, right, wrong) => {
    const isProducers = ['port', 'host', 'secure', 'name', 'ws_token'].includes(key);
    const textOf = (value: unknown) => {
      const producer = { host: 'h', ws_token: 't', ...(isProducers ? { [key]: value } : {}) };
      const section = { enabled: true, producers: [producer], ...(isProducers ? {} : { [key]: value }) };
      return JSON.stringify({ external_message_consumer: section });
    };
    for (const value of right) expect(() => parseConfig(textOf(value), 'c.json')).not.toThrow();
    const path = `external_message_consumer.${isProducers ? 'producers.0.' : ''}${key}`;
    for (const value of wrong) expect(refusal(textOf(value)).problems.map((problem) => problem.key)).toEqual([path]);
  });

  it.each<[unknown, boolean]>([
    ['2026-01-31', true],
    ['2026-01-31T12:00Z', true],
    ['2026-01-31T12:00:00.5+02:00', true],
    [1_767_225_600_000, true],
    ['2026-02-30', false],
    ['2026-13-01', false],
    ['2026-01-31T12:00:00', false],
    ['31 Jan 2026', false],
    ['', false],
    [-1, false],
    [1.5, false],
  ])('a start of %j is taken: %j', (start, taken) => {
    const text = JSON.stringify({ exchange: { name: 'simulated', simulated: { start } } });
    if (taken) expect(parseConfig(text, 'c.json').exchange?.simulated.start).toBe(start);
    else expect(refusal(text).problems.map(({ key }) => key)).toEqual(['exchange.simulated.start']);
  });

  it.each([
    [0, true],
    [1, false],
    [1023, false],
    [1024, true],
    [65_535, true],
    [65_536, false],
  ])('a listen_port of %j is taken: %j', (port, taken) => {
    const text = `{"api_server": {"listen_port": ${port}}}`;
    if (taken) expect(parseConfig(text, 'c.json').api_server.listen_port).toBe(port);
    else expect(refusal(text).code).toBe('CONFIG_INVALID_VALUE');
  });

  it('is listed with every other one, in the order of the lines', () => {
    const { code, problems } = refusal('{"exchange": {"name": "", "key": 1},\n"dry_run": 1,\n"bot_name": 1}');
    expect(problems.map(({ line, key }) => [line, key])).toEqual([
      [1, 'exchange.name'],
      [1, 'exchange.key'],
      [2, 'dry_run'],
      [3, 'bot_name'],
    ]);
    expect(code).toBe('CONFIG_INVALID_VALUE');
  });

  it('is cut when it is long, and keeps one line', () => {
    const error = refusal(JSON.stringify({ trading_mode: `\n${'x'.repeat(1000)}`, ['k\n'.repeat(99)]: 1 }));
    expect(error.message.length).toBeLessThan(200);
    expect(error.message.split('\n')).toHaveLength(1);
  });
});

describe('producers of one name', () => {
  it('are refused, both places named', () => {
    const text = `{"external_message_consumer": {"enabled": true, "producers": [
      {"name": "a", "host": "h", "ws_token": "t"},
      {"name": "b", "host": "h", "ws_token": "t"},
      {"name": "a", "host": "i", "ws_token": "t"}]}}`;
    const error = refusal(text);
    expect(error.code).toBe('CONFIG_DUPLICATE_PRODUCER');
    expect(error.message).toBe(
      'c.json:4:16: external_message_consumer.producers.2.name: the producers here and at c.json:2:16 have the same name, "a"; allowed: a name for each',
    );
  });

  it('are refused when the default makes them one', () => {
    const text = `{"external_message_consumer": {"enabled": true, "producers": [
      {"host": "h", "ws_token": "t"},
      {"name": "default", "host": "h", "ws_token": "t"}]}}`;
    expect(refusal(text).problems).toMatchObject([{ code: 'CONFIG_DUPLICATE_PRODUCER', line: 3, column: 16 }]);
  });
});

describe('a consumer that is not enabled', () => {
  it.each(['"enabled": false, ', ''])('stops nothing and has no effect: %s', (enabled) => {
    const text = `{"external_message_consumer": {${enabled}"producers": [{"host": 5}, "x"], "sleep_time": 99}}`;
    const { config, warnings, sources } = assembleConfig([{ text, file: 'c.json' }]);
    expect(config).toEqual(parseConfig('{}', 'c.json'));
    expect(warnings.map(({ key }) => key)).toEqual([
      'external_message_consumer.producers.0.host',
      'external_message_consumer.producers.0.ws_token',
      'external_message_consumer.producers.1',
    ]);
    expect(sources.get('external_message_consumer.sleep_time')).toBe('default');
  });

  it('warns of nothing when nothing is wrong', () => {
    const text = consumer('').replace('"enabled": true', '"enabled": false');
    expect(assembleConfig([{ text, file: 'c.json' }])).toMatchObject({ warnings: [], unknown: [], unsupported: [] });
  });

  it('does not hide what is wrong elsewhere', () => {
    const text = '{"external_message_consumer": {"enabled": false, "producers": 5}, "dry_run": 5}';
    expect(refusal(text).problems.map(({ key }) => key)).toEqual(['dry_run']);
  });
});

describe('what freqtrade reads too', () => {
  const exchangeOf = (exchange: object) =>
    assembleConfig([{ text: JSON.stringify({ exchange: { name: 'x', ...exchange } }), file: 'c.json' }]);

  it.each<[object, object]>([
    [{ api_key: 'a', apiKey: 'b', key: 'c' }, { key: 'a' }],
    [{ apiKey: 'b', key: 'c' }, { key: 'b' }],
    [{ api_key: null, key: 'c' }, { key: 'c' }],
    [{ account_id: 'a', accountId: 'b' }, { account_id: 'a' }],
    [
      { accountId: 'b', walletAddress: 'w', privateKey: 'p' },
      { account_id: 'b', wallet_address: 'w', private_key: 'p' },
    ],
  ])('is one setting under several names: %j', (exchange, expected) => {
    const { config, unknown, unsupported } = exchangeOf(exchange);
    expect(config.exchange).toMatchObject(expected);
    expect(Object.keys(config.exchange ?? {})).not.toContain('apiKey');
    expect(unknown).toEqual([]);
    expect(unsupported.every(({ key }) => /_(id|address|key)$/.test(key))).toBe(true);
  });

  it('is null for what is not there', () => {
    const { config, warnings } = exchangeOf({ key: null, secret: null, password: null, uid: null });
    for (const name of ['key', 'secret', 'password', 'uid']) expect(config.exchange).not.toHaveProperty(name);
    expect(warnings).toEqual([]);
    const text =
      '{"strategy": null, "pairlists": [{"method": "VolumePairList", "number_assets": 1, "max_value": null}]}';
    const others = parseConfig(text, 'c.json');
    expect(others).not.toHaveProperty('strategy');
    expect(others.pairlists[0]).not.toHaveProperty('max_value');
    expect(refusal('{"timeframe": null}').code).toBe('CONFIG_INVALID_VALUE');
  });
});

describe('the datadir at the top', () => {
  const load = (config: object) => assembleConfig([{ text: JSON.stringify(config), file: 'c.json' }]);

  it.each([{}, { recorded: {} }, { recorded: { speed: 2 } }])(
    'is where recorded candles lie that have no folder of their own: %j',
    (more) => {
      const { config, sources } = load({ datadir: 'd', exchange: { name: 'recorded', ...more } });
      expect(config.exchange?.recorded).toMatchObject({ datadir: 'd' });
      expect(sources.get('exchange.recorded.datadir')).toEqual({ file: 'c.json', line: 1, column: 12 });
    },
  );

  it('gives way to their own, and adds nothing to another exchange', () => {
    const own = load({ datadir: 'd', exchange: { name: 'recorded', recorded: { datadir: 'own' } } });
    expect(own.config.exchange?.recorded?.datadir).toBe('own');
    const { config, warnings } = load({ datadir: 'd', exchange: { name: 'simulated' } });
    expect(config.exchange).not.toHaveProperty('recorded');
    expect(warnings).toEqual([]);
  });
});

describe('several configs', () => {
  it('are merged: objects key by key, lists replaced, the later one wins', () => {
    const { config, files, sources } = assembleConfig([
      { file: 'a.json', text: '{"bot_name": "a", "exchange": {"name": "x", "pair_whitelist": ["A/B", "C/D"]}}' },
      { file: 'b.json', text: '{"dry_run": false,\n "exchange": {"pair_whitelist": ["E/F"], "key": "k"}}' },
    ]);
    expect(config).toMatchObject({ bot_name: 'a', dry_run: false });
    expect(config.exchange).toMatchObject({ name: 'x', pair_whitelist: ['E/F'], key: 'k' });
    expect(files).toEqual(['a.json', 'b.json']);
    expect(sources.get('bot_name')).toEqual({ file: 'a.json', line: 1, column: 14 });
    expect(sources.get('exchange.pair_whitelist')).toEqual({ file: 'b.json', line: 2, column: 33 });
    expect(sources.get('api_server.enabled')).toBe('default');
  });

  it('are blamed by their own names', () => {
    const error = refusal(['\n\n\n{"dry_run": 1, "bot_name": 5}', '\n{"bot_name": "b", "api_server": {"enabled": 1}}']);
    expect(error.problems.map(({ file, line, column, key }) => [file, line, column, key])).toEqual([
      ['0.json', 4, 13, 'dry_run'],
      ['1.json', 2, 45, 'api_server.enabled'],
    ]);
  });

  it('all have their syntax errors told', () => {
    const { problems } = refusal(['{', '{}', '{"a" 1}']);
    expect(problems.map(({ file, line, column }) => [file, line, column])).toEqual([
      ['0.json', 1, 2],
      ['2.json', 1, 6],
    ]);
  });

  it('name both places of a pair only within one list, never across files', () => {
    const texts = [
      '{"exchange": {"name": "x", "pair_whitelist": ["A/B"]}}',
      '{"exchange": {"pair_whitelist": ["A/B"]}}',
    ];
    const merged = assembleConfig(texts.map((text, index) => ({ text, file: `${index}.json` })));
    expect(merged.config.exchange?.pair_whitelist).toEqual(['A/B']);
  });

  it('are none: every default', () => {
    expect(assembleConfig([]).config).toEqual(parseConfig('{}', 'c.json'));
  });
});

describe('secrets', () => {
  const SECRET = 'hunter2secret';

  it.each([
    `{"exchange": {"name": 5, "key": "${SECRET}", "secret": ["${SECRET}"], "password": {"x": "${SECRET}"}}}`,
    `{"exchange": "${SECRET}"}`,
    `{"api_server": "${SECRET}"}`,
    `{"api_server": {"ws_token": ["${SECRET}", 5], "jwt_secret_key": ["${SECRET}"], "password": ["${SECRET}"]}}`,
    `{"external_message_consumer": {"enabled": true, "producers": ["${SECRET}"]}}`,
    `{"external_message_consumer": {"enabled": true, "producers": "${SECRET}"}}`,
    `{"external_message_consumer": {"enabled": true, "producers": [{"host": "u:${SECRET}@h", "ws_token": ["${SECRET}"]}]}}`,
    consumer('', `, "name": 5`).replace('"h"', `"ws://u:${SECRET}@h:8080/"`),
    consumer('', `, "name": 5`).replace('"h"', `"ws://h/api/v1/message/ws?token=${SECRET}"`),
    `{"api_server": {"ws_token" "${SECRET}"}}`,
    `{"api_server": {"ws_token": "${SECRET}}}`,
    `{"api_server": {"ws_token": ${SECRET}}}`,
    `{"api_server": {"ws_token": '${SECRET}'}}`,
    `{"api_server": {"ws_token": "a" "${SECRET}": 5}}`,
  ])('never stand in an error: %s', (text) => {
    const error = refusal(text);
    expect(`${error.message} ${JSON.stringify([error.problems, error.value, error.cause])}`).not.toContain(SECRET);
  });
});

describe('keys without an effect', () => {
  it('of freqtrade are told as not supported', () => {
    const { unsupported, unknown } = assembleConfig([{ file: 'c.json', text: fixture('freqtrade-trading.json') }]);
    expect(unsupported.map(({ key }) => key)).toEqual([
      'max_open_trades',
      'stake_amount',
      'tradable_balance_ratio',
      'fiat_display_currency',
      'dry_run_wallet',
      'cancel_open_orders_on_exit',
      'unfilledtimeout',
      'entry_pricing',
      'exit_pricing',
      'telegram',
      'api_server.verbosity',
      'force_entry_enable',
    ]);
    expect(unsupported[0]).toMatchObject({ file: 'c.json', line: 3, column: 3 });
    expect(unknown).toEqual([]);
  });

  it.each([
    ['{"pairlists": [{"method": "Volumepairlist"}]}', 'did you mean "VolumePairList"?'],
    [
      '{"pairlists": [{"method": "rangestabilityfiltr"}]}',
      'did you mean "RangeStabilityFilter", which is not supported',
    ],
    ['{"exchange": {"nmae": "simulated"}}', 'is "nmae" at 1:15 meant for it?'],
  ])('and values that nobody knows are told with what was meant: %s', (text, hint) => {
    expect(refusal(text).message).toContain(hint);
  });

  it('that stand twice are told, and the later counts', () => {
    const text =
      '{"bot_name": "a", "exchange": {"name": "x", "key": "k"}, "bot_name": "b", "exchange": {"name": "hunter2"}}';
    const { config, warnings } = assembleConfig([{ text, file: 'c.json' }]);
    expect(config.bot_name).toBe('b');
    expect(config.exchange).toMatchObject({ name: 'hunter2' });
    expect(config.exchange).not.toHaveProperty('key');
    expect(warnings).toMatchObject([
      { code: 'CONFIG_DUPLICATE_KEY', key: 'bot_name' },
      { code: 'CONFIG_DUPLICATE_KEY', key: 'exchange' },
    ]);
    expect(JSON.stringify(warnings)).not.toContain('hunter2');
  });

  it.each([2.5, -0.5, -1, 0])('takes %d as max_open_trades, as freqtrade does', (count) => {
    expect(parseConfig(`{"max_open_trades": ${count}}`, 'c.json').max_open_trades).toBe(count);
  });

  it('that nobody knows are told with what was meant', () => {
    const text = `{"dry_runn": 1, "exchange": {"name": "x", "pair_whitelst": []}, "ws_token": "t", "quux_frobnicate": 1,
      "external_message_consumer": {"enabled": true, "producers": [{"host": "h", "ws_token": "t", "prt": 1}]}, "stoplos": 1}`;
    const { unknown } = assembleConfig([{ text, file: 'c.json' }]);
    expect(unknown.map(({ line, key, nearest }) => [line, key, nearest])).toEqual([
      [1, 'dry_runn', 'dry_run'],
      [1, 'exchange.pair_whitelst', 'exchange.pair_whitelist'],
      [1, 'ws_token', 'api_server.ws_token'],
      [1, 'quux_frobnicate', undefined],
      [2, 'external_message_consumer.producers.0.prt', 'external_message_consumer.producers.0.port'],
      [2, 'stoplos', 'stoploss'],
    ]);
    expect(unknown[0].message).toBe('there is no such setting, so it has no effect; did you mean "dry_run"?');
    expect('nearest' in unknown[3]).toBe(false);
  });

  it('may have names of the language itself', () => {
    const text = '{"__proto__": {"dry_run": false}, "constructor": 1, "toString": 2, "hasOwnProperty": 3}';
    const { config, unknown } = assembleConfig([{ text, file: 'c.json' }]);
    expect(config.dry_run).toBe(true);
    expect(unknown.map(({ key }) => key)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
  });
});

describe('a large config', () => {
  it('is refused above 1 MiB', () => {
    const filled = (size: number) => `{}${' '.repeat(size - 2)}`;
    expect(() => parseConfig(filled(2 ** 20), 'c.json')).not.toThrow();
    expect(refusal(filled(2 ** 20 + 1)).code).toBe('CONFIG_TOO_LARGE');
  });

  it('has a message of bounded length and all of its problems', () => {
    const error = refusal(
      JSON.stringify({ exchange: { name: 'x', pair_whitelist: Array.from({ length: 2000 }, () => 5) } }),
    );
    expect(error.problems).toHaveLength(2000);
    expect(error.message.split('\n')).toHaveLength(501);
    expect(error.message.endsWith('\nand 1500 more')).toBe(true);
  });
});

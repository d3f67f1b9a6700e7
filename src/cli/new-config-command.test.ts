import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { loadConfig, UNKNOWN_TOKEN } from '../config/index.ts';
import { main } from './main.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-new-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function make(file: string, ...args: readonly string[]) {
  const { terminal, out, err } = textTerminal();
  const code = await main(['new-config', '-c', at(file), ...args], terminal);
  return { code, out: out().replaceAll(`${folder}/`, ''), err: err().replaceAll(`${folder}/`, '') };
}

describe('new-config', () => {
  it.each([
    ['producer', 'simulated', 'spot'],
    ['producer', 'binance', 'futures'],
    ['producer', 'recorded', 'spot'],
    ['consumer', 'simulated', 'spot'],
    ['consumer', 'kraken', 'spot'],
    ['bot', 'binance', 'spot'],
  ])('writes a config for a %s on %s, %s, that has nothing unknown', async (role, exchange, mode) => {
    const file = `${role}-${exchange}-${mode}.json`;
    const { code, err } = await make(file, '--role', role, '--exchange', exchange, '--trading-mode', mode, '--yes');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { config, unknown, unsupported, warnings } = await loadConfig([at(file)]);
    expect([unknown, warnings]).toEqual([[], []]);
    expect(unsupported.map(({ key }) => key)).toEqual(mode === 'futures' ? ['margin_mode'] : []);
    expect(config.exchange?.name).toBe(exchange);
    expect(config.trading_mode).toBe(mode);
    expect(config.api_server.enabled).toBe(role === 'producer');
    expect(config.external_message_consumer.enabled).toBe(role === 'consumer');
    expect(config.process_only_new_candles).toBe(role === 'consumer' ? false : undefined);
    expect(statSync(at(file)).mode & 0o777).toBe(0o600);
  });

  it('can be uncommented line by line', async () => {
    for (const role of ['producer', 'consumer', 'bot']) {
      await make(`${role}-hints.json`, '--role', role, '--yes');
      const text = readFileSync(at(`${role}-hints.json`), 'utf8');
      expect(text).toMatch(/^ *\/\/ "/m);
      writeFileSync(at(`${role}-all.json`), text.replaceAll(/^( *)\/\/ (".*)$/gm, '$1$2'));
      const { config, unknown } = await loadConfig([at(`${role}-all.json`)]);
      expect(unknown).toEqual([]);
      expect(config).toMatchObject({ strategy: 'MyStrategy', timeframe: '5m' });
    }
  });

  it('says above every setting what it is for', async () => {
    await make('commented.json', '--role', 'consumer', '--yes');
    const lines = readFileSync(at('commented.json'), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (!/^ *(\/\/ )?"/.test(line) || line.includes('"$schema"')) continue;
      expect(lines[index - 1]).toMatch(/^ *\/\/ [A-Z]/);
    }
  });

  it('makes secrets of its own, and shows none', async () => {
    const [first, second] = [await make('one.json', '--yes'), await make('two.json', '--yes')];
    const servers = await Promise.all(
      ['one.json', 'two.json'].map(async (name) => (await loadConfig([at(name)])).config.api_server),
    );
    for (const name of ['ws_token', 'jwt_secret_key', 'password'] as const) {
      const [one, two] = servers.map((server) => {
        const secret: unknown = server[name];
        return typeof secret === 'string' ? secret : '';
      });
      expect(one).not.toBe(two);
      expect(one).toMatch(name === 'password' ? /^[\w-]{22}$/ : /^[\w-]{43}$/);
      expect(first.out + second.out).not.toContain(one);
    }
  });

  it('takes what options say', async () => {
    const consumer = [
      '--role',
      'consumer',
      '--producer-name',
      'north',
      '--producer-host',
      'h',
      '--producer-port',
      '9',
      '--producer-secure',
    ];
    const common = ['--yes', '--name', 'south', '-s', 'S', '--pairs', 'A/B', 'C/D', '--ws-token', 'token'];
    await make('options.json', ...common, ...consumer);
    const { config } = await loadConfig([at('options.json')]);
    expect(config).toMatchObject({
      bot_name: 'south',
      strategy: 'S',
      exchange: { pair_whitelist: ['A/B', 'C/D'] },
      pairlists: [{ method: 'StaticPairList' }],
    });
    const producer = { name: 'north', host: 'h', port: 9, secure: true, ws_token: 'token' };
    expect(config.external_message_consumer.producers).toEqual([producer]);
    await make('listen.json', '--yes', '--listen', '0.0.0.0', '--port', '9090');
    const { api_server: server } = (await loadConfig([at('listen.json')])).config;
    expect(server).toMatchObject({ listen_ip_address: '0.0.0.0', listen_port: 9090 });
  });

  it('says what is left to do', async () => {
    expect((await make('todo.json', '--role', 'consumer')).out).toBe(
      [
        'wrote todo.json: a consumer on simulated',
        `put the producer's ws_token where it says "${UNKNOWN_TOKEN}"`,
        'write a strategy with: candlecast new-strategy MyStrategy',
        'look at it with: candlecast show-config -c todo.json',
        'start it with: candlecast trade -c todo.json -s <strategy>',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await make('json.json', '--json')).out)).toMatchObject({
      type: 'config-written',
      role: 'producer',
    });
  });

  it('replaces a file only when told to, and makes it private', async () => {
    writeFileSync(at('there.json'), 'mine', { mode: 0o644 });
    const refused = await make('there.json', '--yes');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toBe(
      'error: there.json: the file is there already; name another with -c, or replace it with --force [CONFIG_EXISTS]\n',
    );
    expect(readFileSync(at('there.json'), 'utf8')).toBe('mine');
    expect((await make('there.json', '--yes', '--force')).code).toBe(0);
    expect(statSync(at('there.json')).mode & 0o777).toBe(0o600);
    expect((await make('there.json/under.json', '--yes')).err).toContain('[CONFIG_NOT_WRITTEN]');
  });

  it('writes nothing where an option is wrong', async () => {
    const { code, err } = await make('wrong.json', '--yes', '--role', 'consumer', '--producer-host', 'ws://h');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: the command line: external_message_consumer\.producers\.0\.host: expected string, found string "ws:\/\/h"/,
    );
    expect(() => statSync(at('wrong.json'))).toThrow('ENOENT');
  });
});

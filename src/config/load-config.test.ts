import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOracle } from '../../tests/fixtures/config-oracle/read-oracle.ts';
import { ConfigError } from './config-error.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey } from './json-node.ts';
import { loadConfig, mergeConfigFiles } from './load-config.ts';

let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candlecast-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(...paths: readonly string[]): Promise<ConfigError> {
  const error: unknown = await loadConfig(paths).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error;
  throw new Error('no ConfigError', { cause: error });
}

describe('loadConfig', () => {
  it('merges files in order', async () => {
    await writeFile(inFolder('public.json'), '{"exchange": {"name": "binance", "key": ""}}');
    await writeFile(inFolder('private.json'), '\uFEFF{"exchange": {"key": "k"}}');
    const paths = [inFolder('public.json'), inFolder('private.json')];
    const { config, files, sources } = await loadConfig(paths);
    expect(config.exchange).toMatchObject({ name: 'binance', key: 'k' });
    expect(files).toEqual(paths);
    expect(sources.get('exchange.key')).toEqual({ file: paths[1], line: 1, column: 22 });
  });

  it('tells a file that does not exist', async () => {
    const path = inFolder('absent.json');
    expect(await refusal(path)).toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: `${path}:1:1: there is no such file`,
    });
    await writeFile(inFolder('plain.json'), '{}');
    expect((await refusal(inFolder('plain.json/config.json'))).code).toBe('CONFIG_NOT_FOUND');
  });

  it('tells a folder', async () => {
    await mkdir(inFolder('folder'));
    expect((await refusal(inFolder('folder'))).code).toBe('CONFIG_NOT_A_FILE');
  });

  it('tells a file that can not be read', async () => {
    await symlink(inFolder('loop.json'), inFolder('loop.json'));
    const error = await refusal(inFolder('loop.json'));
    expect(error.code).toBe('CONFIG_UNREADABLE');
    expect(error.message).toContain('ELOOP');
    expect((await refusal('nul\0.json')).code).toBe('CONFIG_UNREADABLE');
  });

  it('tells a file that is too large', async () => {
    await writeFile(inFolder('large.json'), `{}${' '.repeat(2 ** 20)}`);
    expect((await refusal(inFolder('large.json'))).code).toBe('CONFIG_TOO_LARGE');
    // Bytes count, not characters: é has two.
    await writeFile(inFolder('large.json'), `{"bot_name": "${'é'.repeat(2 ** 19)}"}`);
    expect((await refusal(inFolder('large.json'))).code).toBe('CONFIG_TOO_LARGE');
  });

  it.each<[string, Uint8Array, number, number, string]>([
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 1, 1, 'expected UTF-8 text, found UTF-16'],
    [
      'Latin-1',
      Buffer.concat([Buffer.from('{\n  "bot_name": "é '), Buffer.from([0xe9]), Buffer.from('"}')]),
      2,
      18,
      'expected UTF-8 text, found bytes that are no UTF-8',
    ],
  ])('tells %s', async (name, bytes, line, column, message) => {
    const path = inFolder(`${name}.json`);
    await writeFile(path, bytes);
    expect((await refusal(path)).problems).toMatchObject([{ code: 'CONFIG_NOT_UTF8', line, column, message }]);
  });

  it('tells of every file at once', async () => {
    await writeFile(inFolder('broken.json'), '{');
    const { problems } = await refusal(inFolder('absent.json'), inFolder('broken.json'), inFolder('gone.json'));
    expect(problems.map(({ code }) => code).toSorted()).toEqual([
      'CONFIG_NOT_FOUND',
      'CONFIG_NOT_FOUND',
      'CONFIG_SYNTAX',
    ]);
  });
});

const oracle = readOracle();

/** Writes files into a folder of their own, below the test's. */
async function folderWith(name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  const place = inFolder(name.replaceAll(/\W/g, '-'));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return place;
}

describe('several files, inclusion and environment', () => {
  it.each(oracle.merges)('are merged as in freqtrade: $name', async ({ name, files, load, environment, result }) => {
    const place = await folderWith(name, files);
    const paths = load.map((file) => join(place, file));
    if (result === undefined) await expect(mergeConfigFiles(paths, { environment })).rejects.toThrow(ConfigError);
    else expect(await mergeConfigFiles(paths, { environment })).toEqual(result);
  });

  it('lists the files in the order in which they were merged', async () => {
    const place = await folderWith('order', {
      'a.json': { add_config_files: ['b.json', 'sub/c.json'] },
      'b.json': {},
      'sub/c.json': { add_config_files: ['d.json'], bot_name: 'c' },
      'sub/d.json': {},
    });
    const { files, sources, unsupported, unknown } = await loadConfig([join(place, 'a.json')]);
    const names = ['b.json', 'sub/d.json', 'sub/c.json', 'a.json'];
    expect(files).toEqual(names.map((name) => join(place, name)));
    expect(sources.get('bot_name')).toMatchObject({ file: join(place, 'sub/c.json') });
    expect([unsupported, unknown]).toEqual([[], []]);
  });

  it('are looked for where a file lies itself, not where a link to it does', async () => {
    const place = await folderWith('links', {
      'real/main.json': { add_config_files: ['beside.json'] },
      'real/beside.json': { bot_name: 'beside' },
      'other/beside.json': { bot_name: 'wrong' },
    });
    await symlink(join(place, 'real/main.json'), join(place, 'other/main.json'));
    expect((await loadConfig([join(place, 'other/main.json')])).config.bot_name).toBe('beside');
    const absolute = await folderWith('absolute', {
      'a.json': { add_config_files: [join(place, 'real/beside.json')] },
    });
    expect((await loadConfig([join(absolute, 'a.json')])).config.bot_name).toBe('beside');
  });

  it('are told of at the entry that names them', async () => {
    const place = await folderWith('blame', {
      'main.json': '{\n  "add_config_files": ["gone.json", 5, "", "loop.json",\n "broken.json"]\n}',
      'loop.json': '{"add_config_files": ["main.json"]}',
      'broken.json': '{\n"a" 1}',
    });
    const main = join(place, 'main.json');
    const { problems } = await refusal(main);
    const told = problems.map(({ file, line, column, code, key }) => [
      file.slice(place.length + 1),
      line,
      column,
      code,
      key,
    ]);
    expect(told).toEqual([
      ['loop.json', 1, 23, 'CONFIG_INCLUDE_LOOP', 'add_config_files.0'],
      ['broken.json', 2, 5, 'CONFIG_SYNTAX', ''],
      ['main.json', 2, 24, 'CONFIG_NOT_FOUND', 'add_config_files.0'],
      ['main.json', 2, 37, 'CONFIG_INVALID_VALUE', 'add_config_files.1'],
      ['main.json', 2, 40, 'CONFIG_INVALID_VALUE', 'add_config_files.2'],
    ]);
    expect(problems[2].message).toBe(`${join(place, 'gone.json')}: there is no such file`);
    const wrong = await folderWith('wrong', { 'a.json': { add_config_files: 'b.json' } });
    expect((await refusal(join(wrong, 'a.json'))).message).toContain('add_config_files: expected array of strings');
  });

  it('are bounded in number', async () => {
    const twenty = (name: string) => Array.from({ length: 20 }, () => name);
    const place = await folderWith('many', {
      'a.json': { add_config_files: twenty('b.json') },
      'b.json': { add_config_files: twenty('c.json') },
      'c.json': { add_config_files: twenty('d.json') },
      'd.json': {},
    });
    const { problems } = await refusal(join(place, 'a.json'));
    expect(problems.map(({ code }) => code)).toEqual(['CONFIG_INCLUDE_LIMIT']);
  });

  it('give way to the command line', async () => {
    const place = await folderWith('options', { 'a.json': { strategy: 'A', user_data_dir: 'a' } });
    const { config, sources } = await loadConfig([join(place, 'a.json')], {
      environment: { FREQTRADE__STRATEGY: 'B' },
      commandLine: { strategy: 'C', 'exchange.name': 'simulated', user_data_dir: undefined },
    });
    expect(config).toMatchObject({ strategy: 'C', user_data_dir: 'a', exchange: { name: 'simulated' } });
    expect(sources.get('strategy')).toMatchObject({ origin: 'command line' });
  });
});

/** Where Candlecast's default is not freqtrade's. */
const OWN_DEFAULTS = new Set(['bot_name']);

describe("the set-ups of freqtrade's documentation", () => {
  const setup = (name: string) =>
    fileURLToPath(new URL(`../../tests/fixtures/config/setups/${name}.json`, import.meta.url));
  const byKey = (config: object) => new Map(flattenConfig(config).map(({ path, value }) => [dottedKey(path), value]));

  it.each(Object.entries(oracle.setups))('%s has the values that it has in freqtrade', async (name, theirs) => {
    const { config, sources, unknown, unsupported, warnings } = await loadConfig([setup(name)]);
    expect([unknown, warnings]).toEqual([[], []]);
    const [ours, merged, effective] = [byKey(config), byKey(theirs.merged), byKey(theirs.effective)];
    for (const [key, value] of ours) {
      const isOwn = sources.get(key) === 'default' && (OWN_DEFAULTS.has(key) || !effective.has(key));
      if (!isOwn) expect([key, value]).toEqual([key, effective.get(key)]);
    }
    // Nothing that is written there is lost without a word.
    for (const [key, value] of merged) {
      const isTold = unsupported.some((note) => key === note.key || key.startsWith(`${note.key}.`));
      expect([key, ours.has(key) || value === null || isTold]).toEqual([key, true]);
    }
  });

  it('are told apart by role', async () => {
    const producer = (await loadConfig([setup('producer')])).config;
    expect(producer.api_server).toMatchObject({ enabled: true, listen_port: 8085, ws_token: 'test-token-1' });
    expect(producer.external_message_consumer.enabled).toBe(false);
    const { config, sources } = await loadConfig([setup('several-producers')]);
    expect(config.external_message_consumer.producers.map(({ name, port }) => [name, port])).toEqual([
      ['near', 8080],
      ['far', 443],
    ]);
    expect(config.exchange).toMatchObject({ name: 'bybit', key: 'test-exchange-key' });
    expect(config.bot_name).toBe('from-secrets');
    expect(sources.get('exchange.key')).toMatchObject({ file: setup('secrets') });
  });
});

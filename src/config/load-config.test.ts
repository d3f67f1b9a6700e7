import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

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

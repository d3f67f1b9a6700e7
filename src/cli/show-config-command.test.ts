import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { main } from './main.ts';
import { textWidth } from './text-width.ts';

const TOKEN = 'a token that nobody may see';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlecast-show-config-'));
  writeFileSync(
    join(folder, 'base.json'),
    `{\n  "$schema": "https://schema.freqtrade.io/schema.json",\n  "stake_amount": 100,\n  "max_opn_trades": 3,\n  "bot_name": "base"\n}`,
  );
  writeFileSync(
    join(folder, 'api.json'),
    `{"api_server": {"enabled": true, "ws_token": "${TOKEN}"}, "bot_name": "over"}`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function show(...args: readonly string[]) {
  const { terminal, out, err } = textTerminal();
  const files = ['base.json', 'api.json'].flatMap((name) => ['-c', join(folder, name)]);
  const code = await main(['show-config', ...files, ...args], terminal);
  return { code, out: out(), err: err() };
}

describe('show-config', () => {
  it('prints a table of settings with their sources, secrets hidden, and remarks', async () => {
    const { code, out, err } = await show();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.replaceAll(`${folder}/`, '').split('\n');
    expect(lines[0]).toMatch(/^setting +value +from$/);
    expect(lines).toContainEqual(expect.stringMatching(/^bot_name +over +api\.json:1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^api_server\.ws_token +<hidden> +api\.json:1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^candlecast\.max_candles +1500 +default$/));
    expect(lines.slice(-3)).toEqual([
      'unknown: max_opn_trades (base.json:4); did you mean max_open_trades?',
      'not supported yet: stake_amount (base.json:3)',
      '',
    ]);
    expect(out).not.toContain(TOKEN);
    expect(out).not.toContain('$schema');
  });

  it('reads the environment and files that files name', async () => {
    writeFileSync(
      join(folder, 'including.json'),
      '{"add_config_files": ["base.json"], "external_message_consumer": {"sleep_time": "x"}}',
    );
    vi.stubEnv('FREQTRADE__DRY_RUN', 'false');
    vi.stubEnv('CANDLECAST__API_SERVER__WS_TOKEN', TOKEN);
    const { terminal, out } = textTerminal();
    expect(await main(['show-config', '-c', join(folder, 'including.json'), '--userdir', 'mine'], terminal)).toBe(0);
    vi.unstubAllEnvs();
    const lines = out().replaceAll(`${folder}/`, '').split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^dry_run +false +FREQTRADE__DRY_RUN$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^api_server\.ws_token +<hidden> +CANDLECAST__API_SERVER__WS_TOKEN$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^user_data_dir +mine +the command line$/));
    expect(lines).toContainEqual(expect.stringMatching(/^bot_name +base +base\.json:5$/));
    expect(lines).toContainEqual(
      'wrong, and switched off: external_message_consumer.sleep_time (including.json:1): expected integer, found string "x"; allowed: at least 0',
    );
    expect(out()).not.toContain(TOKEN);
  });

  it.each([80, 100, 120])('fits %d columns, each setting with its value and the end of its source', async (columns) => {
    const { terminal, out } = textTerminal({ isTTY: true, columns, rows: 24 });
    const producers = [{ name: 'a', host: 'h', ws_token: TOKEN }];
    const file = join(folder, 'wide.json');
    const text = { bot_name: 'a long name '.repeat(20), external_message_consumer: { enabled: true, producers } };
    writeFileSync(file, JSON.stringify(text));
    expect(await main(['show-config', '-c', file], terminal)).toBe(0);
    const lines = stripVTControlCharacters(out()).trimEnd().split('\n');
    expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^external_message_consumer\.remove_entry_exit_signals +false +default$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^bot_name +a long nam.*… +(….*)?wide\.json:1$/));
    const program = textTerminal({ isTTY: true, columns });
    expect(await main(['show-config', '-c', file, '--json'], program.terminal)).toBe(0);
    expect(program.out()).toContain(text.bot_name);
    expect(JSON.parse(program.out()).settings).toHaveLength(lines.length - 1);
  });

  it('is whole where no terminal reads it', async () => {
    const { terminal, out } = textTerminal();
    const name = 'a long name '.repeat(20);
    const file = join(folder, 'whole.json');
    writeFileSync(file, JSON.stringify({ bot_name: name }));
    await main(['show-config', '-c', file], terminal);
    expect(out()).toContain(name);
    expect(out()).toContain(`${file}:1`);
  });

  it('tells keys that stand twice, and hides what ccxt logs in with', async () => {
    const { terminal, out } = textTerminal();
    const file = join(folder, 'twice.json');
    const ccxt = `{"headers": {"Authorization": "${TOKEN}"}, "httpsProxy": "http://u:${TOKEN}@proxy:1"}`;
    writeFileSync(file, `{"bot_name": "a",\n "bot_name": "b", "exchange": {"name": "x", "ccxt_config": ${ccxt}}}`);
    expect(await main(['show-config', '-c', file], terminal)).toBe(0);
    expect(out()).toMatch(/^bot_name +b /m);
    expect(out()).toContain(
      `twice: bot_name (${file}:2): this key stands here and at 1:2; this one, the later, counts\n`,
    );
    expect(out()).toMatch(/httpsProxy +http:\/\/<hidden>@proxy:1 /);
    expect(out()).not.toContain(TOKEN);
  });

  it('prints the same as JSON', async () => {
    const { out } = await show('--json');
    expect(out).not.toContain(TOKEN);
    expect(JSON.parse(out)).toMatchObject({
      settings: expect.arrayContaining([
        expect.objectContaining({ key: 'bot_name', value: 'over', secret: false }),
        expect.objectContaining({ key: 'api_server.ws_token', value: '<hidden>', secret: true }),
        expect.objectContaining({ key: 'dry_run', value: true, source: 'default' }),
      ]),
      unknown: [expect.objectContaining({ key: 'max_opn_trades', line: 4 })],
      unsupported: [expect.objectContaining({ key: 'stake_amount' })],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { main } from './main.ts';

async function run(...argv: readonly string[]) {
  const { terminal, out, err } = textTerminal();
  const code = await main(argv, terminal);
  return { code, out: out(), err: err() };
}

describe('the command line', () => {
  const commands = 'trade demo watch serve-market new-config show-config new-strategy list-strategies list-indicators';
  const others = 'download-data list-data list-exchanges list-pairs list-markets list-timeframes test-pairlist';

  it.each([[], ...`${commands} ${others}`.split(' ').map((name) => [name])])(
    'has help with examples: %s',
    async (...command) => {
      const { code, out, err } = await run(...command, '--help');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: candlecast/);
      expect(out).toMatch(/^Examples:\n {2}\S*\s?candlecast /m);
    },
  );

  it('prints its version', async () => {
    const { code, out } = await run('--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['trad'], "unknown command 'trad'", 'Did you mean trade?'],
    [['trade', '--confg', 'x'], "unknown option '--confg'", 'Did you mean --config?'],
    [['demo', '--speed', '-3'], "argument '-3' is invalid", 'Expected a number above 0, at most 3000.'],
    [['demo', '--exit-after', 'x'], "argument 'x' is invalid", 'Expected a whole number, 1 or more.'],
    [['demo', '--pairs', '5000'], "argument '5000' is invalid", 'Expected a whole number, from 1 to 2000.'],
    [['demo', '--candles', 'x', '--pairs', '3'], "option '--candles <folder>' cannot be used with", '--pairs'],
    [['watch'], "missing required argument 'url'", '--help'],
    [['watch', 'foo:bar'], 'expected ws://host:port or host:port', 'found "foo:bar"'],
    [['watch', 'ws://foo:bar?token=hush', '--verbose'], 'expected ws://host:port', 'token=<hidden>'],
    [['show-config', '-c'], "'-c, --config <file...>' argument missing", '--help'],
  ])('says what is wrong with %j', async (argv, problem, hint) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(problem);
    expect(err).toContain(hint);
    expect(err).toContain('Run it with --help for what it takes, with examples.');
    expect(err).not.toMatch(/^\s+at /m);
    expect(err).not.toContain('hush');
  });

  it('shows its commands where none is given', async () => {
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toContain('Commands:');
  });
});

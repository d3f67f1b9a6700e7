import { describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { BotError } from '../bot/index.ts';
import { ConfigError, parseConfig } from '../config/index.ts';
import { reportError } from './report-error.ts';

function reported(error: unknown, options: { readonly json?: boolean; readonly verbose?: boolean } = {}) {
  const { terminal, out, err } = textTerminal();
  reportError(error, terminal, options);
  return { out: out(), err: err() };
}

describe('reportError', () => {
  const expected = new BotError('BOT_NO_EXCHANGE', 'the config has no section "exchange"', {
    cause: new Error('deep'),
  });

  it('tells what can be expected in a line with its code, without a stack', () => {
    expect(reported(expected)).toEqual({
      out: '',
      err: 'error: the config has no section "exchange" [BOT_NO_EXCHANGE]\n',
    });
  });

  it('shows stack and cause where asked', () => {
    const { err } = reported(expected, { verbose: true });
    expect(err).toMatch(/BotError: the config has no section[^]*report-error\.test[^]*caused by Error: deep/);
  });

  it('lists every problem of a config', () => {
    let thrown: unknown;
    try {
      parseConfig('{"dry_run": 5, "bot_name": 6}', 'c.json');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    const lines = reported(thrown).err.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^error: c\.json:1:13: dry_run: /);
    expect(lines[1]).toMatch(/^ {7}c\.json:1:28: bot_name: .*\[CONFIG_INVALID_VALUE\]$/);
    expect(JSON.parse(reported(thrown, { json: true }).out)).toMatchObject({ problems: [{}, {}] });
  });

  it('says of anything else that it is unexpected, and how to learn more', () => {
    expect(reported(new TypeError('x is undefined')).err).toBe(
      'error: x is undefined\nThis is unexpected; run it again with --verbose for where it happened.\n',
    );
    expect(reported('a string').err).toMatch('error: a string');
  });

  it('is one line of JSON for programs', () => {
    const { out, err } = reported(expected, { json: true });
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({ type: 'error', code: 'BOT_NO_EXCHANGE', message: expected.message });
    expect(JSON.parse(reported(new Error('odd'), { json: true }).out)).toMatchObject({ code: 'UNEXPECTED' });
  });
});

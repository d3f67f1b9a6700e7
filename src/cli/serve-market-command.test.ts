import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { faultNames } from '../market-server/index.ts';
import { main } from './main.ts';

const RECORDING = fileURLToPath(new URL('../../tests/fixtures/candles/datadir', import.meta.url));

describe('serve-market', () => {
  it('has help with examples, and names every fault', async () => {
    const { terminal, out } = textTerminal();
    expect(await main(['serve-market', '--help'], terminal)).toBe(0);
    for (const name of faultNames) expect(out()).toMatch(new RegExp(`^ {2}.*${name}`, 'm'));
    expect(out()).toContain('Examples:\n  candlecast serve-market');
  });

  it.each([
    [['--fault', 'laet:2s'], 1, 'SERVER_BAD_FAULT'],
    [['--balance', 'USDT'], 1, 'SERVER_BAD_BALANCE'],
    [['--candles', '/nowhere'], 1, 'EXCHANGE_DATA_FOLDER_MISSING'],
    [['--candles', RECORDING, '-p', 'LING/USDT'], 1, 'did you mean "LONG/USDT"'],
    [['--exchange', 'recorded'], 2, 'needs --candles'],
    [['--speed', '0'], 2, 'Expected a number above 0'],
    [['--start', 'soon'], 2, 'Expected a moment'],
    [['--start', '2026-01-15T06:45'], 2, 'Expected a moment with its zone'],
    [['--start', '2026-02-30'], 2, 'Expected a moment'],
    [['--key', ''], 2, 'at least one'],
    [['--key', 'a b'], 2, 'without spaces'],
    [['--secret', ''], 2, 'at least one'],
    [['-p', 'BTCUSDT'], 1, 'MARKET_BAD_PAIR'],
  ])('refuses %j', async (args, code, message) => {
    const { terminal, err } = textTerminal();
    expect(await main(['serve-market', '--port', '0', ...args], terminal)).toBe(code);
    expect(err()).toContain(message);
  });
});

import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parsePair, parseTimeframe } from '../market/index.ts';
import { sampleFrame } from '../testing/index.ts';
import { addWantOptions, isWanted, wantedPart, wantsOf, type WatchWant } from './watch-want.ts';

function parsed(...args: readonly string[]): WatchWant {
  const command = addWantOptions(new Command('watch'))
    .exitOverride()
    .configureOutput({ writeErr() {} });
  return command.parse(args, { from: 'user' }).opts<WatchWant>();
}

const BTC = parsePair('BTC/USDT');
const ETH = parsePair('ETH/USDT');
const key = { pair: BTC, timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;

describe('wantsOf', () => {
  it('wants all where nothing is asked for', () => {
    expect(wantsOf(parsed())).toBeUndefined();
  });

  it('wants parts of every frame', () => {
    expect(wantsOf(parsed('--columns', 'close,rsi', '--tail', '300'))).toEqual([
      { columns: ['close', 'rsi'], tail: 300 },
    ]);
    expect(wantsOf(parsed('--rate', 'candle'))).toEqual([{ rate: 'candle' }]);
    expect(wantsOf(parsed('--rate', '250'))).toEqual([{ rate: 250 }]);
  });

  it('wants the same part of each pair, however they are given', () => {
    const wants = [BTC, ETH].map((pair) => ({ pair, tail: 5 }));
    expect(wantsOf(parsed('--pairs', 'BTC/USDT,ETH/USDT', '--tail', '5'))).toEqual(wants);
    expect(wantsOf(parsed('-p', 'BTC/USDT', 'ETH/USDT, BTC/USDT', '--tail', '5'))).toEqual(wants);
    expect(wantsOf(parsed('-p', 'BTC/USDT', '-p', 'ETH/USDT', '--tail', '5'))).toEqual(wants);
  });
});

describe('options that make no sense', () => {
  it.each([
    [['--pairs', 'BTCUSDT'], /BTCUSDT/],
    [['--pairs', 'BTC/USDT,'], /commas/],
    [['--columns', ''], /commas/],
    [['--tail', '0'], /from 1/],
    [['--rate', 'often'], /"tick", "candle", or milliseconds, from 1 to 86400000/],
    [['--rate', '0'], /"tick"/],
    [['--rate', '86400001'], /"tick"/],
  ])('%j', (args, message) => {
    expect(() => parsed(...args)).toThrow(message);
  });
});

describe('what is shown of a stock producer, which sends all', () => {
  it('is what was asked for', () => {
    const frame = sampleFrame({ rows: 3 });
    const name = frame.names.find((each) => each !== 'date') ?? '';
    expect(isWanted(key, {})).toBe(true);
    expect(isWanted(key, { pairs: [BTC] })).toBe(true);
    expect(isWanted(key, { pairs: [ETH] })).toBe(false);
    expect(wantedPart(frame, { columns: [name, 'none'] }).names).toEqual(
      frame.names.filter((each) => each === 'date' || each === name),
    );
    expect(wantedPart(frame, {})).toBe(frame);
  });
});

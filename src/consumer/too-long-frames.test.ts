import { describe, expect, it } from 'vitest';
import { sampleKey } from '../testing/index.ts';
import { TooLongFrames } from './too-long-frames.ts';

const [btc, eth, xrp] = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT'].map((pair) => sampleKey(pair));
const btcHourly = sampleKey('BTC/USDT', '1h');

function limited(...keys: readonly (readonly [key: typeof btc, rows: number])[]): TooLongFrames {
  const frames = new TooLongFrames();
  for (const [key, rows] of keys) frames.note(key, rows);
  return frames;
}

describe('the rows to ask of all', () => {
  it('are the most that fit for any, where each is known to be limited', () => {
    const frames = limited([btc, 388], [eth, 555], [xrp, 0]);
    expect(frames.rowsOfAll([btc.pair, eth.pair, xrp.pair], [btc, eth])).toBe(555);
    expect(limited([btc, 0]).rowsOfAll([btc.pair], [btc])).toBe(1);
  });

  it('are not fewer where a pair may fit as it is, whether or not it came', () => {
    const frames = limited([btc, 388]);
    expect(frames.rowsOfAll([btc.pair, eth.pair], [btc])).toBeUndefined();
    expect(frames.rowsOfAll([btc.pair, eth.pair], [btc, eth])).toBeUndefined();
    expect(new TooLongFrames().rowsOfAll([], [])).toBeUndefined();
  });

  it('are not fewer where another timeframe of a pair fits', () => {
    expect(limited([btc, 388]).rowsOfAll([btc.pair], [btc, btcHourly])).toBeUndefined();
    expect(limited([btc, 388], [btcHourly, 600]).rowsOfAll([btc.pair], [btc, btcHourly])).toBe(600);
  });

  it('do not depend on frames of pairs that are not on the whitelist', () => {
    expect(limited([btc, 388]).rowsOfAll([btc.pair], [btc, eth])).toBe(388);
  });

  it('are known without a whitelist too, where all that came is limited', () => {
    expect(limited([btc, 388]).rowsOfAll([], [btc])).toBe(388);
    expect(limited([btc, 388]).rowsOfAll([], [btc, eth])).toBeUndefined();
  });
});

it('forgets what it is told to, and pairs that left', () => {
  const frames = limited([btc, 388], [btcHourly, 600], [eth, 555]);
  frames.forget(btcHourly);
  frames.keepPairs([btc.pair]);
  expect([btc, btcHourly, eth].map((key) => frames.rowsOf(key))).toEqual([388, undefined, undefined]);
});

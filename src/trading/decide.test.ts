import { describe, expect, it } from 'vitest';
import { Frame, timestamps } from '../frame/index.ts';
import { parsePair } from '../market/index.ts';
import { decide } from './decide.ts';

const pair = parsePair('BTC/USDT');
const base = { date: timestamps([1000, 2000]), close: [10, 11] };
const flags = (last: number) => new Int32Array([1, last]);

const actions = (columns: Record<string, Int32Array | readonly (string | null)[]>, canShort = true) =>
  decide(pair, Frame.of({ ...base, ...columns }), { canShort }).map(({ action, side }) => `${action} ${side}`);

describe('decide', () => {
  it('reads the last row alone, with its date, close and tag', () => {
    const frame = Frame.of({ ...base, enter_long: flags(1), enter_tag: ['old', 'cross'] });
    expect(decide(pair, frame, { canShort: false })).toEqual([
      { action: 'entry', side: 'long', pair, date: 2000, rate: 11, tag: 'cross' },
    ]);
    expect(actions({ enter_long: flags(0) })).toEqual([]);
  });

  it('takes no entry where the same row says exit, and none on both sides', () => {
    expect(actions({ enter_long: flags(1), exit_long: flags(1) })).toEqual([]);
    expect(actions({ enter_long: flags(1), enter_short: flags(1) })).toEqual([]);
  });

  it('goes short only where the strategy can', () => {
    expect(actions({ enter_short: flags(1) })).toEqual(['entry short']);
    expect(actions({ enter_short: flags(1) }, false)).toEqual([]);
    expect(actions({ enter_long: flags(1), enter_short: flags(1) }, false)).toEqual(['entry long']);
  });

  it('exits each side by its own column', () => {
    expect(actions({ exit_long: flags(1), exit_short: flags(1) })).toEqual(['exit long', 'exit short']);
  });

  it('decides nothing on a frame without rows or signals, or with NaN for a signal', () => {
    expect(decide(pair, Frame.of(base).head(0), { canShort: true })).toEqual([]);
    expect(actions({})).toEqual([]);
    const nan = Frame.of({ ...base, enter_long: [1, Number.NaN] });
    expect(decide(pair, nan, { canShort: true })).toEqual([]);
  });
});

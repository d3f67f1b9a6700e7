import { describe, expect, it } from 'vitest';
import { Balances } from './balances.ts';
import { Refusal } from './refusal.ts';

describe('balances', () => {
  it('are spent, set aside and freed, and are never below nothing', () => {
    const balances = new Balances(new Map([['USDT', 100n]]));
    balances.lock('USDT', 60n);
    expect(balances.list()).toEqual([{ asset: 'USDT', free: 40n, locked: 60n }]);
    expect(() => balances.spend('USDT', 41n)).toThrow(Refusal);
    expect(() => balances.lock('BTC', 1n)).toThrow(Refusal);
    balances.unlock('USDT', 20n);
    balances.spend('USDT', 60n);
    balances.add('BTC', 5n);
    expect(balances.free('USDT')).toBe(0n);
    expect(balances.free('BTC')).toBe(5n);
    expect(balances.free('ETH')).toBe(0n);
    expect(() => balances.unlock('USDT', 41n)).toThrow('locked');
  });
});

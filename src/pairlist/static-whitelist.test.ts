import { describe, expect, it } from 'vitest';
import { parsePair } from '../market/index.ts';
import { staticWhitelist } from './static-whitelist.ts';

const market = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BTC/USDT:USDT', 'ADA/EUR'].map((name) => ({
  pair: parsePair(name),
}));

const choose = (whitelist: readonly string[], blacklist: readonly string[] = []) =>
  staticWhitelist(market, { whitelist, blacklist });

describe('staticWhitelist', () => {
  it('keeps the order of the whitelist, and names a pair once', () => {
    expect(choose(['ETH/USDT', 'BTC/USDT', '.*/USDT'])).toEqual({ pairs: ['ETH/USDT', 'BTC/USDT'], leftOut: [] });
  });

  it('expands patterns that match a pair wholly, whatever the case', () => {
    expect(choose(['eth/.*']).pairs).toEqual(['ETH/USDT', 'ETH/BTC']);
    expect(choose(['eth/usdt']).pairs).toEqual(['ETH/USDT']);
    expect(choose(['.*/USDT']).pairs).not.toContain('BTC/USDT:USDT');
    expect(choose(['(BTC|ADA)/(USDT|EUR)']).pairs).toEqual(['BTC/USDT', 'ADA/EUR']);
  });

  it('takes an empty whitelist for all pairs', () => {
    expect(choose([]).pairs).toEqual(market.map(({ pair }) => pair));
  });

  it('leaves out what the exchange lacks, with the nearest pair that it has', () => {
    expect(choose(['BTC/USTD', 'ETH/USDT', 'XYZ/ABC', '.*/JPY'])).toEqual({
      pairs: ['ETH/USDT'],
      leftOut: [
        { entry: 'BTC/USTD', reason: 'the exchange does not have it; did you mean BTC/USDT?' },
        { entry: 'XYZ/ABC', reason: 'the exchange does not have it' },
        { entry: '.*/JPY', reason: 'it matches no pair of the exchange' },
      ],
    });
  });

  it('leaves out what the blacklist matches wholly', () => {
    expect(choose([], ['ETH/.*', 'BTC/USD'])).toEqual({
      pairs: ['BTC/USDT', 'BTC/USDT:USDT', 'ADA/EUR'],
      leftOut: [
        { entry: 'ETH/USDT', reason: 'blacklisted by "ETH/.*"' },
        { entry: 'ETH/BTC', reason: 'blacklisted by "ETH/.*"' },
      ],
    });
  });

  it('throws where nothing is left, with the reasons and what there is', () => {
    expect(() => choose(['BTC/USTD', 'ADA/EUR'], ['ADA/.*'])).toThrow(
      expect.objectContaining({
        code: 'PAIRLIST_NO_PAIRS',
        message:
          'no pairs to work on (BTC/USTD: the exchange does not have it; did you mean BTC/USDT?; ' +
          'ADA/EUR: blacklisted by "ADA/.*"); it has BTC/USDT, ETH/USDT, ETH/BTC, BTC/USDT:USDT, ADA/EUR',
      }),
    );
    expect(() => staticWhitelist([], { whitelist: [], blacklist: [] })).toThrow(
      'no pairs to work on (the exchange has none); it has none',
    );
  });

  it('takes the name of a pair for that pair alone, whatever it means as a pattern', () => {
    const dotted = ['A.B/USDT', 'AXB/USDT'].map((name) => ({ pair: parsePair(name) }));
    const lists = { whitelist: ['A.B/USDT'], blacklist: [] };
    expect(staticWhitelist(dotted, lists).pairs).toEqual(['A.B/USDT']);
    expect(staticWhitelist(dotted.slice(1), lists).pairs).toEqual(['AXB/USDT']);
  });

  it('names the first reasons of many', () => {
    const whitelist = Array.from({ length: 30 }, (_, i) => `XYZ${i}/ABC`);
    expect(() => choose(whitelist)).toThrow(/XYZ7\/ABC: the exchange does not have it; 22 more are left out\); it has/);
  });

  it('names an entry that is neither a pair nor a pattern', () => {
    const error = expect.objectContaining({ code: 'PAIRLIST_BAD_PATTERN', value: '*/USDT' });
    expect(() => choose(['*/USDT'])).toThrow(error);
    expect(() => choose([], ['*/USDT'])).toThrow(error);
  });
});

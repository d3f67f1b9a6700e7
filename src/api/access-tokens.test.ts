import { describe, expect, it } from 'vitest';
import { parsePair } from '../market/index.ts';
import { AccessTokens, type ScopedToken } from './access-tokens.ts';

describe('tokens', () => {
  it('open what they say, and nothing else opens anything', () => {
    const tokens = new AccessTokens([
      'all',
      { token: 'some', name: 'phone', columns: ['close'], topics: ['whitelist'] },
    ]);
    expect(tokens.find('all')?.access).toEqual({});
    expect(tokens.find('some')).toMatchObject({
      name: 'phone',
      access: { columns: new Set(['close']), topics: new Set(['whitelist']) },
    });
    for (const wrong of ['', 'al', 'alll', 'ALL', 'all\0']) expect(tokens.find(wrong)).toBeUndefined();
  });

  it('are none where they are empty', () => {
    expect(new AccessTokens(['']).find('')).toBeUndefined();
  });

  it.each([
    [['BTC/USDT'], ['BTC/USDT'], ['BTC/USDT:USDT', 'ABTC/USDT', 'ETH/USDT']],
    [['.*/USDT'], ['BTC/USDT', 'ETH/USDT'], ['BTC/EUR', 'BTC/USDT:USDT']],
    [['btc/.*'], ['BTC/USDT'], ['WBTC/USDT']],
    [['BTC/USDT|ETH/.*'], ['BTC/USDT', 'ETH/EUR'], ['BTC/USDTX', 'XETH/EUR']],
    [['(BTC|ETH)/USDT:USDT', 'XRP/EUR'], ['BTC/USDT:USDT', 'XRP/EUR'], ['BTC/USDT']],
    [[], [], ['BTC/USDT']],
  ])('for the pairs %j are for %j and not for %j', (pairs, within, without) => {
    const mayHave = new AccessTokens([{ token: 't', pairs }]).find('t')?.access.mayHavePair;
    const answers = (list: readonly string[]) => list.map((pair) => mayHave?.(parsePair(pair)));
    // The second answer is one that was kept.
    for (let time = 0; time < 2; time++) {
      expect(answers(within)).toEqual(within.map(() => true));
      expect(answers(without)).toEqual(without.map(() => false));
    }
  });

  it('answer rightly for more pairs than are kept', () => {
    const mayHave = new AccessTokens([{ token: 't', pairs: ['X[0-9]*5/USDT'] }]).find('t')?.access.mayHavePair;
    for (let i = 0; i < 20_500; i++) expect(mayHave?.(parsePair(`X${i}/USDT`))).toBe(i % 10 === 5);
  });

  it('cannot have a pattern that is none', () => {
    expect(() => new AccessTokens([{ token: 'secret', pairs: ['*/USDT'] }])).toThrow(
      'api_server.ws_token: "*/USDT" is neither a pair nor a regular expression',
    );
  });
});

describe('a grant', () => {
  const holds = (before: ScopedToken | string, after: readonly (ScopedToken | string)[]) => {
    const grant = new AccessTokens(['other', before]).find(typeof before === 'string' ? before : before.token);
    if (grant === undefined) throw new Error('the token opens nothing');
    return new AccessTokens(after).stillHolds(grant);
  };
  const limited = { token: 't', pairs: ['BTC/.*', 'ETH/.*'], columns: ['a', 'b'], topics: ['whitelist'] } as const;

  it.each<[string, ScopedToken | string, ScopedToken | string]>([
    ['is as it was', limited, limited],
    ['has another name', limited, { ...limited, name: 'phone' }],
    ['is written in another way', 't', { token: 't' }],
    ['opens everything now', limited, 't'],
    ['opens more pairs', limited, { ...limited, pairs: ['XRP/.*', 'ETH/.*', 'BTC/.*'] }],
    ['opens all columns', limited, { token: 't', pairs: limited.pairs, topics: limited.topics }],
    ['opens more topics', limited, { ...limited, topics: ['analyzed_df', 'whitelist'] }],
  ])('stands where the token %s', (_, before, after) => {
    expect(holds(before, ['new', after])).toBe(true);
  });

  it.each<[string, ScopedToken | string, readonly (ScopedToken | string)[]]>([
    ['is gone', limited, ['other']],
    ['is another', limited, [{ ...limited, token: 'u' }]],
    ['has limits now', 't', [limited]],
    ['has one limit now', 't', [{ token: 't', topics: ['whitelist'] }]],
    ['opens fewer pairs', limited, [{ ...limited, pairs: ['BTC/.*'] }]],
    ['opens pairs by another pattern', limited, [{ ...limited, pairs: ['BTC/.*', 'ETH/USDT'] }]],
    ['opens fewer columns', limited, [{ ...limited, columns: ['a'] }]],
    ['opens no topic', limited, [{ ...limited, topics: [] }]],
    ['opens fewer columns and all else', limited, [{ token: 't', columns: ['b'] }]],
  ])('falls where the token %s', (_, before, after) => {
    expect(holds(before, after)).toBe(false);
  });

  it('of a login always stands', () => {
    expect(new AccessTokens([]).stillHolds({ access: {}, token: undefined })).toBe(true);
  });
});

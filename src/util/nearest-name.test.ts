import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from './nearest-name.ts';

const columns = ['date', 'open', 'high', 'low', 'close', 'volume', 'rsi', 'bb_lowerband', 'enter_long'];

describe('nearestName', () => {
  it.each([
    ['colse', 'close'],
    ['clos', 'close'],
    ['CLOSE', 'close'],
    ['RSI', 'rsi'],
    ['rs', 'rsi'],
    ['r', undefined],
    ['bb_lowerb', 'bb_lowerband'],
    ['bb', undefined],
    ['bb_lowerbnad', 'bb_lowerband'],
    ['enterLong', 'enter_long'],
    ['volum', 'volume'],
    ['stochastic', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%s → %s', (name, expected) => {
    expect(nearestName(name, columns)).toBe(expected);
  });

  it.each([
    ['nmae', 'name'],
    ['prot', 'port'],
    ['Volumepairlist', 'VolumePairList'],
    ['nme', 'name'],
    ['zzz', undefined],
  ])('of the settings, %s is %s', (name, nearest) => {
    expect(nearestName(name, ['port', 'name', 'VolumePairList'])).toBe(nearest);
  });

  it('takes the first of several that are equally near', () => {
    expect(nearestName('sma2', ['sma3', 'sma1'])).toBe('sma3');
  });

  it('suggests no name that shares nothing with what was written', () => {
    expect(nearestName('a', ['b'])).toBeUndefined();
    expect(nearestName('', ['a'])).toBeUndefined();
    expect(nearestName('a', ['A'])).toBe('A');
  });

  it('has nothing to suggest where nothing is known', () => {
    expect(nearestName('close', [])).toBeUndefined();
    expect(nearestName('close', new Set<string>())).toBeUndefined();
  });

  it('finds a name that one edit was made to', () => {
    const known = ['bollinger', 'momentum', 'oscillator'];
    const edit = fc.record({
      name: fc.constantFrom(...known),
      at: fc.nat(8),
      kind: fc.constantFrom('drop', 'add', 'change'),
    });
    fc.assert(
      fc.property(edit, ({ name, at, kind }) => {
        const place = at % name.length;
        const rest = name.slice(kind === 'add' ? place : place + 1);
        expect(nearestName(name.slice(0, place) + (kind === 'drop' ? '' : '#') + rest, known)).toBe(name);
      }),
    );
  });
});

describe('didYouMean', () => {
  it('is a fragment to put behind a message, or nothing', () => {
    expect(didYouMean('colse', columns)).toBe('; did you mean "close"?');
    expect(didYouMean('stochastic', columns)).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { factor, options, rowCount, timePeriod } from './settings.ts';

const bands = options({ window: rowCount(20), stds: factor(2) });

function read(settings: { readonly read: (...args: never) => unknown }, given: unknown): () => unknown {
  return () => Reflect.apply(settings.read, undefined, ['bands', [given]]);
}

describe('settings', () => {
  it('fills in what is left out', () => {
    expect(bands.read('bands', [])).toEqual({ window: 20, stds: 2 });
    expect(bands.read('bands', [{ stds: 1.5 }])).toEqual({ window: 20, stds: 1.5 });
    expect(timePeriod(14).read('rsi', [])).toEqual({ timePeriod: 14 });
  });

  it('names the parameter that was probably meant', () => {
    const refused = expect.objectContaining({ code: 'INDICATOR_UNKNOWN_PARAMETER', value: 'windw' });
    expect(read(bands, { windw: 30 })).toThrow(refused);
    expect(read(bands, { windw: 30 })).toThrow(
      'bands: no parameter is named "windw"; did you mean "window"?; there are window, stds',
    );
  });

  it('knows only its own names', () => {
    expect(read(bands, { toString: 3 })).toThrow('no parameter is named "toString"');
  });

  it('refuses options that are no object', () => {
    for (const given of [20, '20', null]) {
      expect(read(bands, given)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_PARAMETER', value: given }));
      expect(read(bands, given)).toThrow('bands: options must be an object with any of window, stds');
    }
  });

  it('refuses an object where a number stands by itself', () => {
    expect(read(timePeriod(14), { timePeriod: 14 })).toThrow(
      'bands: timePeriod must be an integer from 2 to 100000, found an object',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { nearestSetting } from './nearest-setting.ts';

describe('nearestSetting', () => {
  it.each([
    ['nmae', 'name'],
    ['prot', 'port'],
    ['Volumepairlist', 'VolumePairList'],
    ['nme', 'name'],
    ['zzz', undefined],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestSetting(name, ['port', 'name', 'VolumePairList'])).toBe(nearest);
  });
});

import { describe, expect, it } from 'vitest';
import { readOracle } from '../../tests/fixtures/config-oracle/read-oracle.ts';
import { rootSetting } from './setting-schema.ts';

const { oneOf: cases = [], notYet = [] } = rootSetting.properties?.pairlists?.items ?? {};
const byMethod = new Map(cases.map((each) => [String(each.properties?.method?.const), each.properties ?? {}]));

/** Where freqtrade's code takes another value than its description says. */
const CODE_SAYS: Readonly<Record<string, unknown>> = {
  'VolatilityFilter.refresh_period': 1440,
  // Ten days, if neither it nor lookback_days is set.
  'VolatilityFilter.lookback_period': undefined,
};

describe('pair lists', () => {
  const theirs = Object.entries(readOracle().pairlists);

  it('are those of freqtrade, supported or not', () => {
    expect([...byMethod.keys(), ...notYet].toSorted()).toEqual(theirs.map(([method]) => method).toSorted());
  });

  it.each(theirs.filter(([method]) => byMethod.has(method)))(
    '%s has the settings and defaults of freqtrade',
    (method, parameters) => {
      const { method: _, ...properties } = byMethod.get(method) ?? {};
      expect(Object.keys(properties).toSorted()).toEqual(Object.keys(parameters).toSorted());
      for (const [name, parameter] of Object.entries(parameters)) {
        const key = `${method}.${name}`;
        // Without which freqtrade refuses to start.
        if (key === 'VolumePairList.number_assets') continue;
        const expected = key in CODE_SAYS ? CODE_SAYS[key] : (parameter.default ?? undefined);
        expect([key, properties[name].default]).toEqual([key, expected]);
      }
    },
  );
});

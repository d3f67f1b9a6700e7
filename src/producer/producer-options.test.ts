import { describe, expect, it } from 'vitest';
import { ProducerError } from './producer-error.ts';
import { producerLimits } from './producer-options.ts';

describe('producerLimits', () => {
  it('has a default for everything', () => {
    for (const value of Object.values(producerLimits())) expect(value).toBeGreaterThan(0);
    expect(producerLimits({ mostPending: 5 })).toEqual({ ...producerLimits(), mostPending: 5 });
  });

  it.each(Object.keys(producerLimits()))('takes no %s that is below its least, or no number', (name) => {
    for (const value of [-1, NaN, -Infinity])
      expect(() => producerLimits({ [name]: value })).toThrow(`${name}: expected`);
  });

  it.each([
    [{ softLimitBytes: NaN }, 'softLimitBytes: expected a number of at least 1, found NaN'],
    [{ mostPending: 0 }, 'mostPending: expected a number of at least 1, found 0'],
    [{ drainTimeoutMs: -1 }, 'drainTimeoutMs: expected a number of at least 0, found -1'],
    [{ softLimitBytes: 10, hardLimitBytes: 9 }, 'hardLimitBytes: expected at least softLimitBytes, 10, found 9'],
    [{ heartbeatMs: 600_001 }, 'heartbeatMs: expected at most 600000 ms, found 600001'],
    [{ heartbeatMs: 250.5 }, 'heartbeatMs: expected a whole number, found 250.5'],
    [{ keptStates: 1.5 }, 'keptStates: expected a whole number, found 1.5'],
    [{ mostSnapshotsAtOnce: Infinity }, 'mostSnapshotsAtOnce: expected a whole number, found Infinity'],
  ])('refuses %j', (options, message) => {
    expect(() => producerLimits(options)).toThrow(ProducerError);
    expect(() => producerLimits(options)).toThrow(message);
  });
});

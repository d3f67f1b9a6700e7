import { describe, expect, it } from 'vitest';
import { ProducerError } from './producer-error.ts';
import { producerLimits } from './producer-options.ts';

describe('producerLimits', () => {
  it('has a default for everything', () => {
    for (const value of Object.values(producerLimits())) expect(value).toBeGreaterThan(0);
    expect(producerLimits({ mostPending: 5 })).toEqual({ ...producerLimits(), mostPending: 5 });
  });

  it.each([
    [{ softLimitBytes: NaN }, 'softLimitBytes: expected a number of at least 1, found NaN'],
    [{ mostPending: 0 }, 'mostPending: expected a number of at least 1, found 0'],
    [{ drainTimeoutMs: -1 }, 'drainTimeoutMs: expected a number of at least 0, found -1'],
    [{ softLimitBytes: 10, hardLimitBytes: 9 }, 'hardLimitBytes: expected at least softLimitBytes, 10, found 9'],
  ])('refuses %j', (options, message) => {
    expect(() => producerLimits(options)).toThrow(ProducerError);
    expect(() => producerLimits(options)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { retryDelayMs } from './retry-delay.ts';

const random = seededRandom('retries');
const delays = (options: { readonly attempt: number; readonly sleepTimeMs: number; readonly soon: boolean }) =>
  Array.from({ length: 2000 }, () => retryDelayMs({ ...options, random }));

describe('retryDelayMs', () => {
  it('widens from about the sleep time to six times that, never the same twice', () => {
    for (let attempt = 1; attempt <= 40; attempt++) {
      const middle = 10_000 * Math.min(6, 1.5 ** (attempt - 1));
      const found = delays({ attempt, sleepTimeMs: 10_000, soon: false });
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0.75 * middle);
      expect(Math.max(...found)).toBeLessThanOrEqual(1.25 * middle);
      expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(0.4 * middle);
    }
  });

  it('is within a second after a connection that worked', () => {
    expect(Math.max(...delays({ attempt: 1, sleepTimeMs: 10_000, soon: true }))).toBeLessThan(1000);
    expect(Math.max(...delays({ attempt: 1, sleepTimeMs: 300, soon: true }))).toBeLessThan(300);
  });

  it('never spins, even for a sleep time of 0', () => {
    for (const attempt of [1, 2, 1000]) {
      expect(Math.min(...delays({ attempt, sleepTimeMs: 0, soon: false }))).toBeGreaterThan(180);
    }
  });
});

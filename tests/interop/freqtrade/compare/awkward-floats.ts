import { seededRandom } from '../../../../src/util/random.ts';

/** Doubles of every size, and those that rounding is hardest on. The seed is fixed, so that a failure comes again. */
export function awkwardFloats(count: number): number[] {
  const random = seededRandom('floats as freqtrade writes them');
  const bits = new DataView(new ArrayBuffer(8));
  const makers = [
    () => {
      bits.setUint32(0, random.below(2 ** 32));
      bits.setUint32(4, random.below(2 ** 32));
      return bits.getFloat64(0);
    },
    () => random.normal() * 10 ** (random.below(38) - 18),
    // One half behind the last decimal, and next to it.
    () => (random.below(2 ** 32) * random.below(256) + 0.5) / 1e10,
    () => (random.below(2 ** 21) - 2 ** 20) / 2 ** random.below(40),
    // Eleven digits, the last one a 5, where ten are written.
    () => (random.below(2 ** 32) * 10 + 5) * 10 ** (6 + random.below(6)),
    () => (random.below(2000) - 1000) * 10 ** (random.below(16) - 3),
  ];
  const values = Array.from({ length: count }, (_, i) => makers[i % makers.length]());
  return [0, -0, 1e16, 1e-15, -1e-15, 9.9e-16, 0.99999999995, 5e-324, Number.MAX_VALUE, ...values].filter(
    Number.isFinite,
  );
}

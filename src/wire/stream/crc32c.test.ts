import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { crc32c } from './crc32c.ts';

/** A read command of iSCSI, as RFC 3720 has it. */
const scsiRead = [
  0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18,
  0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
];

/** Bit by bit, as the polynomial says. */
function plainly(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
  }
  return ~crc >>> 0;
}

describe('crc32c', () => {
  // RFC 3720, appendix B.4, which prints the bytes of each in the order of the wire.
  it.each([
    ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 incrementing bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['32 decrementing bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['an iSCSI read command', Uint8Array.from(scsiRead), 0xd9963a56],
    ['nothing', new Uint8Array(), 0],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is that of the polynomial, of any range and in any parts', () => {
    const random = seededRandom('crc32c');
    const bytes = Uint8Array.from({ length: 300 }, () => random.below(256));
    for (let i = 0; i < 500; i++) {
      const [start, middle, end] = [random.below(301), random.below(301), random.below(301)].sort((a, b) => a - b);
      const whole = crc32c(bytes, start, end);
      expect(whole).toBe(plainly(bytes.subarray(start, end)));
      expect(crc32c(bytes, middle, end, crc32c(bytes, start, middle))).toBe(whole);
    }
  });
});

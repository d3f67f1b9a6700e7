import { describe, expect, it } from 'vitest';
import { seededRandom } from '../util/random.ts';
import { ints, timestamps } from './column.ts';
import { digestFrame } from './digest-frame.ts';
import { type AnyFrame, Frame, emptyFrame } from './frame.ts';

describe('digestFrame', () => {
  it('is 16 hexadecimal digits', () => {
    for (const frame of [emptyFrame, Frame.of({ a: [1, 2] })]) expect(digestFrame(frame)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('differs where anything at all differs', () => {
    const frames: AnyFrame[] = [
      emptyFrame,
      Frame.of({ a: [] }),
      Frame.of({ b: [] }),
      Frame.of({ a: [], b: [] }),
      Frame.of({ b: [], a: [] }),
      Frame.of({ ab: [] }),
      Frame.of({ a: [0] }),
      Frame.of({ a: [-0] }),
      Frame.of({ a: [0, 0] }),
      Frame.of({ a: [0], b: [0] }),
      Frame.of({ a: [Number.NaN] }),
      Frame.of({ a: [Infinity] }),
      Frame.of({ a: [-Infinity] }),
      Frame.of({ a: [5e-324] }),
      Frame.of({ a: ints([0]) }),
      Frame.of({ a: timestamps([0]) }),
      Frame.of({ a: [0n] }),
      Frame.of({ a: [-1n] }),
      Frame.of({ a: [2n ** 32n] }),
      Frame.of({ a: [false] }),
      Frame.of({ a: [true] }),
      Frame.of({ a: [null] }),
      Frame.of({ a: [''] }),
      Frame.of({ a: ['\0'] }),
      Frame.of({ a: ['ab', 'c'] }),
      Frame.of({ a: ['a', 'bc'] }),
      Frame.of({ a: ['abc', ''] }),
      Frame.of({ a: ['abc', null] }),
    ];
    expect(new Set(frames.map(digestFrame)).size).toBe(frames.length);
  });

  it('is the same for NaNs of any bits', () => {
    const odd = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_0001n).buffer);
    expect(digestFrame(Frame.of({ a: odd }))).toBe(digestFrame(Frame.of({ a: [Number.NaN] })));
  });

  it('is one that other versions will compute, too', () => {
    const frame = Frame.of({
      date: timestamps([0, 300_000]),
      close: [1.5, Number.NaN],
      tag: ['a', null],
      big: [2n ** 62n, -1n],
      flag: [true, false],
      n: ints([1, -1]),
    });
    expect(digestFrame(frame)).toMatchInlineSnapshot(`"2e874b7e646982ae"`);
  });

  it('meets no two alike among many that differ in a bit', () => {
    const random = seededRandom('digests');
    const rows = 40;
    const base = Float64Array.from({ length: rows }, () => random.below(1000));
    const digests = new Set([digestFrame(Frame.of({ a: base }))]);
    for (let bit = 0; bit < rows * 64; bit++) {
      const words = new BigUint64Array(base.slice().buffer);
      words[bit >> 6] ^= 1n << BigInt(bit & 63);
      digests.add(digestFrame(Frame.of({ a: new Float64Array(words.buffer) })));
    }
    expect(digests.size).toBe(rows * 64 + 1);
  });

  it('spreads over all its bits', () => {
    const counts = new Uint32Array(64);
    const total = 4000;
    for (let i = 0; i < total; i++) {
      const digest = BigInt(`0x${digestFrame(Frame.of({ a: [i] }))}`);
      for (let bit = 0; bit < 64; bit++) counts[bit] += Number((digest >> BigInt(bit)) & 1n);
    }
    // Each bit is a coin: five standard errors from the half, for 64 of them at once.
    const most = 5 * Math.sqrt(total / 4);
    for (const count of counts) expect(Math.abs(count - total / 2)).toBeLessThan(most);
  });
});

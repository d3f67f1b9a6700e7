import { describe, expect, it } from 'vitest';
import { LentMemory } from './lent-memory.ts';

const KIB = 1024;

function counted() {
  const made: number[] = [];
  const memory = new LentMemory((bytes) => {
    made.push(bytes);
    return new Uint8Array(bytes);
  });
  return { memory, made };
}

describe('lent memory', () => {
  it('is used again once it was taken back', () => {
    const { memory, made } = counted();
    const first = memory.lend(64 * KIB + 52);
    memory.takeBack(undefined);
    const second = memory.lend(64 * KIB + 10);
    expect(second.buffer).toBe(first.buffer);
    expect(second).toHaveLength(64 * KIB + 10);
    expect(made).toEqual([80 * KIB]);
  });

  it('is lent to one at a time', () => {
    const { memory } = counted();
    const [first, second] = [memory.lend(20 * KIB), memory.lend(20 * KIB)];
    expect(second.buffer).not.toBe(first.buffer);
    memory.takeBack(second);
    const third = memory.lend(20 * KIB);
    expect(third.buffer).toBe(first.buffer);
    memory.takeBack(undefined);
    expect(memory.lend(20 * KIB).buffer).not.toBe(memory.lend(20 * KIB).buffer);
  });

  it('is never used again where somebody may read it still', () => {
    const { memory } = counted();
    const first = memory.lend(20 * KIB);
    memory.lose();
    memory.takeBack(undefined);
    expect(memory.lend(20 * KIB).buffer).not.toBe(first.buffer);
  });

  it('is not kept for few bytes, nor once it is too short', () => {
    const { memory, made } = counted();
    const few = memory.lend(100);
    memory.takeBack(undefined);
    expect(memory.lend(100).buffer).not.toBe(few.buffer);
    const short = memory.lend(20 * KIB);
    memory.takeBack(undefined);
    memory.lend(200 * KIB);
    memory.takeBack(undefined);
    expect(memory.lend(20 * KIB).buffer).not.toBe(short.buffer);
    expect(made).toEqual([100, 100, 32 * KIB, 208 * KIB]);
  });
});

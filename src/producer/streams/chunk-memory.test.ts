import { describe, expect, it } from 'vitest';
import { CHUNK_HEAD_BYTES, MOST_CHUNK_BYTES } from '../../wire/index.ts';
import { ChunkMemory } from './chunk-memory.ts';

const KIB = 1024;

/** Memory that must be there. */
function taken(memory: ChunkMemory, bytes: number): Uint8Array {
  const found = memory.take(bytes);
  if (found === undefined) throw new Error(`there is no memory for ${bytes} bytes`);
  return found;
}

describe('ChunkMemory', () => {
  it('has room for a chunk and its head, and less than twice as much', () => {
    const memory = new ChunkMemory();
    for (const bytes of [8 * KIB, 8 * KIB + 1, 20 * KIB, 32 * KIB, 33 * KIB, MOST_CHUNK_BYTES]) {
      const { length } = taken(memory, bytes);
      expect(length).toBeGreaterThanOrEqual(CHUNK_HEAD_BYTES + bytes);
      expect(length).toBeLessThan(CHUNK_HEAD_BYTES + 2 * bytes);
    }
  });

  it('gives what is in use to nobody else, and what was given back again', () => {
    const memory = new ChunkMemory();
    const [first, second] = [taken(memory, 64 * KIB), taken(memory, 64 * KIB)];
    expect(second.buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    expect(memory.take(64 * KIB)).toBe(first);
    memory.giveBack(second);
    // What is longer than needed suits as well.
    expect(memory.take(10 * KIB)).toBe(second);
    expect(memory.bytes).toBe(first.length + second.length);
  });

  it('lets go of what has become too short', () => {
    const memory = new ChunkMemory();
    const short = [1, 2, 3].map(() => taken(memory, 8 * KIB));
    for (const each of short) memory.giveBack(each);
    const long = taken(memory, 64 * KIB);
    expect(memory.bytes).toBe(long.length);
  });

  it('leaves short chunks, and those past its bound, to memory of their own', () => {
    const memory = new ChunkMemory();
    expect(memory.take(8 * KIB - 1)).toBeUndefined();
    const all: Uint8Array[] = [];
    for (let next = memory.take(64 * KIB); next !== undefined; next = memory.take(64 * KIB)) all.push(next);
    expect(all.length).toBeGreaterThan(4);
    expect(memory.bytes).toBeLessThanOrEqual(768 * KIB);
    memory.giveBack(all[0]);
    expect(memory.take(64 * KIB)).toBe(all[0]);
  });

  it('forgets what is lost, and what is not in use where it is told to', () => {
    const memory = new ChunkMemory();
    const [first, second] = [taken(memory, 64 * KIB), taken(memory, 64 * KIB)];
    memory.lose(first);
    expect(memory.bytes).toBe(second.length);
    memory.letGo();
    expect(memory.bytes).toBe(second.length);
    memory.giveBack(second);
    memory.letGo();
    expect(memory.bytes).toBe(0);
    expect([first, second]).not.toContain(taken(memory, 64 * KIB));
  });
});

import { describe, expect, it } from 'vitest';
import { Finding } from './fuzz-loop.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { leastCorpus, leastInput } from './least-corpus.ts';

const FAULT = 200;
const counts = new Uint32Array(256);
const probes = {
  counts,
  used: counts.length,
  madeBytes: 0,
  unmetered: <T>(check: () => T) => check(),
  clear: () => {
    counts.fill(0);
  },
};

/** Each value of a byte is a branch; smaller by one byte at a time. */
const target: FuzzTarget = {
  fresh: () => new Uint8Array(),
  mutated: (_, input) => input,
  smaller: (input) => Array.from(input, (_, at) => input.filter((_byte, place) => place !== at)),
  run: (input) => {
    for (const byte of input) counts[byte] += 1;
    if (input.includes(FAULT)) throw new Error(`fault ${input.length}`);
    return [];
  },
  mostBytes: () => 1000,
};
const before = () => undefined;

describe('leastCorpus', () => {
  it('takes every branch, each with the smallest input that does, of which it leaves only what it takes', async () => {
    const inputs = [[1, 2, 3, 3, 3], [4, 4], [1], [2, 1, 5], [4]].map((bytes) => Uint8Array.from(bytes));
    const kept = await leastCorpus({ target, probes, inputs, before });
    // Of 5 and 3, which one input each takes, the smaller one comes first, and takes 1 and 2 as well.
    expect(kept.map((input) => input.join())).toEqual(['2,1,5', '3', '4']);
  });

  it('of nothing is nothing', async () => {
    expect(await leastCorpus({ target, probes, inputs: [], before })).toEqual([]);
  });
});

describe('leastInput', () => {
  const findingOf = (kind: 'crash' | 'hang', input: Uint8Array) => new Finding(kind, input, `fault ${input.length}`);

  it('is what remains when all is left out that the fault does not need', async () => {
    const input = Uint8Array.of(9, 8, FAULT, 7, FAULT, 6);
    const least = await leastInput({ target, probes, finding: findingOf('crash', input), before });
    expect([...least.input]).toEqual([FAULT]);
    expect(least.message).toBe('fault 1');
  });

  it('is the input itself where each try would take long', async () => {
    const finding = findingOf('hang', Uint8Array.of(1, FAULT));
    expect(await leastInput({ target, probes, finding, before })).toBe(finding);
  });
});

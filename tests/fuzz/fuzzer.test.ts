import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

const target = { module: new URL('planted-target.ts', import.meta.url).href, instrumented: 'planted-decoder' };
const INPUTS = 100_000;
/** Which of the planted faults does not end. */
const ENDLESS = 1;
const MARK = [0x43, 0x4e, 0x44, 0x4c];

const planted = (fault: number, guided: boolean) =>
  fuzz({
    name: 'planted',
    seed: 'planted',
    inputs: INPUTS,
    given: [Uint8Array.of(fault, 0, 0, 0, 0)],
    guided,
    target,
    mostHeapMb: 64,
    mostSilenceMs: fault === ENDLESS ? 2000 : Infinity,
  });

describe('the fuzzer', { timeout: 60_000 }, () => {
  it.each([
    ['an exception', 0, 'crash', 'planted'],
    ['an array past the limit', 2, 'memory', 'arrays of 8000000 bytes'],
    ['a heap that is full', 3, 'memory', 'heap'],
    ['a loop without an end', ENDLESS, 'hang', 'did not end'],
  ])('finds %s behind four conditions, and the input that brings it about', async (_, fault, kind, part) => {
    const { finding } = await planted(fault, true);
    expect(finding).toMatchObject({ kind, message: expect.stringContaining(part) });
    expect([...(finding?.input ?? [])]).toEqual([fault, ...MARK]);
  });

  it('finds nothing there without the guidance of what inputs reach', async () => {
    const { finding, progress } = await planted(0, false);
    expect(finding).toBeUndefined();
    expect(progress.inputs).toBe(INPUTS);
    expect(progress.outcomes.get('three')).toBeUndefined();
  });

  it('gives the same inputs for the same seed', async () => {
    const run = async () => (await fuzz({ name: 'json', seed: 'same', inputs: 2000 })).progress;
    const [first, second] = await Promise.all([run(), run()]);
    expect(first.outcomes.size).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });
});

import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { PROBES, instrument } from './instrument.ts';

/** Evaluates code that ends with an expression, and tells what its counters and its measure came to. */
function evaluated(source: string): { readonly value: unknown; readonly counts: readonly number[]; made: unknown[] } {
  const { code, counters } = instrument('sample.ts', source, 0);
  const made: unknown[] = [];
  const probes = {
    counts: new Uint32Array(counters),
    made<T>(value: T): T {
      made.push(value);
      return value;
    },
  };
  Object.assign(globalThis, { [PROBES]: probes });
  // oxlint-disable-next-line no-eval -- the code that was made is to be run
  const value: unknown = (0, eval)(`{${stripTypeScriptTypes(code)}}`);
  return { value, counts: [...probes.counts], made };
}

/** Which counter is whose does not matter. */
const ascending = (counts: readonly number[]) => counts.toSorted((a, b) => a - b);

describe('instrumented code', () => {
  it.each([
    ['const f = (x: number): number => x + 1; f(1)', 2, [1]],
    ['const f = (x: number) => ({ x }); f(1).x', 1, [1]],
    ['function f(x: boolean) { if (x) return 1; return 2; } f(true)', 1, [1, 1, 0]],
    ['function f(x: boolean) { if (x) return 1; return 2; } f(false)', 2, [1, 0, 1]],
    ['let n = 0; if (n > 0) n = 1; else if (n === 0) n = 2; n', 2, [0, 1, 1, 0]],
    ['let n = 0; if (n === 0) if (n > 1) n = 3; else n = 4; n', 4, [1, 0, 0, 1]],
    ['let n = 0; for (let i = 0; i < 5; i++) n += i; n', 10, [5]],
    ['let n = 0; for (const i of [1, 2]) { n += i; } n', 3, [2]],
    ['let n = 9; while (n > 6) n--; n', 6, [3]],
    ['const x: string | undefined = undefined; x ?? "y"', 'y', [1]],
    ['const x = 1; x === 1 ? x === 2 ? "a" : "b" : "c"', 'b', [1, 0, 0, 1]],
    [
      'let r = ""; switch (2 as number) { case 1: r = "a"; break; case 2: case 3: r = "b"; break; default: r = "c"; } r',
      'b',
      [0, 1, 0],
    ],
    ['let r = 0; try { throw 1; } catch { r = 5; } r', 5, [1]],
    ['let r: number | undefined; r ??= 7; r', 7, [1]],
    ['const x = 0; (x || ({ a: 1 } as const)).a', 1, [1]],
  ])('does what it did: %s', (source, value, counts) => {
    const done = evaluated(source);
    expect(done.value).toBe(value);
    expect(ascending(done.counts)).toEqual(ascending(counts));
  });

  it.each([
    ['new Float64Array(3).length', 3, 1],
    ['new Float64Array(new ArrayBuffer(16), 8, 1).length', 1, 1],
    ['Array.from({ length: 4 }).length', 4, 1],
    ['Uint8Array.of(1, 2).slice(1)[0]', 2, 2],
    // A part of such a chain cannot be taken out.
    ['const a: Uint8Array | undefined = undefined; String(a?.slice(1).length)', 'undefined', 0],
    ['type F = (x: number) => number; const n = 1 satisfies number; n', 1, 0],
  ])('has its memory measured: %s', (source, value, times) => {
    const done = evaluated(source);
    expect(done.value).toBe(value);
    expect(done.made).toHaveLength(times);
  });

  it('keeps its lines, and is refused where it is no code', () => {
    const source = 'const a = 1;\nif (a) {\n  a;\n}\nthrowHere()';
    expect(instrument('a.ts', source, 0).code.split('\n')).toHaveLength(5);
    expect(() => instrument('a.ts', 'const = ;', 0)).toThrow(SyntaxError);
  });
});

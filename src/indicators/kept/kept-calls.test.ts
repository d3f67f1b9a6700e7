import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch, firstDifference } from '../../../tests/fixtures/indicators/call-indicator.ts';
import { Column, Frame } from '../../frame/index.ts';
import { seededRandom } from '../../util/random.ts';
import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneColumn } from '../define/output-shape.ts';
import { rowCount, options } from '../define/settings.ts';
import { indicators } from '../index.ts';
import { ema } from '../overlap/ema.ts';
import { sma } from '../overlap/sma.ts';
import { KeptCalls } from './kept-calls.ts';

/** What happens to the candles between two analyses. */
type Step =
  | { readonly what: 'append' | 'drop'; readonly rows: number }
  | { readonly what: 'last' | 'nothing' }
  | { readonly what: 'rewrite'; readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('append' as const), rows: fc.integer({ min: 60, max: 90 }) }) },
  { weight: 3, arbitrary: fc.constant({ what: 'last' as const }) },
  { weight: 1, arbitrary: fc.constant({ what: 'nothing' as const }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('drop' as const), rows: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('rewrite' as const), back: fc.integer({ min: 1, max: 30 }) }) },
);

/** Candles as rows of open, high, low, close, volume, some of them missing or odd. */
function candleMaker(seed: string) {
  const random = seededRandom(seed);
  let price = 100;
  return (): number[] => {
    const open = price;
    price *= 1 + 0.02 * random.normal();
    const reach = price * 0.01;
    const row = [open, Math.max(open, price) + reach, Math.min(open, price) - reach, price, 50 * random.next()];
    return random.next() < 0.03 ? row.map(() => Number.NaN) : row;
  };
}

function happen(rows: number[][], step: Step, next: () => number[]): number[][] {
  switch (step.what) {
    case 'append':
      return [...rows, ...Array.from({ length: step.rows }, next)];
    case 'last':
      return rows.length === 0 ? rows : [...rows.slice(0, -1), next()];
    case 'drop':
      return rows.slice(step.rows);
    case 'rewrite':
      return rows.map((row, i) => (i === rows.length - 1 - step.back ? next() : row));
    case 'nothing':
    default:
      return rows;
  }
}

const names = ['open', 'high', 'low', 'close', 'volume'];

/** What an indicator takes, from rows: by name, or the first columns for series. */
function inputsOf(inputs: readonly string[], rows: readonly number[][]): Float64Array[] {
  return inputs.map((name, position) => {
    const place = names.includes(name) ? names.indexOf(name) : 3 - position;
    return Float64Array.from(rows, (row) => row[place]);
  });
}

/**
 * The values in an array of their own, in memory that was lent out, or in the middle of such. The same values are given from the
 * same lent memory, as a frame would.
 */
function inMemoryOf(chance: number, values: Float64Array, lent: Map<string, Float64Array>): Float64Array {
  if (chance < 0.4) return values;
  const offset = chance < 0.7 ? 0 : 3;
  const key = `${offset} ${values.join()}`;
  const memory = lent.get(key) ?? new Float64Array(values.length + 10).fill(-1);
  if (!lent.has(key)) {
    memory.set(values, offset);
    Column.lend('float64', memory);
    lent.set(key, memory);
  }
  return memory.subarray(offset, offset + values.length);
}

describe('KeptCalls', () => {
  it.each(indicators.map((indicator) => [indicator.name, indicator] as const))(
    '%s goes on to the same bits as from the start, whatever happens to its rows',
    (_, indicator) => {
      const history = fc.tuple(fc.string(), fc.integer({ min: 0, max: 120 }), fc.array(step, { maxLength: 14 }));
      fc.assert(
        fc.property(history, ([seed, length, steps]) => {
          const next = candleMaker(seed);
          const kind = seededRandom(`${seed} memory`);
          const kept = new KeptCalls();
          const lent = new Map<string, Float64Array>();
          let rows = Array.from({ length }, next);
          const shown: { found: readonly Float64Array[]; was: Float64Array[] }[] = [];
          for (const each of [{ what: 'nothing' } as const, ...steps]) {
            rows = happen(rows, each, next);
            const plain = inputsOf(indicator.inputs, rows);
            const inputs = plain.map((values) => inMemoryOf(kind.next(), values, lent));
            const found = kept.keep(() => batch(indicator, inputs));
            expect(firstDifference(found, batch(indicator, inputs))).toBeUndefined();
            shown.push({ found, was: found.map((column) => column.slice()) });
          }
          // Whoever kept an earlier result still has it.
          for (const { found, was } of shown) expect(firstDifference(found, was)).toBeUndefined();
          expect(kept.isIntact).toBe(true);
        }),
        { numRuns: 12 },
      );
    },
  );

  /** An indicator that counts the rows it is run over. */
  function counting() {
    const count = { rows: 0 };
    class CountingCore implements Core<number, number> {
      #total = 0;
      update(value: number): number {
        count.rows++;
        this.#total += value;
        return this.#total;
      }
      assign(from: CountingCore): void {
        this.#total = from.#total;
      }
      run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
        for (let i = start; i < end; i++) out[i] = this.update(values[i]);
      }
    }
    const indicator = defineIndicator({
      name: 'counting',
      title: 'Counting',
      source: 'this test',
      input: oneSeries,
      output: oneColumn,
      settings: options({ window: rowCount(5) }),
      lookback: () => 0,
      start: () => new CountingCore(),
    });
    const rowsOf = (run: () => void) => {
      count.rows = 0;
      run();
      return count.rows;
    };
    return { indicator, rowsOf };
  }

  const walk = (rows: number) => Float64Array.from({ length: rows }, (_, i) => 100 + Math.sin(i));

  it('works on the rows that are new and not on those before', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    const analyze = (values: Float64Array) => rowsOf(() => void kept.keep(() => indicator(values)));
    expect(analyze(walk(500))).toBe(500);
    // Two states are kept, one a row behind the other.
    expect(analyze(walk(501))).toBe(2);
    expect(analyze(walk(504))).toBeLessThanOrEqual(8);
    expect(analyze(walk(504))).toBe(0);
    const other = walk(504);
    other[503] = 1;
    expect(analyze(other)).toBe(1);
    other[200] = 1;
    expect(analyze(other)).toBe(504);
    expect(analyze(walk(400))).toBe(400);
  });

  it('goes on through nested indicators and through columns that a strategy derived itself', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    const analyze = (rows: number) =>
      rowsOf(() => {
        kept.keep(() => {
          const doubled = walk(rows).map((value) => value * 2);
          return indicator(sma(ema(indicator(doubled), 3), 4));
        });
      });
    analyze(300);
    expect(analyze(301)).toBe(4);
  });

  it('tells calls apart by their parameters and their order', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    const analyze = (rows: number, windows: readonly number[]) =>
      rowsOf(() => void kept.keep(() => windows.map((window) => indicator(walk(rows), { window }))));
    expect(analyze(100, [2, 3, 4])).toBe(300);
    expect(analyze(101, [2, 3, 4])).toBe(6);
    // One is left out: the others are still known. One is put in front: only it is new.
    expect(analyze(102, [2, 4])).toBe(4);
    expect(analyze(103, [9, 2, 4])).toBe(103 + 4);
    // Two change places: at most one is computed again.
    expect(analyze(104, [9, 4, 2])).toBe(104 + 4);
    expect(analyze(105, [])).toBe(0);
    expect(analyze(106, [9])).toBe(106);
  });

  it('keeps a bounded number of calls and computes the others', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    const analyze = (rows: number) =>
      rowsOf(() => void kept.keep(() => Array.from({ length: 1_010 }, () => indicator(walk(rows)))));
    analyze(20);
    expect(analyze(21)).toBe(1_000 * 2 + 10 * 21);
  });

  it('forgets everything when the analysis throws', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    kept.keep(() => indicator(walk(50)));
    const failing = () =>
      kept.keep(() => {
        indicator(walk(51));
        throw new Error('on purpose');
      });
    expect(failing).toThrow('on purpose');
    expect(rowsOf(() => void kept.keep(() => indicator(walk(51))))).toBe(51);
  });

  it('is asked only inside of its own analysis', () => {
    const kept = new KeptCalls();
    const [outer, inner] = [walk(30), walk(20)];
    const other = new KeptCalls();
    kept.keep(() => {
      other.keep(() => sma(inner, 3));
      return sma(outer, 3);
    });
    expect(kept.longestWarmUp).toEqual({ indicator: 'sma', row: 2 });
    const plain = sma(outer, 3);
    const again = kept.keep(() => sma(outer, 3));
    expect(again).not.toBe(plain);
    expect(firstDifference([Float64Array.from(again)], [Float64Array.from(plain)])).toBeUndefined();
  });

  it('notices a result that was written to', () => {
    for (const row of [0, 20, 49]) {
      const kept = new KeptCalls();
      const result = kept.keep(() => sma(walk(50), 3));
      expect(kept.isIntact).toBe(true);
      Reflect.set(result, row, 7);
      expect(kept.isIntact).toBe(false);
    }
  });

  it('gives frames results without copying them, in the kind that they are', () => {
    const kept = new KeptCalls();
    const result = kept.keep(() => sma(walk(50), 3));
    const frame = Frame.of({ sma: result });
    expect(frame.columns.sma).toBe(result);
    expect(Frame.of({ sma: sma(walk(50), 3) }).columns.sma).not.toBe(result);
    const longer = frame.append(frame.slice(49));
    const next = kept.keep(() => sma(walk(51), 3));
    expect(longer.columns.sma[50]).toBe(result[49]);
    expect(next[50]).not.toBe(result[49]);
  });

  it('goes on after more rows than there was room for, and tells 0 from -0', () => {
    const { indicator, rowsOf } = counting();
    const kept = new KeptCalls();
    const analyze = (values: Float64Array) => rowsOf(() => void kept.keep(() => indicator(values)));
    analyze(walk(50));
    expect(analyze(walk(500))).toBeLessThanOrEqual(2 * 450);
    expect(analyze(walk(501))).toBe(2);
    const zeros = walk(502);
    zeros[7] = 0;
    analyze(zeros);
    zeros[7] = -0;
    expect(analyze(zeros.slice())).toBe(502);
  });

  it('does not tell one NaN from another', () => {
    const kept = new KeptCalls();
    const result = kept.keep(() => sma(walk(50), 3));
    const bits = new BigUint64Array(Object(result).buffer);
    expect(Number.isNaN(result[0])).toBe(true);
    bits[0] ^= 1n << 63n;
    expect(kept.isIntact).toBe(true);
  });

  it('gives a frame the part of a result that a view shows', () => {
    const kept = new KeptCalls();
    const result = kept.keep(() => sma(walk(50), 3));
    const frame = Frame.of({ sma: result });
    expect(Frame.of({ part: frame.tail(9).columns.sma }).numbers('part')).toEqual(Float64Array.from(result.slice(41)));
  });

  it('has no warm-up of what was computed from nothing', () => {
    const kept = new KeptCalls();
    kept.keep(() => ema(new Float64Array(50).fill(Number.NaN), 5));
    expect(kept.longestWarmUp).toBeUndefined();
  });

  it('knows the warm-up of the call whose first value comes last', () => {
    const kept = new KeptCalls();
    kept.keep(() => ema(sma(walk(90), 10), 20));
    expect(kept.longestWarmUp).toEqual({ indicator: 'ema', row: 28 });
    expect(new KeptCalls().longestWarmUp).toBeUndefined();
  });
});

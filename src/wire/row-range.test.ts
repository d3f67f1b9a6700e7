import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleFrame } from '../testing/index.ts';
import { rowRange, selectRows, widerRange } from './row-range.ts';

const limit = fc.integer({ min: -12, max: 12 });

it('the wider of two ranges has all rows of both, and no more than it must where they count alike', () => {
  const frames = [0, 1, 5, 10].map((rows) => sampleFrame({ rows }));
  fc.assert(
    fc.property(fc.constantFrom(...frames), limit, limit, (frame, a, b) => {
      const rowsOf = (range: ReturnType<typeof rowRange>) => selectRows(frame, range).length;
      const [first, second] = [rowRange(a), rowRange(b)];
      const wider = rowsOf(widerRange(first, second));
      const needed = Math.max(rowsOf(first), rowsOf(second));
      expect(wider).toBeGreaterThanOrEqual(needed);
      if (first.take === second.take) expect(wider).toBe(needed);
    }),
  );
});

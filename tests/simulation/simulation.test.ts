import { describe, expect, it } from 'vitest';
import { runSimulation } from '../../src/testing/index.ts';

const SEEDS = 300;
const PARTS = 6;

describe('copies over a network that fails', () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    `are the producer's to the bit, and all come to rest, part %i of ${PARTS} of ${SEEDS} seeds`,
    (part) => {
      let compared = 0;
      // A divergence is thrown with its seed and the command that runs it again.
      for (let seed = part + 1; seed <= SEEDS; seed += PARTS) compared += runSimulation(seed).compared;
      expect(compared).toBeGreaterThan(SEEDS);
    },
    180_000,
  );

  it('happen in the same way again with the same seed', () => {
    const run = () => {
      const lines: string[] = [];
      const report = runSimulation(7, { onEvent: (line) => lines.push(line) });
      return { report, lines };
    };
    const first = run();
    expect(run()).toEqual(first);
    expect(first.lines.length).toBeGreaterThan(100);
    expect(runSimulation(8)).not.toEqual({ ...first.report, seed: 8 });
  });
});

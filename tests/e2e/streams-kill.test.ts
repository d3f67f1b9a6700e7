import { describe, expect, it } from 'vitest';
import { KillRun } from './streams/kill-run.ts';

// KILLS=200 SEED=mine npx vitest run tests/e2e/streams-kill.test.ts; with figures: node tests/e2e/streams/kill-many.ts
const kills = Number(process.env['KILLS'] ?? 20);
const seed = process.env['SEED'] ?? String(Math.floor(Math.random() * 2 ** 32));

/** Twenty times what one takes on a machine that has nothing else to do. */
const timeout = 60_000 + kills * 10_000;

describe('producers and consumers that are killed', () => {
  it(`have every copy live and equal again after each of ${kills} kills (SEED=${seed})`, { timeout }, async () => {
    const report = await new KillRun(seed).run(kills);
    expect(report).toMatchObject({ kills, mistaken: 0, mistakes: [], mismatches: 0, disturbances: [] });
    expect(report.producerKills).toBeGreaterThan(0);
    expect(report.consumerKills).toBeGreaterThan(0);
    expect(report.right).toBeGreaterThan(100 * kills);
  });
});

import { describe, expect, it } from 'vitest';
import { KillRun } from './streams/kill-run.ts';

// KILLS=200 SEED=mine npx vitest run tests/e2e/streams-kill.test.ts
const kills = Number(process.env['KILLS'] ?? 20);
const seed = process.env['SEED'] ?? String(Math.floor(Math.random() * 2 ** 32));

describe('producers and consumers that are killed', () => {
  it(
    `have every copy live and equal again after each of ${kills} kills (SEED=${seed})`,
    { timeout: 60_000 + kills * 8_000 },
    async () => {
      const told: string[] = [];
      const report = await new KillRun(seed).run(kills, (line) => told.push(line));
      if (kills > 20) console.log(`${told.join('\n')}\n${JSON.stringify(report)}`);
      expect(report).toMatchObject({ kills, mistaken: 0, mistakes: [], mismatches: 0, disturbances: [] });
      expect(report.producerKills).toBeGreaterThan(0);
      expect(report.consumerKills).toBeGreaterThan(0);
      expect(report.right).toBeGreaterThan(100 * kills);
    },
  );
});

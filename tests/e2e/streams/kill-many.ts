import { parseArgs } from 'node:util';
import { KillRun } from './kill-run.ts';

// node tests/e2e/streams/kill-many.ts --kills 200 [--seed mine]

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 32));
const say = (line: string) => void process.stdout.write(`${line}\n`);

say(`seed ${seed}`);
const { recoveryMs, ...figures } = await new KillRun(seed).run(Number(values.kills), say);
say(JSON.stringify(figures, null, 2));
for (const [killed, times] of Object.entries(recoveryMs)) {
  const sorted = times.toSorted((a, b) => a - b);
  const [middle, last] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => Math.round(ms ?? Number.NaN));
  say(`${killed} killed: all live and equal again after ${middle} ms (median), ${last} ms (longest)`);
}
const isFine = figures.mistaken === 0 && figures.mismatches === 0 && figures.disturbances.length === 0;
process.exitCode = isFine ? 0 : 1;

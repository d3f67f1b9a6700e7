import { parseArgs } from 'node:util';
import { printTable } from '../../../bench/harness/print-table.ts';
import { type SlowLinkOptions, randomFrames, runSlowLink, strategyFrames } from './slow-link-run.ts';

// node tests/e2e/streams/slow-links.ts [--only "1 Mbit/s"]: 20 pairs behind links that carry little; about six minutes.

const MEGABIT = 1_000_000 / 8;
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

const common = { pairs: 20, candleEveryMs: 5_000, candlesAfter: 4 };
const random = randomFrames({ rows: 1500, columns: 60 });
const strategy = () => strategyFrames(1500, 200);
const want = [
  {
    tail: 300,
    columns: ['close', 'volume', ...['rsi', 'ema', 'tema'].flatMap((name) => [7, 14, 50].map((p) => `${name}_${p}`))],
  },
];

const cases: readonly (readonly [string, SlowLinkOptions])[] = [
  ['4 Mbit/s, indicators', { ...common, bytesPerSecond: 4 * MEGABIT, sourceOf: strategy() }],
  ['4 Mbit/s, random', { ...common, bytesPerSecond: 4 * MEGABIT, sourceOf: random }],
  ['1 Mbit/s, 300 rows x 12', { ...common, bytesPerSecond: MEGABIT, sourceOf: strategy(), want }],
  ['1 Mbit/s, indicators', { ...common, bytesPerSecond: MEGABIT, sourceOf: strategy() }],
  ['1 Mbit/s, random', { ...common, bytesPerSecond: MEGABIT, sourceOf: random }],
];

const seconds = (ms: number) => (ms / 1000).toFixed(2);
const oldest = (ages: readonly number[]) => (ages.length === 0 ? '–' : seconds(Math.max(...ages)));
const rows: string[][] = [];
let wrong = 0;
for (const [name, options] of cases) {
  if (!name.includes(values.only)) continue;
  const report = await runSlowLink(options);
  const { syncMs, linkMs, bytes, overtaking, ages, skippedAfter, disconnected } = report;
  wrong += report.wrong.length;
  rows.push([
    name,
    (bytes / 1e6).toFixed(2),
    seconds(linkMs),
    seconds(syncMs),
    (syncMs / linkMs).toFixed(2),
    String(overtaking),
    oldest(ages.overtaking),
    oldest(ages.after),
    String(skippedAfter),
    String(disconnected),
  ]);
  process.stdout.write(`${rows.at(-1)?.join('  ')}\n`);
}
const header = [
  '20 pairs x 1500 rows x 60',
  'MB',
  'link s',
  'sync s',
  'ratio',
  'overtook',
  'oldest s',
  'then s',
  'skipped',
  'lost',
];
process.stdout.write(`\n${printTable({ header, rows })}\n${wrong} wrong copies\n`);
process.exitCode = wrong === 0 ? 0 : 1;

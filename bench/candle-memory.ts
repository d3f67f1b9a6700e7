import { execFileSync } from 'node:child_process';
import * as z from 'zod';
import { compile } from './consumer/compile.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { formatDuration, formatMegabytes } from './harness/format.ts';
import { summarize } from './harness/statistics.ts';

const RUNS = 3;
/** Pairs, rows, and the six columns of candles. */
const NUMBERS = 1_000 * 1_500 * 6;

export const candleMemory: Benchmark = {
  name: 'candle-memory',
  title: 'a process that holds 1,000 pairs of 1,500 candles',
  run,
};

const memory = z.object({
  startRss: z.number(),
  filledRss: z.number(),
  collectedRss: z.number(),
  laterRss: z.number(),
  buffers: z.number(),
  refreshMs: z.number(),
});

const lines: readonly (readonly [
  label: string,
  key: keyof z.output<typeof memory>,
  format: (value: number) => string,
])[] = [
  ['RSS before: Node and the modules', 'startRss', formatMegabytes],
  ['RSS when every candle is there', 'filledRss', formatMegabytes],
  ['RSS after a forced collection', 'collectedRss', formatMegabytes],
  ['RSS after 20 candles more of each pair and a collection', 'laterRss', formatMegabytes],
  ['… of which arrays of numbers', 'buffers', formatMegabytes],
  ['a new candle of every pair, made by a formula and taken up', 'refreshMs', formatDuration],
];

async function run(): Promise<Report> {
  const module = await compile('bench/candles/candle-process.ts');
  const lives = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, ['--expose-gc', module], { encoding: 'utf8' });
    return memory.parse(JSON.parse(output));
  });
  const rows = lines.map(([label, key, format]) => {
    const values = lives.map((life) => life[key]);
    const { min, median } = summarize(values);
    return [label, format(min), format(median), format(Math.max(...values))];
  });
  const floor = formatMegabytes(NUMBERS * Float64Array.BYTES_PER_ELEMENT);
  rows.unshift(['the numbers alone, 8 bytes each', floor, floor, floor]);
  return { tables: [{ header: [`of ${RUNS} processes`, 'min', 'median', 'max'], rows }], targets: [], figures: lives };
}

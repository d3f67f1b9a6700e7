import { parseArgs } from 'node:util';
import { say } from './lib/repository.ts';
import { type SoakMinute, type SoakPlan, type SoakResult, SoakRun } from './soak/soak-run.ts';
import { type Trend, trendOf } from './soak/steady.ts';

// A producer and three consumers in processes of their own, candle after candle: every copy that is shown is compared with what was
// published, and memory is watched.

const usage = `usage: npm run soak -- [--minutes 60] [--pairs 100] [--rows 1500] [--columns 20] [--every 1000] [--seed soak] [--json]
  --every   milliseconds between two candles of each pair
  --json    one object a line on the output: each minute, then the result`;

const MEGABYTE = 2 ** 20;
const WIDTH = 11;
const PROCESSES = ['producer', 'whole', 'restless', 'filtered'] as const;

const titles = { rss: 'resident', held: 'in use' } as const;

interface ProcessTrend {
  readonly name: string;
  readonly what: keyof typeof titles;
  readonly trend: Trend;
}

const choice = choose(process.argv.slice(2));
if (typeof choice === 'string') {
  say(`${choice}\n${usage}`);
  process.exitCode = 2;
} else process.exitCode = await soak(choice.plan, choice.isJson);

/** What the arguments ask for, or what is wrong with them. */
function choose(args: readonly string[]): { readonly plan: SoakPlan; readonly isJson: boolean } | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: text,
        pairs: text,
        rows: text,
        columns: text,
        every: text,
        seed: text,
        json: { type: 'boolean', default: false },
      },
    });
    const whole = (name: 'minutes' | 'pairs' | 'rows' | 'columns' | 'every', otherwise: number, least = 1) => {
      const value = Number(values[name] ?? otherwise);
      if (Number.isSafeInteger(value) && value >= least) return value;
      throw new RangeError(`--${name}: expected a whole number of at least ${least}, found ${values[name]}`);
    };
    const plan: SoakPlan = {
      minutes: whole('minutes', 60),
      pairs: whole('pairs', 100),
      rows: whole('rows', 1500),
      columns: whole('columns', 20, 10),
      candleEveryMs: whole('every', 1000),
      seed: values.seed ?? 'soak',
    };
    return { plan, isJson: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function soak(plan: SoakPlan, isJson: boolean): Promise<number> {
  const { pairs, rows, columns, candleEveryMs, minutes, seed } = plan;
  if (!isJson) {
    say(
      `${pairs} pairs x ${rows} rows x ${columns} columns, a candle of each every ${candleEveryMs} ms, for ${minutes} min (seed ${seed})`,
    );
    say(
      row([
        'min',
        'published',
        ...PROCESSES.slice(1),
        'reconn',
        'resync',
        'wrong',
        ...PROCESSES.map(memoryTitle),
        'CPU %',
      ]),
    );
  }
  const result = await new SoakRun(plan).run((minute) => say(isJson ? JSON.stringify(minute) : minuteRow(minute)));
  const trends = PROCESSES.flatMap((name) =>
    (['rss', 'held'] as const).map((what) => ({ name, what, trend: trendOf(result.samples[name] ?? [], what) })),
  );
  const faults = faultsOf(result, trends, plan);
  if (isJson) {
    const { minutes: _told, ...figures } = result;
    say(JSON.stringify({ plan, ...figures, trends, faults, verdict: faults.length === 0 ? 'passed' : 'failed' }));
  } else tellResult(result, trends, faults);
  return faults.length === 0 ? 0 : 1;
}

/** What is not as it has to be. */
function faultsOf(
  result: SoakResult,
  trends: readonly ProcessTrend[],
  { pairs, minutes, candleEveryMs }: SoakPlan,
): readonly string[] {
  const faults: string[] = [];
  if (result.mistaken > 0) faults.push(`${result.mistaken} copies were wrong:`, ...result.mistakes);
  if (result.mismatches > 0) faults.push(`${result.mismatches} hashes differed on connections that lose nothing`);
  faults.push(...result.troubles);
  for (const { name, what, trend } of trends) {
    const { isFlat, rise } = trend;
    if (!isFlat) faults.push(`the memory of ${name} rose by ${megabytes(rise)} MB (${titles[what]})`);
  }
  const due = (pairs * minutes * 60_000) / candleEveryMs;
  // A busy machine publishes later, and not nothing.
  if (result.published < due / 2) faults.push(`${result.published} candles were published, ${due} were due`);
  for (const [name, skipped] of Object.entries(result.skipped)) {
    if (skipped > result.published / 2) faults.push(`${name} was not shown ${skipped} of ${result.published} states`);
  }
  return faults;
}

function tellResult(result: SoakResult, trends: readonly ProcessTrend[], faults: readonly string[]): void {
  say();
  say(row(['memory', 'of', 'median MB', 'slope MB/h', 'rise MB', '']));
  for (const { name, what, trend } of trends) {
    const { median, slope, rise, isFlat } = trend;
    const cells = [median, slope, rise].map(megabytes);
    say(row([titles[what], name, ...cells, isFlat ? 'flat' : 'RISES']));
  }
  const { published, right, stale, mistaken, reconnects, renewals, resyncs, mismatches, skipped } = result;
  say();
  say(
    `published ${published}; shown and equal to the bit ${right}, of those known not to be the newest ${stale}; wrong ${mistaken}`,
  );
  say(`connections lost ${reconnects}, begun anew ${renewals}; resyncs ${resyncs}, hashes that differed ${mismatches}`);
  say(
    `states skipped: ${Object.entries(skipped)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  for (const fault of faults) say(fault);
  say(faults.length === 0 ? 'passed' : 'FAILED');
}

function minuteRow({ minute, published, shown, reconnects, resyncs, mistaken, rss, held, cpu }: SoakMinute): string {
  const used = Object.values(cpu).reduce((sum, each) => sum + each, 0) / 10;
  return row([
    String(minute),
    ...[published, shown.whole, shown.restless, shown.filtered, reconnects, resyncs, mistaken].map(String),
    ...PROCESSES.map((name) => [rss, held].map((bytes) => ((bytes[name] ?? 0) / MEGABYTE).toFixed(0)).join(' / ')),
    used.toFixed(0),
  ]);
}

/** Of a column of megabytes, resident and in use. */
function memoryTitle(name: string): string {
  return `${name.slice(0, 8)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(WIDTH) : cell.padStart(WIDTH)))
    .join(' ')
    .trimEnd();
}

import type { Report, Table, Target } from './benchmark.ts';
import { formatDuration, formatRatio } from './format.ts';
import { type Summary, median, quantile, summarize } from './statistics.ts';

/** Something that is timed. What it returns is kept until the next call, so that no engine finds the work useless. */
export interface Contestant {
  readonly name: string;
  readonly run: () => unknown;
}

/** One thing to be timed, by itself or against another way to do it. */
export interface Comparison {
  readonly subject: Contestant;
  readonly baseline?: Contestant;
  /** The most that the subject's median may be. */
  readonly mostMs?: number;
  /** The most that the median of subject / baseline may be. */
  readonly mostRatio?: number;
  /** A sample makes a multiple of so many calls, where calls come in cycles of unequal cost. 1 unless given. */
  readonly cycle?: number;
}

/** Milliseconds a call. */
export interface Timing extends Summary {
  readonly name: string;
  readonly samples: number;
}

/** Of the ratios of samples taken right after one another. */
export interface Ratio {
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
}

export interface Compared {
  readonly subject: Timing;
  readonly baseline?: Timing;
  readonly ratio?: Ratio;
}

/** How long to look at a comparison. */
export interface Pace {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Taken even where they need longer than `measureMs`. */
  readonly fewestSamples: number;
}

const unhurried: Pace = { warmUpMs: 400, measureMs: 3_000, fewestSamples: 40 };
/** A sample is made of so many calls that it lasts at least this long: far above the resolution of the clock. */
const SAMPLE_MS = 1;
const MOST_SAMPLES = 1_500;

/** Times each comparison in turn, and makes a report of them. */
export function compareAll(comparisons: readonly Comparison[]): Report {
  const compared = comparisons.map((comparison) => ({ comparison, result: compare(comparison) }));
  return {
    tables: [tableOf(compared.map(({ result }) => result))],
    targets: compared.flatMap(({ comparison, result }) => targetsOf(comparison, result)),
    figures: compared.map(({ result }) => result),
  };
}

/**
 * Warms both up, then takes samples of them in turn. Which of the two comes first changes from pair to pair, so that neither pays
 * for the other's garbage every time.
 */
export function compare({ subject, baseline, cycle = 1 }: Comparison, pace = unhurried): Compared {
  const subjectCalls = warmUp(subject, cycle, pace);
  const baselineCalls = baseline === undefined ? 0 : warmUp(baseline, cycle, pace);
  const [mine, theirs]: [number[], number[]] = [[], []];
  const end = performance.now() + pace.measureMs;
  const isEnough = () =>
    mine.length >= MOST_SAMPLES ||
    (mine.length >= pace.fewestSamples && performance.now() > end && mine.length % 2 === 0);
  while (!isEnough()) {
    const first = mine.length % 2 === 0;
    if (first) mine.push(sample(subject, subjectCalls));
    if (baseline !== undefined) theirs.push(sample(baseline, baselineCalls));
    if (!first) mine.push(sample(subject, subjectCalls));
  }
  const timing = timingOf(subject, mine);
  if (baseline === undefined) return { subject: timing };
  return { subject: timing, baseline: timingOf(baseline, theirs), ratio: ratioOf(mine, theirs) };
}

/** How many calls a sample needs. */
function warmUp(contestant: Contestant, cycle: number, { warmUpMs }: Pace): number {
  const end = performance.now() + warmUpMs;
  let fastest = Infinity;
  do fastest = Math.min(fastest, sample(contestant, cycle));
  while (performance.now() < end);
  return cycle * Math.max(1, Math.ceil(SAMPLE_MS / (fastest * cycle)));
}

let kept: unknown;

/** Milliseconds a call. */
function sample({ run }: Contestant, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) kept = run();
  return (performance.now() - start) / calls;
}

/** What the last call returned. */
export function lastResult(): unknown {
  return kept;
}

function timingOf({ name }: Contestant, samples: readonly number[]): Timing {
  return { name, samples: samples.length, ...summarize(samples) };
}

function ratioOf(mine: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = mine.map((value, i) => value / theirs[i]);
  return { p10: quantile(ratios, 0.1), median: median(ratios), p90: quantile(ratios, 0.9) };
}

function targetsOf({ mostMs, mostRatio }: Comparison, { subject, baseline, ratio }: Compared): Target[] {
  const targets: Target[] = [];
  if (mostMs !== undefined) targets.push({ what: subject.name, found: subject.median, most: mostMs, unit: 'ms' });
  if (mostRatio !== undefined && ratio !== undefined) {
    const what = `${subject.name}, against ${baseline?.name}`;
    targets.push({ what, found: ratio.median, most: mostRatio, unit: 'times' });
  }
  return targets;
}

function tableOf(results: readonly Compared[]): Table {
  const header = ['', 'min', 'median', 'p90', 'ratio (p10 to p90)'];
  const row = ({ name, min, median, p90 }: Timing) => [name, ...[min, median, p90].map(formatDuration)];
  const rows = results.flatMap(({ subject, baseline, ratio }) => {
    const spread = ratio && `${formatRatio(ratio.median)} (${formatRatio(ratio.p10)} to ${formatRatio(ratio.p90)})`;
    const subjectRow = [...row(subject), spread ?? ''];
    return baseline === undefined ? [subjectRow] : [subjectRow, [...row(baseline), '1']];
  });
  return { header, rows };
}

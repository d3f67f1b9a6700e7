import type { Report, Table, Target } from '../harness/benchmark.ts';
import { formatDuration, formatMegabytes } from '../harness/format.ts';
import { median } from '../harness/statistics.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type PairingName, pairingNames } from './pairing-name.ts';
import type { Measured } from './pairing.ts';
import type { Width } from './write-frames.ts';

export interface Widened {
  readonly width: Width;
  /** Of each pairing its rounds, the nth of all of them being of one time. */
  readonly rounds: Readonly<Record<PairingName, readonly Measured[]>>;
}

/** What ours may take of stock's, both ends being of one kind. */
const MOST_OF_LATENCY = 1 / 100;
const MOST_OF_SYNC = 1 / 20;
const MOST_OF_CPU = 1 / 20;
/** What ours may take at 60 columns. Milliseconds and bytes. */
const MOST_LATENCY_P50_MS = 3;
const MOST_LATENCY_P99_MS = 10;
const MOST_SYNC_MS = 350;
const MOST_SYNCED_RSS = 160e6;

const lines: readonly (readonly [label: string, show: (figures: Figures) => string])[] = [
  ['initial sync: connect to the last frame', ({ syncMs }) => formatDuration(syncMs)],
  ['… in the quickest and the slowest round', ({ syncRangeMs }) => syncRangeMs.map(formatDuration).join(', ')],
  ['emit to readable, p50', ({ latencyP50Ms }) => formatDuration(latencyP50Ms)],
  ['emit to readable, p99', ({ latencyP99Ms }) => formatDuration(latencyP99Ms)],
  ['emit to readable, longest', ({ latencyMostMs }) => formatDuration(latencyMostMs)],
  ['a candle: first emit to last readable, median', ({ candleMs }) => formatDuration(candleMs)],
  ['CPU an update, producer', ({ producerCpuMs }) => formatDuration(producerCpuMs)],
  ['CPU an update, consumer', ({ consumerCpuMs }) => formatDuration(consumerCpuMs)],
  ['RSS of the consumer after the sync', ({ consumerSyncedRss }) => formatMegabytes(consumerSyncedRss)],
  ['RSS of the consumer at the end', ({ consumerRss }) => formatMegabytes(consumerRss)],
  ['RSS of the producer at the end', ({ producerRss }) => formatMegabytes(producerRss)],
  ['largest difference of a value', ({ worstDifference }) => formatDifference(worstDifference)],
];

/** Of all pairings. */
export function pairingsReport(measured: readonly Widened[]): Report {
  return {
    tables: measured.map(tableOf),
    targets: measured.flatMap((widened) => [...targetsOf(widened), ...ratiosOf(widened)]),
    figures: measured.flatMap(pairingsOf),
  };
}

function pairingsOf({ width, rounds }: Widened): readonly unknown[] {
  return pairingNames.map((pairing) => {
    const each = rounds[pairing].map((round) => figuresOf([round]));
    return { width, pairing, together: figuresOf(rounds[pairing]), rounds: each };
  });
}

function tableOf({ width, rounds }: Widened): Table {
  const figures = pairingNames.map((name) => figuresOf(rounds[name]));
  return {
    header: [`${width} columns`, ...pairingNames],
    rows: lines.map(([label, show]) => [label].concat(figures.map(show))),
  };
}

/** Of ours by itself. */
function targetsOf({ width, rounds }: Widened): Target[] {
  if (width !== 60) return [];
  const { latencyP50Ms, latencyP99Ms, syncMs, syncRangeMs, consumerSyncedRss } = figuresOf(rounds['ours → ours']);
  const [lowest, highest] = syncRangeMs;
  const ours = (what: string) => `${what}, ours → ours, ${width} columns, all pairs at once`;
  return [
    { what: ours('emit to readable, p50'), found: latencyP50Ms, most: MOST_LATENCY_P50_MS, unit: 'ms' },
    { what: ours('emit to readable, p99'), found: latencyP99Ms, most: MOST_LATENCY_P99_MS, unit: 'ms' },
    { what: ours('initial sync'), found: syncMs, range: { lowest, highest }, most: MOST_SYNC_MS, unit: 'ms' },
    {
      what: ours('RSS of the consumer after the sync'),
      found: consumerSyncedRss,
      most: MOST_SYNCED_RSS,
      unit: 'bytes',
    },
  ];
}

/** Of ours in relation to stock's. */
function ratiosOf({ width, rounds }: Widened): Target[] {
  const against = `ours → ours against stock → stock, ${width} columns, median of ${rounds['ours → ours'].length} rounds`;
  const target = (what: string, figure: (figures: Figures) => number, most: number): Target => ({
    what: `${what}, ${against}`,
    ...ratioOf(rounds, figure),
    most,
    unit: 'times',
  });
  return [
    target('emit to readable, p50', ({ latencyP50Ms }) => latencyP50Ms, MOST_OF_LATENCY),
    target('emit to readable, p99', ({ latencyP99Ms }) => latencyP99Ms, MOST_OF_LATENCY),
    target('initial sync', ({ syncMs }) => syncMs, MOST_OF_SYNC),
    target('CPU of the consumer', ({ consumerCpuMs }) => consumerCpuMs, MOST_OF_CPU),
  ];
}

/** Ours to stock's, round by round. */
function ratioOf(
  rounds: Widened['rounds'],
  figure: (figures: Figures) => number,
): Required<Pick<Target, 'found' | 'range'>> {
  const stock = rounds['stock → stock'];
  const ratios = rounds['ours → ours'].map((ours, i) => figure(figuresOf([ours])) / figure(figuresOf([stock[i]])));
  return { found: median(ratios), range: { lowest: Math.min(...ratios), highest: Math.max(...ratios) } };
}

function formatDifference(value: number): string {
  return value === 0 ? 'none' : value.toExponential(1);
}

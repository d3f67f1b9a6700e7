import type { Report, Table, Target } from '../harness/benchmark.ts';
import { formatBytes, formatDuration, formatMegabytes } from '../harness/format.ts';
import { median, quantile } from '../harness/statistics.ts';
import type { CandleRun } from './candle-run.ts';
import type { Crowd } from './crowd.ts';
import type { Answer } from './messages.ts';
import type { Steady } from './steady.ts';
import type { Stopped } from './stopped-readers.ts';

/** What our producer and our consumers showed among themselves. */
export interface Streams {
  /** By columns. */
  readonly widths: readonly Steady[];
  /** By rows. */
  readonly lengths: readonly Steady[];
  readonly sync: Steady['profile'];
  readonly crowd: Crowd;
  readonly stopped: Stopped;
}

const MOST_LONE_P50_MS = 1;
const MOST_LONE_P99_MS = 3;
/** By columns. */
const MOST_CONSUMER_CPU_MS: Readonly<Record<number, number>> = { 60: 0.05, 150: 0.1 };
const MOST_DELIVERY_MS = 0.015;
const BYTES_A_COLUMN = 8;
const BYTES_A_MESSAGE = 48;
const MOST_HELD = 2e6;
/** Between the fewest rows and the most: what differs by less is the machine's own unrest. */
const MOST_GROWTH = 1.3;
/** Functions of a profile that the page shows. */
const SHOWN_FUNCTIONS = 12;

export function streamsReport(streams: Streams): Report {
  const { widths, lengths, sync, crowd, stopped } = streams;
  const { profile } = widths[0];
  return {
    tables: [
      widthsTable(widths),
      lengthsTable(lengths),
      crowdTable(crowd, stopped),
      profileTable('an update, consumer', profile.consumer),
      profileTable('an update, producer', profile.producer),
      profileTable('initial sync, consumer', sync.consumer),
      profileTable('initial sync, producer', sync.producer),
    ],
    targets: [...widths.flatMap(widthTargets), ...lengthTargets(lengths), ...crowdTargets(crowd, stopped)],
    figures: streams,
  };
}

const updates = ({ latenciesMs }: CandleRun) => latenciesMs.length;
const latency = (run: CandleRun, share: number) => formatDuration(quantile(run.latenciesMs, share));
const consumerCpu = (run: CandleRun) => run.consumerCpuMs / updates(run);
const producerCpu = (run: CandleRun) => run.producerCpuMs / updates(run);
const pairsOf = (run: CandleRun) => updates(run) / run.candlesMs.length;
/** Of the median candle: a collection of garbage, or a function compiled anew, falls into the one or the other. */
const usualConsumerCpu = (run: CandleRun) => median(run.consumerCandlesCpuMs) / pairsOf(run);
const usualProducerCpu = (run: CandleRun) => median(run.producerCandlesCpuMs) / pairsOf(run);

const widthLines: readonly (readonly [label: string, show: (steady: Steady) => string])[] = [
  ['initial sync', ({ syncMs }) => formatDuration(syncMs)],
  ['all pairs at once: emit to readable, p50', ({ anew }) => latency(anew, 0.5)],
  ['… p99', ({ anew }) => latency(anew, 0.99)],
  ['… longest', ({ anew }) => latency(anew, 1)],
  ['the same where frames go on from those before: p50', ({ goingOn }) => latency(goingOn, 0.5)],
  ['… p99', ({ goingOn }) => latency(goingOn, 0.99)],
  ['one pair alone: emit to readable, p50', ({ alone }) => latency(alone, 0.5)],
  ['… p99', ({ alone }) => latency(alone, 0.99)],
  ['CPU an update in the median candle, consumer', ({ anew }) => formatDuration(usualConsumerCpu(anew))],
  ['… on the average', ({ anew }) => formatDuration(consumerCpu(anew))],
  ['… where frames go on from those before, median candle', ({ goingOn }) => formatDuration(usualConsumerCpu(goingOn))],
  ['… on the average', ({ goingOn }) => formatDuration(consumerCpu(goingOn))],
  ['CPU an update, producer', ({ anew }) => formatDuration(producerCpu(anew))],
  ['… where frames go on from those before', ({ goingOn }) => formatDuration(producerCpu(goingOn))],
  ['bytes an update: the message', ({ bytes }) => formatBytes(bytes.message)],
  ['… its websocket frame, beside it', ({ bytes }) => formatBytes(bytes.framing)],
  ['… heartbeats, by the updates', ({ bytes }) => formatBytes(bytes.text)],
  ['RSS of the consumer after the sync', ({ syncedRss }) => formatMegabytes(syncedRss)],
  ['RSS of the consumer after all candles', ({ consumerRss }) => formatMegabytes(consumerRss)],
];

function widthsTable(widths: readonly Steady[]): Table {
  return {
    header: ['ours → ours, warm', ...widths.map(({ width }) => `${width} columns`)],
    rows: widthLines.map(([label, show]) => [label].concat(widths.map(show))),
  };
}

const lengthLines: readonly (readonly [label: string, show: (steady: Steady) => string])[] = [
  ['CPU an update in the median candle, consumer', ({ goingOn }) => formatDuration(usualConsumerCpu(goingOn))],
  ['… on the average', ({ goingOn }) => formatDuration(consumerCpu(goingOn))],
  ['CPU an update in the median candle, producer', ({ goingOn }) => formatDuration(usualProducerCpu(goingOn))],
  ['… on the average', ({ goingOn }) => formatDuration(producerCpu(goingOn))],
  ['… where every frame is made anew', ({ anew }) => formatDuration(producerCpu(anew))],
  ['bytes an update: the message', ({ bytes }) => formatBytes(bytes.message)],
  ['emit to readable, p50', ({ goingOn }) => latency(goingOn, 0.5)],
];

function lengthsTable(lengths: readonly Steady[]): Table {
  const [{ pairs, width }] = lengths;
  return {
    header: [`${pairs} pairs, ${width} columns, rows held`, ...lengths.map(({ rows }) => rows.toLocaleString('en'))],
    rows: lengthLines.map(([label, show]) => [label].concat(lengths.map(show))),
  };
}

function crowdTable({ consumers, pairs, deliveryMs }: Crowd, stopped: Stopped): Table {
  return {
    header: ['what a consumer costs its producer', ''],
    rows: [
      [`CPU a delivery, ${consumers} consumers of ${pairs} pairs`, formatDuration(deliveryMs.anew)],
      ['… where frames go on from those before', formatDuration(deliveryMs.goingOn)],
      ['held for one that stopped reading amid its first frames', formatBytes(stopped.amidSync)],
      ['held for one that never reads', formatBytes(stopped.unread)],
      ['… of which queued for its socket', formatBytes(stopped.queued)],
    ],
  };
}

function profileTable(what: string, { busyMs, functions }: Answer<'profiled'>): Table {
  const row = ({ name, file, ms }: Answer<'profiled'>['functions'][number]) => [
    // Names that are no function's stand in brackets already.
    name.startsWith('(') ? name : `\`${name === '' ? 'a function without a name' : name}\` ${file}`.trim(),
    `${((100 * ms) / busyMs).toFixed(1)}%`,
  ];
  return {
    header: [what, `of ${formatDuration(busyMs)}`],
    rows: functions.slice(0, SHOWN_FUNCTIONS).map(row),
  };
}

function widthTargets({ width, rows, pairs, anew, alone, bytes }: Steady): Target[] {
  const ours = (what: string) => `${what}, ours → ours, ${width} columns`;
  const cpu: Target = {
    what: ours('CPU of the consumer an update, median candle'),
    found: usualConsumerCpu(anew),
    most: MOST_CONSUMER_CPU_MS[width],
    unit: 'ms',
  };
  const mostBytes = BYTES_A_COLUMN * width + BYTES_A_MESSAGE;
  const size: Target = { what: ours('bytes an update'), found: bytes.message, most: mostBytes, unit: 'bytes' };
  if (width !== 60) return [cpu, size];
  const lone = (share: number) => quantile(alone.latenciesMs, share);
  const scene = `one of ${pairs} pairs alone, ${rows.toLocaleString('en')} rows`;
  return [
    { what: ours(`emit to readable, ${scene}, p50`), found: lone(0.5), most: MOST_LONE_P50_MS, unit: 'ms' },
    { what: ours(`emit to readable, ${scene}, p99`), found: lone(0.99), most: MOST_LONE_P99_MS, unit: 'ms' },
    cpu,
    size,
  ];
}

function lengthTargets(lengths: readonly Steady[]): Target[] {
  const [fewest, most] = [lengths[0], lengths[lengths.length - 1]];
  const target = (what: string, figure: (run: CandleRun) => number): Target => ({
    what: `${what}, ${most.rows.toLocaleString('en')} rows held against ${fewest.rows}`,
    found: figure(most.goingOn) / figure(fewest.goingOn),
    most: MOST_GROWTH,
    unit: 'times',
  });
  return [
    target('CPU of the consumer an update, median candle', usualConsumerCpu),
    target('CPU of the producer an update, median candle', usualProducerCpu),
  ];
}

function crowdTargets({ consumers, deliveryMs }: Crowd, { amidSync, unread }: Stopped): Target[] {
  const held = 'memory held for a client that stopped reading';
  return [
    {
      what: `CPU of the producer a delivery, ${consumers} consumers`,
      found: deliveryMs.anew,
      most: MOST_DELIVERY_MS,
      unit: 'ms',
    },
    { what: `${held} amid its first frames`, found: amidSync, most: MOST_HELD, unit: 'bytes' },
    { what: `${held} before anything came`, found: unread, most: MOST_HELD, unit: 'bytes' },
  ];
}

import { randomBytes } from 'node:crypto';
import { type BenchProducer, startProducer } from './consumer/bench-producer.ts';
import { compile } from './consumer/compile.ts';
import { ConsumerChild } from './consumer/consumer-child.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { formatDuration, formatMegabytes } from './harness/format.ts';
import { quantile, summarize } from './harness/statistics.ts';

const PAIRS = 100;
const ROWS = 1500;
const COLUMNS = 60;
const CANDLES = 20;
const RUNS = 3;
const wsToken = randomBytes(16).toString('hex');

export const consumer: Benchmark = {
  name: 'consumer',
  title: `a consumer process with ${PAIRS} pairs of 1,500 rows and ${COLUMNS} columns, over loopback`,
  run: runConsumer,
};

/** What one life of a consumer process showed. Bytes and milliseconds. */
interface Life {
  readonly startRss: number;
  readonly syncMs: number;
  readonly syncBytes: number;
  readonly syncedRss: number;
  readonly peakRss: number;
  readonly collectedRss: number;
  readonly candlesRss: number;
  readonly candlesHeap: number;
  readonly candlesBuffers: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  /** From the first pair's emission to the last pair's row. */
  readonly candleMs: number;
  readonly candleBytes: number;
}

async function runConsumer(): Promise<Report> {
  const module = await compile('bench/consumer/consumer-process.ts');
  const lives: Life[] = [];
  for (let run = 0; run < RUNS; run++) {
    const producer = await startProducer({ pairs: PAIRS, rows: ROWS, candles: CANDLES, wsToken });
    try {
      lives.push(await live(module, producer));
    } finally {
      await producer.close();
    }
  }
  return reportOf(lives);
}

async function live(module: string, producer: BenchProducer): Promise<Life> {
  await producer.emit(0);
  const child = new ConsumerChild(module);
  const { memory: start } = await child.next('ready');
  child.order({ do: 'connect', port: producer.port, wsToken, pairs: PAIRS });
  const synced = await child.next('synced');
  const syncBytes = producer.sentBytes;
  const collected = await collect(child);
  const { latencies, candleMs } = await followCandles(child, producer);
  const candleBytes = (producer.sentBytes - syncBytes) / CANDLES;
  const after = await collect(child);
  await child.stop();
  return {
    startRss: start.rss,
    syncMs: synced.ms,
    syncBytes,
    syncedRss: synced.memory.rss,
    peakRss: after.peak,
    collectedRss: collected.rss,
    candlesRss: after.rss,
    candlesHeap: after.heap,
    candlesBuffers: after.buffers,
    latencyP50Ms: quantile(latencies, 0.5),
    latencyP99Ms: quantile(latencies, 0.99),
    candleMs,
    candleBytes,
  };
}

async function collect(child: ConsumerChild) {
  child.order({ do: 'collect' });
  return (await child.next('collected')).memory;
}

async function followCandles(child: ConsumerChild, producer: BenchProducer) {
  const latencies: number[] = [];
  const spans: number[] = [];
  for (let candle = 1; candle <= CANDLES; candle++) {
    const [emittedAt, { readableAt }] = await Promise.all([producer.emit(candle), child.next('candle')]);
    for (const [pair, at] of emittedAt) latencies.push(readableAt[pair] - at);
    spans.push(Math.max(...Object.values(readableAt)) - Math.min(...emittedAt.values()));
  }
  return { latencies, candleMs: quantile(spans, 0.5) };
}

const lines: readonly (readonly [label: string, key: keyof Life, format: (value: number) => string])[] = [
  ['RSS before connecting: Node and the modules', 'startRss', formatMegabytes],
  ['RSS when every frame is there', 'syncedRss', formatMegabytes],
  ['RSS after a forced collection', 'collectedRss', formatMegabytes],
  [`RSS after ${CANDLES} candles more and a collection`, 'candlesRss', formatMegabytes],
  ['… of which V8’s heap', 'candlesHeap', formatMegabytes],
  ['… of which arrays of numbers', 'candlesBuffers', formatMegabytes],
  ['most RSS at any time', 'peakRss', formatMegabytes],
  ['initial sync: connect to the last frame', 'syncMs', formatDuration],
  ['initial sync: content of the messages received', 'syncBytes', formatMegabytes],
  ['a candle of every pair: emit to readable, p50', 'latencyP50Ms', formatDuration],
  ['a candle of every pair: emit to readable, p99', 'latencyP99Ms', formatDuration],
  ['a candle of every pair: first emit to last readable', 'candleMs', formatDuration],
  ['a candle of every pair: content of the messages received', 'candleBytes', formatMegabytes],
];

function reportOf(lives: readonly Life[]): Report {
  const rows = lines.map(([label, key, format]) => {
    const values = lives.map((life) => life[key]);
    const { min, median } = summarize(values);
    return [label, format(min), format(median), format(Math.max(...values))];
  });
  const floor = formatMegabytes(PAIRS * ROWS * COLUMNS * Float64Array.BYTES_PER_ELEMENT);
  rows.unshift(['the numbers alone, 8 bytes each', floor, floor, floor]);
  const header = [`of ${RUNS} processes`, 'min', 'median', 'max'];
  return { tables: [{ header, rows }], targets: [], figures: lives };
}

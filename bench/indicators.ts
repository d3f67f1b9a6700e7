import { type AnyIndicator, bbands, bollingerBands, indicators as all, rsi, tema } from '../src/indicators/index.ts';
import type { Benchmark, Report, Target } from './harness/benchmark.ts';
import { type Compared, type Pace, compare, compareAll } from './harness/compare.ts';
import { formatDuration, formatRatio } from './harness/format.ts';
import { installCommand, loadRivals } from './indicators/load-rivals.ts';
import { type Market, marketOf, ownCall } from './indicators/market.ts';
import type { Rival } from './indicators/rival.ts';

const SIZES = [1_000, 10_000];
const BANDS = { window: 20, stds: 2 };
/** There are some hundred indicators, two sizes and up to three rivals of each. */
const brisk: Pace = { warmUpMs: 50, measureMs: 200, fewestSamples: 10 };
/** No indicator may be slower than this rival's. */
const TO_BEAT = 'talib';

export const indicators: Benchmark = {
  name: 'indicators',
  title: 'every indicator at its default settings, over 1,000 and 10,000 rows',
  run: runIndicators,
};

/** One indicator over one market: its time, and what came of each rival that has it. */
interface Row {
  readonly indicator: AnyIndicator;
  readonly rows: number;
  readonly ours: Compared['subject'];
  readonly ratios: ReadonlyMap<string, NonNullable<Compared['ratio']>>;
  readonly compared: readonly Compared[];
}

function runIndicators(): Report {
  const sample = sampleStrategy();
  const rivals = loadRivals();
  if (typeof rivals === 'string') warn(`the rivals are left out: ${rivals}; to install them: ${installCommand}`);
  const present = typeof rivals === 'string' ? [] : rivals;
  const markets = SIZES.map(marketOf);
  for (const market of markets) checkRivals(present, market);
  const measured = all.map((indicator) => markets.map((market) => measure(indicator, market, present)));
  return {
    tables: [...sample.tables, tableOf(measured, present)],
    targets: [...sample.targets, ...targetsOf(measured.flat())],
    figures: {
      sampleStrategy: sample.figures,
      indicators: measured.flat().map(({ indicator, rows, compared }) => ({ name: indicator.name, rows, compared })),
    },
  };
}

/** Beside the figures, which may be JSON. */
function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The three indicators of freqtrade's sample strategy over 1,000 rows. */
function sampleStrategy(): Report {
  const [rows] = SIZES;
  const { close } = marketOf(rows).columns;
  return compareAll([
    {
      subject: {
        name: 'RSI, Bollinger Bands and TEMA',
        run: () => [rsi(close, 14), bollingerBands(close, BANDS), tema(close, 9)],
      },
      mostMs: 0.06,
    },
    {
      subject: {
        name: "the same with TA-Lib's BBANDS",
        run: () => [rsi(close, 14), bbands(close, { timePeriod: 20 }), tema(close, 9)],
      },
    },
    { subject: { name: 'all three, one more row of a stream', run: streamOf(close) } },
  ]);
}

function streamOf(close: Float64Array): () => unknown {
  const streams = [rsi.stream(14), bollingerBands.stream(BANDS), tema.stream(9)] as const;
  let row = 0;
  return () => {
    const value = close[row++ % close.length];
    return streams.map((stream) => stream.update(value));
  };
}

/** Runs every call once, and looks at what it gave, before any clock starts. */
function checkRivals(rivals: readonly Rival[], market: Market): void {
  for (const rival of rivals) {
    for (const indicator of all) {
      const call = rival.callOf(indicator, market);
      if (call !== undefined) rival.check(indicator, market, call());
    }
  }
}

function measure(indicator: AnyIndicator, market: Market, rivals: readonly Rival[]): Row {
  const subject = { name: indicator.name, run: ownCall(indicator, market) };
  const compared: Compared[] = [];
  const ratios = new Map<string, NonNullable<Compared['ratio']>>();
  for (const rival of rivals) {
    const run = rival.callOf(indicator, market);
    if (run === undefined) continue;
    const found = compare({ subject, baseline: { name: rival.name, run } }, brisk);
    compared.push(found);
    if (found.ratio !== undefined) ratios.set(rival.name, found.ratio);
  }
  if (compared.length === 0) compared.push(compare({ subject }, brisk));
  return { indicator, rows: market.rows, ours: compared[0].subject, ratios, compared };
}

function tableOf(measured: readonly (readonly Row[])[], rivals: readonly Rival[]): Report['tables'][number] {
  const sizes = SIZES.map((rows) => rows.toLocaleString('en'));
  const header = ['', ...sizes.map((size) => `${size} rows`), ...rivals.map(({ name }) => `/ ${name}`)];
  const rows = measured.map((row) => [
    row[0].indicator.name,
    ...row.map(({ ours }) => formatDuration(ours.median)),
    ...rivals.map(({ name }) => row.flatMap(({ ratios }) => ratioText(ratios.get(name)?.median)).join(', ')),
  ]);
  return { header, rows };
}

function ratioText(ratio: number | undefined): readonly string[] {
  return ratio === undefined ? [] : [formatRatio(ratio)];
}

/** One target a size, of the indicator that comes nearest to it, and one for each other indicator that misses it. */
function targetsOf(measured: readonly Row[]): readonly Target[] {
  return SIZES.flatMap((size) => {
    const judged = measured
      .filter(({ rows, ratios }) => rows === size && ratios.has(TO_BEAT))
      .map(({ indicator, ratios }) => ({ name: indicator.name, found: ratios.get(TO_BEAT)?.median ?? Number.NaN }))
      .toSorted((a, b) => b.found - a.found);
    const told = judged.filter(({ found }, i) => i === 0 || found > 1);
    const of = `${judged.length} against ${TO_BEAT}'s call, ${size.toLocaleString('en')} rows`;
    return told.map(({ name, found }): Target => ({
      what: `the slowest of ${of}: ${name}`,
      found,
      most: 1,
      unit: 'times',
    }));
  });
}

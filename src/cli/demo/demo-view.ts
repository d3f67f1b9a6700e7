import { signalFlagColumns } from '../../market/index.ts';
import type { Paint } from '../paint.ts';
import { plainTable } from '../plain-table.ts';
import { printAge } from '../watch-table.ts';
import type { BoardPair, CopyState, DemoBoard, DemoSummary } from './demo-board.ts';

/** Indicators of the documentation's strategies, as they are shown. */
const INDICATORS = ['rsi', 'tema', 'bb_lowerband', 'bb_middleband'];

/** The live table: what the producer has of each pair, and each consumer's copy of it. */
export function demoTable(board: DemoBoard, consumers: readonly string[], nowMs: number, paint: Paint): string {
  const head = ['pair', 'candle', 'close', ...INDICATORS, 'signals', ...consumers.map((name) => `copy at ${name}`)];
  const rows = board.pairs.map((pair) => [
    pair.pair,
    time(pair.latest.date),
    number(pair.latest.last.close),
    ...INDICATORS.map((name) => number(pair.latest.last[name])),
    signals(pair, paint),
    ...consumers.map((name) => copyCell(pair.copies.get(name), pair, nowMs, paint)),
  ]);
  const numeric = [2, ...INDICATORS.map((_, i) => 3 + i)];
  return plainTable(
    head.map((title) => paint('bold', title)),
    rows,
    numeric,
  );
}

function copyCell(copy: CopyState | undefined, { latest }: BoardPair, nowMs: number, paint: Paint): string {
  if (copy === undefined) return paint('yellow', 'not yet');
  const age = `${printAge(Math.max(0, nowMs - copy.receivedAt)).padStart(6)} old`;
  if (copy.equal === false) return paint('red', `DIFFERENT ${age}`);
  const isLatest = copy.lastAnalyzed === latest.lastAnalyzed;
  return isLatest ? `${paint('green', 'equal')} ${age}` : paint('yellow', `behind ${age}`);
}

function signals({ latest }: BoardPair, paint: Paint): string {
  const on = signalFlagColumns.filter((name) => latest.last[name] === 1);
  return on.map((name) => paint(name.startsWith('enter') ? 'green' : 'magenta', name)).join(' ');
}

/** One line that says where a demo stands. */
export function demoProgress(board: DemoBoard, goal: number | undefined): string {
  const { candles, copies, equal, lagMs, missing } = board.summary();
  const count = goal === undefined ? `candle ${candles}` : `candle ${candles} of ${goal}`;
  const behind = missing.length === 0 ? '' : `, ${missing.length} on their way`;
  return `${count}: ${copies} copies, ${equal} equal${behind}; lag p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms`;
}

/** What a demo has shown, at its end. */
export function demoSummary(summary: DemoSummary, paint: Paint): string {
  const { candles, pairs, copies, equal, different, missing, failures, lagMs, decisions } = summary;
  const good = different.length === 0 && missing.length === 0 && failures.length === 0 && copies > 0;
  const lines = [
    `${candles} candles of ${pairs} pairs; ${copies} copies arrived, ${equal} equal to the producer's frame to the bit`,
    `from analysis to copy: p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms, longest ${lagMs.max} ms`,
    ...Object.entries(decisions).map(
      ([bot, { entries, exits }]) => `${bot}: ${entries} entries, ${exits} exits decided`,
    ),
    ...listed('different', different),
    ...listed('missing', missing),
    ...listed('failed', failures),
    good ? paint('green', 'every copy was equal') : paint('red', 'NOT every copy was equal'),
  ];
  return `${lines.join('\n')}\n`;
}

function listed(what: string, items: readonly string[]): readonly string[] {
  const most = 5;
  const lines = items.slice(0, most).map((item) => `${what}: ${item}`);
  return items.length > most ? [...lines, `${what}: and ${items.length - most} more`] : lines;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(5, 16).replace('T', ' ');
}

function number(value: unknown): string {
  if (typeof value !== 'number') return '·';
  return String(Number(value.toPrecision(6)));
}

import { signalFlagColumns } from '../../market/index.ts';
import { fitTable, type Cell, type TableColumn } from '../fit-table.ts';
import { formatNumber, priceDecimals } from '../format-price.ts';
import type { Paint, Style } from '../paint.ts';
import type { Room } from '../terminal.ts';
import { clipText } from '../text-width.ts';
import { printAge } from '../print-age.ts';
import { type BoardPair, type CopyState, type DemoBoard, type DemoSummary, isSuccess } from './demo-board.ts';
import { demoConsumers, type DemoPlan, demoProducer } from './demo-configs.ts';

/** Indicators of the documentation's strategies that are shown, with when they leave a narrow table. */
const INDICATORS = [
  { name: 'rsi', leaves: 3 },
  { name: 'tema', leaves: 5 },
  { name: 'bb_lowerband', leaves: 7 },
  { name: 'bb_middleband', leaves: 6 },
] as const;

const ROLE_WIDTH = Math.max(...[demoProducer, ...demoConsumers].map(({ role }) => role.length));

/** What a screen of the demo is drawn from. */
export interface DemoScreen {
  readonly board: DemoBoard;
  readonly plan: DemoPlan;
  /** Candles to stop after, where there is such a number. */
  readonly goal: number | undefined;
  readonly room: Room;
  readonly nowMs: number;
  readonly paint: Paint;
}

/** The live screen: the bots, what the producer has of each pair with each consumer's copy of it, and where the demo stands. */
export function demoScreen(screen: DemoScreen): string {
  const { board, plan, goal, room, paint } = screen;
  const clip = (line: string) => clipText(line, room.width);
  const head = [paint('bold', clip(demoTitle(plan))), ...botLines(board).map(clip), ''];
  const foot = ['', clip(demoProgress(board, goal)), paint('gray', clip('Ctrl-C ends it')), ''];
  const height = room.height - head.length - foot.length;
  const table = board.pairs.length === 0 ? 'starting…\n' : demoTable(screen, height);
  return `${head.join('\n')}\n${table}${foot.join('\n')}`;
}

/** What is played, and how fast. */
export function demoTitle({ candles, speed, seed, pairs }: DemoPlan): string {
  const market = candles === undefined ? `simulated market "${seed}" of ${counted(pairs, 'pair')}` : candles;
  return `${market}; a 5m candle lasts ${Number((300 / speed).toPrecision(3))} s`;
}

/** The bots, a line each, with what they have decided where there is a board that knows. */
export function botLines(board?: DemoBoard): readonly string[] {
  return [demoProducer, ...demoConsumers].map(({ name, role }) => {
    const { entries, exits } = board?.decisionsOf(name) ?? { entries: 0, exits: 0 };
    const decided = `  ${counted(entries, 'entry', 'entries')}, ${counted(exits, 'exit')}`;
    return `${name.padEnd(9)}  ${board === undefined ? role : role.padEnd(ROLE_WIDTH) + decided}`;
  });
}

function demoTable({ board, room, nowMs, paint }: DemoScreen, height: number): string {
  const numeric = (name: string, decimals: (pair: BoardPair) => number, leaves = 0): TableColumn<BoardPair> => ({
    head: name,
    leaves,
    align: 'right',
    cell: (pair) => ({ text: formatNumber(pair.latest.last[name], decimals(pair)) }),
  });
  const ofPrice = ({ latest }: BoardPair) => priceDecimals(latest.last.close);
  const columns: readonly TableColumn<BoardPair>[] = [
    { head: 'pair', cell: ({ pair }) => ({ text: pair }) },
    { head: 'candle', cell: ({ latest }) => ({ text: time(latest.date) }), leaves: 4 },
    numeric('close', ofPrice, 1),
    ...INDICATORS.map(({ name, leaves }) => numeric(name, (pair) => (name === 'rsi' ? 1 : ofPrice(pair)), leaves)),
    { head: 'signals', cell: signals, least: 'enter_long'.length, leaves: 2 },
    ...demoConsumers.map(({ name }) => ({
      head: `copy at ${name}`,
      cell: (pair: BoardPair) => copyCell(pair.copies.get(name), pair, nowMs),
      least: 'equal, 0.1 s'.length,
    })),
  ];
  // What is wrong shows, however many pairs there are.
  const isWrong = (pair: BoardPair) => [...pair.copies.values()].some(({ equal }) => !equal);
  const rows = board.pairs.toSorted((a, b) => Number(isWrong(b)) - Number(isWrong(a)));
  return fitTable(columns, rows, { room: { ...room, height }, paint, rowName: 'pairs' });
}

function copyCell(copy: CopyState | undefined, { latest }: BoardPair, nowMs: number): Cell {
  if (copy === undefined) return { text: 'not yet', style: 'yellow' };
  const age = printAge(Math.max(0, nowMs - copy.receivedAt));
  if (!copy.equal) return { text: `DIFFERENT, ${age}`, style: 'red' };
  if (copy.lastAnalyzed !== latest.lastAnalyzed) return { text: `behind, ${age}`, style: 'yellow' };
  return { text: `equal, ${age}`, style: 'green' };
}

function signals({ latest }: BoardPair): Cell {
  const on = signalFlagColumns.filter((name) => latest.last[name] === 1);
  const style: Style = on.some((name) => name.startsWith('enter')) ? 'green' : 'magenta';
  return { text: on.join(' '), style };
}

/** One line that says where a demo stands. */
export function demoProgress(board: DemoBoard, goal: number | undefined): string {
  const { candles, copies, equal, lagMs, missing } = board.summary();
  // At high speed candles go on closing while the last copies arrive.
  const reached = goal === undefined ? `candle ${candles}` : `candle ${Math.min(candles, goal)} of ${goal}`;
  const place = candles > 0 ? reached : board.isSynced ? 'history copied' : 'copying the history';
  const behind = missing.length === 0 ? '' : `, ${missing.length} on their way`;
  const lag = candles === 0 ? '' : `; lag p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms`;
  return `${place}: ${copies} copies, ${equal} equal${behind}${lag}`;
}

/** What a demo has shown, at its end. */
export function demoSummary(summary: DemoSummary, paint: Paint): string {
  const { candles, pairs, copies, equal, unproven, different, missing, failures, lagMs, decisions } = summary;
  if (pairs === 0) return `${paint('yellow', 'stopped before the first candle')}\n`;
  const lines = [
    `${counted(candles, 'candle')} of ${counted(pairs, 'pair')}; ${copies} copies arrived, ${equal} equal to the producer's frame to the bit`,
    ...(candles === 0
      ? []
      : [`from analysis to copy: p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms, longest ${lagMs.max} ms`]),
    ...Object.entries(decisions).map(
      ([bot, { entries, exits }]) =>
        `${bot}: ${counted(entries, 'entry', 'entries')}, ${counted(exits, 'exit')} decided`,
    ),
    ...listed('different', different, copies - equal),
    ...listed('missing', missing, missing.length),
    ...listed('failed', failures, failures.length),
    ...(unproven === 0 ? [] : [`${unproven} copies of frames that the producer did not report`]),
    verdict(summary, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict(summary: DemoSummary, paint: Paint): string {
  if (isSuccess(summary)) return paint('green', 'every copy was equal');
  const { copies, equal, unproven, failures } = summary;
  if (copies === 0) return paint('yellow', 'no copy arrived');
  if (equal < copies || unproven > 0) return paint('red', 'NOT every copy was equal');
  const arrived = 'every copy that arrived was equal';
  return failures.length > 0 ? paint('red', `${arrived}, but a strategy failed`) : paint('yellow', arrived);
}

function listed(what: string, items: readonly string[], total: number): readonly string[] {
  const most = 5;
  const lines = items.slice(0, most).map((item) => `${what}: ${item}`);
  return total > lines.length ? [...lines, `${what}: and ${total - lines.length} more`] : lines;
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(5, 16).replace('T', ' ');
}

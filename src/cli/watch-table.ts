import type { ConsumerEvent, CopyStatus, CopyView, ProducerClient } from '../consumer/index.ts';
import type { AnyFrame } from '../frame/index.ts';
import { type PairKey, signalFlagColumns } from '../market/index.ts';
import { shownText } from '../util/shown-text.ts';
import { type Cell, fitTable, type TableColumn } from './fit-table.ts';
import { formatNumber, priceDecimals } from './format-price.ts';
import type { Paint, Style } from './paint.ts';
import { printAge, printLag } from './print-age.ts';
import type { Room } from './terminal.ts';
import { clipText } from './text-width.ts';
import { trafficLine } from './watch-traffic.ts';
import { isWanted, type WatchWant } from './watch-want.ts';

/** A frame of a producer as it stands here. */
interface WatchRow {
  readonly status: CopyStatus;
  readonly view: CopyView;
  /** Where there is no connection, its own line says why everything is stale. */
  readonly connected: boolean;
}

const columns = {
  pair: { head: 'pair', cell: ({ status }) => ({ text: shownText(status.key.pair) }) },
  timeframe: { head: 'timeframe', cell: ({ status }) => ({ text: status.key.timeframe }) },
  rows: { head: 'rows', align: 'right', cell: ({ view }) => ({ text: String(view.frame.length) }), leaves: 4 },
  candle: { head: 'last candle', cell: ({ view }) => ({ text: lastCandle(view.frame) }), leaves: 1 },
  close: { head: 'close', align: 'right', cell: ({ view }) => ({ text: lastClose(view.frame) }) },
  age: { head: 'age', align: 'right', cell: ({ view }) => ({ text: ageOf(view) }), least: 6 },
  lag: { head: 'lag', align: 'right', cell: ({ status }) => ({ text: lagOf(status) }), leaves: 3, least: 6 },
  seq: { head: 'seq', align: 'right', cell: ({ status }) => ({ text: String(status.seq ?? '') }), leaves: 5 },
  signals: { head: 'signals', cell: ({ view }) => signals(view.frame), leaves: 2, least: 'enter_long'.length },
  state: { head: 'state', cell: stateOf },
} as const satisfies Readonly<Record<string, TableColumn<WatchRow>>>;

/** The columns of the table: where some of the frames' columns are wanted, these in the place of the usual ones. */
function columnsFor(rows: readonly WatchRow[], { columns: wanted }: WatchWant): readonly TableColumn<WatchRow>[] {
  const { pair, timeframe, rows: length, candle, close, age, lag, seq, signals: flags, state } = columns;
  const values = wanted === undefined ? [close] : wanted.filter((name) => name !== 'date').map(valueColumn);
  const hasStreams = rows.some(({ status }) => status.seq !== undefined);
  const arrival = hasStreams ? [age, lag, seq] : [age, lag];
  return [pair, timeframe, length, candle, ...values, ...arrival, ...(wanted === undefined ? [flags] : []), state];
}

/** Those that were asked for leave last, the further ones earlier. */
function valueColumn(name: string, place: number): TableColumn<WatchRow> {
  const leaves = 1 - 1 / (place + 1);
  return { head: name, align: 'right', cell: ({ view }) => ({ text: lastValue(view.frame, name) }), leaves };
}

/** Every frame of a producer, a line each, and how the connection stands. */
export function watchTable(
  client: ProducerClient,
  options: {
    readonly lastEvent: ConsumerEvent | undefined;
    readonly paint: Paint;
    readonly room: Room;
    readonly want?: WatchWant;
  },
): string {
  const { lastEvent, paint, room, want = {} } = options;
  const status = client.status();
  const { connected } = status;
  const rows = status.streams
    .filter(({ key }) => isWanted(key, want))
    .map((each): WatchRow => ({ status: each, connected, view: viewOf(client, each.key) }));
  const below = [connectionState(client, lastEvent), trafficLine(status)].filter((line) => line !== undefined);
  const lines = below
    .map(({ text, style }) => `${paint(style ?? 'reset', clipText(shownText(text), room.width))}\n`)
    .join('');
  if (rows.length === 0) return lines;
  const tableRoom = { width: room.width, height: room.height - below.length };
  return `${fitTable(columnsFor(rows, want), rows, { room: tableRoom, paint, rowName: 'frames' })}${lines}`;
}

function viewOf(client: ProducerClient, { pair, timeframe, candleType }: PairKey): CopyView {
  return client.frame(pair, timeframe, candleType);
}

/** One frame that changed, as a line: for output that is not redrawn. */
export function watchLine(key: PairKey, frame: AnyFrame, { columns: wanted }: WatchWant = {}): string {
  const values = wanted?.filter((name) => name !== 'date').map((name) => `${name} ${lastValue(frame, name)}`);
  const facts = [...(values ?? [`close ${lastClose(frame)}`]), `${frame.length} rows`, signals(frame).text];
  return `${[shownText(key.pair), key.timeframe, lastCandle(frame), ...facts].join('  ').trimEnd()}\n`;
}

function lastCandle(frame: AnyFrame): string {
  if (frame.kind('date') !== 'timestamp' || frame.length === 0) return '';
  return timeOf(frame.numbers('date')[frame.length - 1]);
}

function timeOf(date: number): string {
  return new Date(date).toISOString().slice(0, 16).replace('T', ' ');
}

function lastClose(frame: AnyFrame): string {
  return lastValue(frame, 'close');
}

/** What the last row has there, of any kind. */
function lastValue(frame: AnyFrame, name: string): string {
  if (!frame.has(name) || frame.length === 0) return '';
  const value = frame.last(name);
  if (typeof value !== 'number') return shownText(String(value ?? ''));
  if (frame.kind(name) === 'timestamp') return Number.isNaN(value) ? '' : timeOf(value);
  return frame.kind(name) === 'float64' ? formatNumber(value, priceDecimals(value)) : String(value);
}

function ageOf(view: CopyView): string {
  return view.status === 'missing' ? '' : printAge(view.ageMs);
}

function lagOf({ lagMs }: CopyStatus): string {
  return lagMs === undefined ? '' : printLag(lagMs);
}

const conditionStyles = {
  live: 'green',
  syncing: 'red',
  stale: 'yellow',
  mismatched: 'red',
  ended: 'gray',
} as const satisfies Readonly<Record<CopyStatus['condition'], Style>>;

function stateOf({ status: { condition, reason }, connected }: WatchRow): Cell {
  const style = conditionStyles[condition];
  const hasReason = reason !== undefined && condition !== 'live' && (connected || condition !== 'stale');
  return { text: hasReason ? `${condition}: ${shownText(reason)}` : condition, style };
}

function signals(frame: AnyFrame): Cell {
  const on = signalFlagColumns.filter((name) => frame.has(name) && frame.last(name) === 1);
  return { text: on.join(' '), style: on.some((name) => name.startsWith('enter')) ? 'green' : 'magenta' };
}

function connectionState(client: ProducerClient, lastEvent: ConsumerEvent | undefined): Cell {
  if (lastEvent?.type === 'silent' && client.connected) return { text: lastEvent.reason, style: 'yellow' };
  if (client.connected) return { text: `connected, ${client.pairs().length} pairs on its whitelist` };
  const why = lastEvent?.type === 'disconnected' ? `not connected: ${lastEvent.reason}` : 'connecting…';
  return { text: why, style: 'yellow' };
}

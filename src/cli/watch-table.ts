import type { ConsumerEvent, CopyView, ProducerClient } from '../consumer/index.ts';
import type { AnyFrame } from '../frame/index.ts';
import { type PairKey, signalFlagColumns } from '../market/index.ts';
import { type Cell, fitTable, type TableColumn } from './fit-table.ts';
import { formatNumber, priceDecimals } from './format-price.ts';
import type { Paint } from './paint.ts';
import type { Room } from './terminal.ts';
import { clipText } from './text-width.ts';

/** A frame of a producer as it stands here. */
interface WatchRow {
  readonly key: PairKey;
  readonly view: CopyView;
  /** Where there is no connection, its own line says why everything is stale. */
  readonly connected: boolean;
}

const columns: readonly TableColumn<WatchRow>[] = [
  { head: 'pair', cell: ({ key }) => ({ text: key.pair }) },
  { head: 'timeframe', cell: ({ key }) => ({ text: key.timeframe }) },
  { head: 'rows', align: 'right', cell: ({ view }) => ({ text: String(view.frame.length) }), leaves: 3 },
  { head: 'last candle', cell: ({ view }) => ({ text: lastCandle(view.frame) }), leaves: 1 },
  { head: 'close', align: 'right', cell: ({ view }) => ({ text: lastClose(view.frame) }) },
  { head: 'age', align: 'right', cell: ({ view }) => ({ text: ageOf(view) }), least: 6 },
  { head: 'signals', cell: ({ view }) => signals(view.frame), leaves: 2, least: 'enter_long'.length },
  { head: 'state', cell: stateOf },
];

/** Every frame of a producer, a line each, and how the connection stands. */
export function watchTable(
  client: ProducerClient,
  options: { readonly lastEvent: ConsumerEvent | undefined; readonly paint: Paint; readonly room: Room },
): string {
  const { lastEvent, paint, room } = options;
  const { connected } = client;
  const rows = client
    .keys()
    .map((key) => ({ key, connected, view: client.frame(key.pair, key.timeframe, key.candleType) }));
  const status = connectionState(client, lastEvent);
  const line = paint(status.style ?? 'reset', clipText(status.text, room.width));
  if (rows.length === 0) return `${line}\n`;
  const tableRoom = { width: room.width, height: room.height - 1 };
  return `${fitTable(columns, rows, { room: tableRoom, paint, rowName: 'frames' })}${line}\n`;
}

/** One frame that changed, as a line: for output that is not redrawn. */
export function watchLine(key: PairKey, frame: AnyFrame): string {
  const facts = [`close ${lastClose(frame)}`, `${frame.length} rows`, signals(frame).text];
  return `${[key.pair, key.timeframe, lastCandle(frame), ...facts].join('  ').trimEnd()}\n`;
}

function lastCandle(frame: AnyFrame): string {
  if (frame.kind('date') !== 'timestamp' || frame.length === 0) return '';
  const date = frame.numbers('date')[frame.length - 1];
  return new Date(date).toISOString().slice(0, 16).replace('T', ' ');
}

function lastClose(frame: AnyFrame): string {
  if (!frame.has('close') || frame.length === 0) return '';
  const close = frame.last('close');
  return formatNumber(close, priceDecimals(close));
}

function ageOf(view: CopyView): string {
  return view.status === 'missing' ? '' : printAge(view.ageMs);
}

function stateOf({ view, connected }: WatchRow): Cell {
  if (view.status === 'live') return { text: 'live', style: 'green' };
  if (view.status === 'stale' && !connected) return { text: 'stale', style: 'yellow' };
  return { text: `${view.status}: ${view.reason}`, style: view.status === 'stale' ? 'yellow' : 'red' };
}

function signals(frame: AnyFrame): Cell {
  const on = signalFlagColumns.filter((name) => frame.has(name) && frame.last(name) === 1);
  return { text: on.join(' '), style: on.some((name) => name.startsWith('enter')) ? 'green' : 'magenta' };
}

/** `0.3 s`, `12 s`, `5 min`, `3 h`. */
export function printAge(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function connectionState(client: ProducerClient, lastEvent: ConsumerEvent | undefined): Cell {
  if (client.connected) return { text: `connected, ${client.pairs().length} pairs on its whitelist` };
  const why = lastEvent?.type === 'disconnected' ? `not connected: ${lastEvent.reason}` : 'connecting…';
  return { text: why, style: 'yellow' };
}

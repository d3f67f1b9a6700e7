import type { ConsumerEvent, CopyView, ProducerClient } from '../consumer/index.ts';
import type { AnyFrame } from '../frame/index.ts';
import { type PairKey, signalFlagColumns } from '../market/index.ts';
import type { Paint } from './paint.ts';
import { plainTable } from './plain-table.ts';

const HEAD = ['pair', 'timeframe', 'rows', 'last candle', 'close', 'age', 'signals', 'state'];

/** Every frame of a producer, a line each, and how the connection stands. */
export function watchTable(client: ProducerClient, lastEvent: ConsumerEvent | undefined, paint: Paint): string {
  const rows = client.keys().map((key) => tableRow(key, client.frame(key.pair, key.timeframe, key.candleType), paint));
  const table = plainTable(
    HEAD.map((title) => paint('bold', title)),
    rows,
    [2, 4, 5],
  );
  return `${table}${status(client, lastEvent, paint)}\n`;
}

function tableRow(key: PairKey, view: CopyView, paint: Paint): readonly string[] {
  if (view.status === 'missing') {
    return [key.pair, key.timeframe, '0', '', '', '', '', paint('red', `missing: ${view.reason}`)];
  }
  const { frame } = view;
  const state = view.status === 'live' ? paint('green', 'live') : paint('yellow', `stale: ${view.reason}`);
  const dates = frame.numbers('date');
  const candle = new Date(dates[dates.length - 1]).toISOString().slice(0, 16).replace('T', ' ');
  const close = frame.has('close') ? String(frame.last('close')) : '';
  return [
    key.pair,
    key.timeframe,
    String(frame.length),
    candle,
    close,
    printAge(view.ageMs),
    signals(frame, paint),
    state,
  ];
}

function signals(frame: AnyFrame, paint: Paint): string {
  const on = signalFlagColumns.filter((name) => frame.has(name) && frame.last(name) === 1);
  return on.map((name) => paint(name.startsWith('enter') ? 'green' : 'magenta', name)).join(' ');
}

/** `0.3 s`, `12 s`, `5 min`, `3 h`. */
export function printAge(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function status(client: ProducerClient, lastEvent: ConsumerEvent | undefined, paint: Paint): string {
  if (client.connected) return `connected, ${client.pairs().length} pairs on its whitelist`;
  const why = lastEvent?.type === 'disconnected' ? `: ${lastEvent.reason}` : '';
  return paint('yellow', `not connected${why}`);
}

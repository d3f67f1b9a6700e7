import { shownText } from '../util/shown-text.ts';
import type { Paint } from './paint.ts';

const styles = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;

/** A JSON log record as a line for people: `10:40:12 INFO  producer  consumer connected  remote=127.0.0.1:53203`. */
export function formatLogLine(record: string, paint: Paint): string {
  const parsed: Record<string, unknown> = JSON.parse(record);
  const { time, level, part, message, type: _type, ...fields } = parsed;
  const style = Object.entries(styles).find(([name]) => name === level)?.[1] ?? 'red';
  const clock = String(time).slice(11, 19);
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${formatValue(value)}`);
  const head = `${paint('gray', clock)} ${paint(style, String(level).toUpperCase().padEnd(5))} ${String(part).padEnd(10)}`;
  return `${[head, shownText(String(message)), paint('gray', facts.join(' '))].join(' ').trimEnd()}\n`;
}

function formatValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  return /^[\w./:+-]+$/.test(value) ? value : shownText(JSON.stringify(value));
}

import type { ConnectionStatus } from '../consumer/index.ts';
import { countText, plural } from './count-text.ts';
import type { Cell } from './fit-table.ts';
import { printAge } from './print-age.ts';

/** How frames come from a producer and what was wrong with them, as a line; undefined where nothing came so far. */
export function trafficLine({ mode, counts, heartbeatAgeMs, connected }: ConnectionStatus): Cell | undefined {
  if (counts.messages === 0) return undefined;
  const { bytes, resyncs, mismatches, conflated } = counts;
  const facts = [byteText(bytes), plural(resyncs, 'resync')];
  const isProved = mode === 'streams' || (mode === undefined && heartbeatAgeMs !== undefined);
  if (isProved) {
    facts.push(plural(mismatches, 'mismatch', 'mismatches'), `${countText(conflated)} conflated`);
    if (heartbeatAgeMs !== undefined) facts.push(`heartbeat ${printAge(heartbeatAgeMs)} ago`);
  }
  const text = `${isProved ? 'streams' : 'rows'}: ${facts.join(', ')}`;
  const isQuiet = connected && mismatches === 0;
  return { text, style: isQuiet ? 'gray' : 'yellow' };
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `999 B`, `1.2 kB`, `34 MB`: of a thousand each. */
export function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let [size, unit] = [bytes / 1000, 0];
  for (; size >= 999.5 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

import { readFile } from 'node:fs/promises';
import type { AnyFrame } from '../../../../src/frame/index.ts';
import { decodeFrame } from '../../../../src/wire/index.ts';
import { differenceFromHeld } from '../compare/compare-held.ts';
import type { StockColumn } from '../peer/stock-peer.ts';

/** What arrived at `week-consumer.ts`, by pair: the rows in the order in which they came, joined where they follow each other. */
export async function recordedRuns(file: string): Promise<ReadonlyMap<string, readonly AnyFrame[]>> {
  const runs = new Map<string, AnyFrame[]>();
  for (const line of (await readFile(file, 'utf8')).trimEnd().split('\n')) {
    const { pair, change, ...data }: { pair: string; change: string; df: unknown } = JSON.parse(line);
    const frame = decoded(data);
    const ofPair = runs.get(pair) ?? [];
    runs.set(pair, ofPair);
    const run = ofPair.at(-1);
    const follows = run !== undefined && change === 'appended' && firstDate(frame) > lastDate(run);
    if (follows) ofPair[ofPair.length - 1] = run.append(frame);
    else ofPair.push(frame);
  }
  return runs;
}

/** A frame as `week-consumer.ts` sends it. */
export function decoded(data: { readonly df?: unknown; readonly candlecast?: unknown }): AnyFrame {
  const outcome = decodeFrame(data);
  if (outcome.status === 'refused') throw new Error(outcome.reason);
  return outcome.frame;
}

/**
 * Where rows that arrived are not those of the producer's whole recording, cell by cell, and which of it never arrived; undefined
 * where every row is equal.
 */
export function recordDifference(recording: readonly StockColumn[], runs: readonly AnyFrame[]): string | undefined {
  const rowOf = new Map(recording[0].values.map((date, row) => [date, row]));
  const missing = new Set(rowOf.keys());
  for (const [i, run] of runs.entries()) {
    const start = rowOf.get(firstDate(run)) ?? 0;
    const held = recording.map((column) => ({ ...column, values: column.values.slice(start, start + run.length) }));
    const difference = differenceFromHeld(held, run);
    if (difference !== undefined) return `run ${i} of ${runs.length}, from row ${start}: ${difference}`;
    const dates = run.numbers('date');
    for (let row = 0; row < dates.length; row++) missing.delete(dates[row]);
  }
  return missing.size === 0 ? undefined : `${missing.size} rows never arrived: ${[...missing].slice(0, 5).join(', ')}`;
}

const firstDate = (frame: AnyFrame): number => frame.numbers('date')[0];
const lastDate = (frame: AnyFrame): number => frame.numbers('date')[frame.length - 1];

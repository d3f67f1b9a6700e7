import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromArrow } from '../../src/arrow/index.ts';
import type { AnyFrame } from '../../src/frame/index.ts';

/** Where the frame of a pair is, by the pair's place. */
export function frameFile(folder: string, pair: number): string {
  return join(folder, `${pair}.arrow`);
}

export function readFrames(folder: string, pairs: readonly string[]): readonly AnyFrame[] {
  return pairs.map((_, i) => fromArrow(readFileSync(frameFile(folder, i))));
}

/** SHA-256 over names and values, which the programs in Python compute alike. */
export function digestFrames(frames: readonly AnyFrame[]): string {
  const hash = createHash('sha256');
  for (const frame of frames) digestInto(hash, frame);
  return hash.digest('hex');
}

export function digestInto(hash: Hash, frame: AnyFrame): void {
  for (const name of frame.names) {
    hash.update(`${name}\n`);
    if (frame.kind(name) === 'string') hash.update(`${JSON.stringify(frame.column(name).values)}\n`);
    // A NaN by itself, so that all have the same bits.
    else hash.update(Float64Array.from(frame.numbers(name), (value) => (Number.isNaN(value) ? Number.NaN : value)));
  }
}

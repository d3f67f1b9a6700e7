import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { toArrow } from '../../src/arrow/index.ts';
import type { AnyFrame, ReadonlyFloat64Array } from '../../src/frame/index.ts';
import { dema, ema, rsi, sma, tema } from '../../src/indicators/index.ts';
import { analyzedFrame } from '../frames/analyzed-frame.ts';
import { digestInto, frameFile } from './frame-files.ts';

/** Beyond those of a frame of 60 columns: 18 more of each of five indicators. */
const MORE_PERIODS = [3, 4, 6, 8, 10, 11, 13, 15, 16, 18, 20, 24, 28, 30, 40, 60, 70, 80];

export const widths = [60, 150] as const;
export type Width = (typeof widths)[number];

/** Writes a frame of each pair where both languages read it, and tells the digest of them all. */
export function writeFrames(
  folder: string,
  { pairs, rows, width }: { readonly pairs: readonly string[]; readonly rows: number; readonly width: Width },
): string {
  mkdirSync(folder, { recursive: true });
  const hash = createHash('sha256');
  for (const [i, pair] of pairs.entries()) {
    const frame = width === 60 ? analyzedFrame(rows, { seed: pair }) : wideFrame(rows, pair);
    if (frame.names.length !== width) throw new Error(`the frame has ${frame.names.length} columns, expected ${width}`);
    digestInto(hash, frame);
    writeFileSync(frameFile(folder, i), toArrow(frame, 'file'));
  }
  return hash.digest('hex');
}

function wideFrame(rows: number, seed: string): AnyFrame {
  const frame = analyzedFrame(rows, { seed });
  const close = frame.numbers('close');
  const columns: Record<string, ReadonlyFloat64Array> = {};
  for (const period of MORE_PERIODS) {
    columns[`rsi_${period}`] = rsi(close, period);
    columns[`sma_${period}`] = sma(close, period);
    columns[`ema_${period}`] = ema(close, period);
    columns[`dema_${period}`] = dema(close, period);
    columns[`tema_${period}`] = tema(close, period);
  }
  return frame.with(columns);
}

import { randomBytes } from 'node:crypto';
import { ScratchFolder } from '../harness/scratch-folder.ts';
import { CROWD_CANDLES, measureCrowd } from './crowd.ts';
import type { PeerSettings } from './messages.ts';
import type { Programs } from './our-programs.ts';
import { STEADY_CANDLES, type Steady, measureSteady, profileSync } from './steady.ts';
import { STOPPED_CANDLES, measureStopped } from './stopped-readers.ts';
import type { Streams } from './streams-report.ts';
import { type Width, widths, writeFrames } from './write-frames.ts';

const PAIRS = 100;
const ROWS = 1500;
const CONSUMERS = 100;
/** Of the consumers of a crowd, and of frames of 6,000 rows, which would take long to be there first. */
const CROWD_PAIRS = 25;
const LENGTH_PAIRS = 50;
const LENGTHS = [300, 1500, 6000];

const pairsOf = (count: number) => Array.from({ length: count }, (_, i) => `COIN${i}/USDT`);

/** Our producer with our consumers, without stock's: what takes longer than a round of the comparison allows. */
export async function measureStreams(programs: Programs): Promise<Streams> {
  const steady: Steady[] = [];
  for (const width of widths) {
    const scene = { pairs: PAIRS, rows: ROWS, width, candles: STEADY_CANDLES };
    steady.push(await withFrames(scene, (settings) => measureSteady(programs, settings, width)));
  }
  const sync = await withFrames({ pairs: PAIRS, rows: ROWS, width: 60, candles: 0 }, (settings) =>
    profileSync(programs, settings),
  );
  const lengths: Steady[] = [];
  const longest = { pairs: LENGTH_PAIRS, rows: Math.max(...LENGTHS), width: 60, candles: STEADY_CANDLES } as const;
  await withFrames(longest, async (settings) => {
    for (const rows of LENGTHS) lengths.push(await measureSteady(programs, { ...settings, rows }, 60));
  });
  const many = { pairs: CROWD_PAIRS, rows: ROWS, width: 60, candles: CROWD_CANDLES } as const;
  const crowd = await withFrames(many, (settings) => measureCrowd(programs, settings, CONSUMERS));
  const long = { pairs: PAIRS, rows: ROWS, width: 60, candles: STOPPED_CANDLES } as const;
  const stopped = await withFrames(long, (settings) => measureStopped(programs, settings));
  return { widths: steady, lengths, sync, crowd, stopped };
}

interface Frames {
  readonly pairs: number;
  readonly rows: number;
  readonly width: Width;
  /** Rows beyond those of a window. */
  readonly candles: number;
}

async function withFrames<T>(
  { pairs: count, rows, width, candles }: Frames,
  act: (settings: PeerSettings) => Promise<T>,
): Promise<T> {
  using folder = new ScratchFolder();
  const pairs = pairsOf(count);
  writeFrames(folder.path, { pairs, rows: rows + candles, width });
  return await act({ folder: folder.path, pairs, rows, wsToken: randomBytes(16).toString('hex') });
}

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type * as Setup from '../../src/testing/simulation/simulation-setup.ts';
import type * as Clocks from '../../src/testing/simulation/simulated-clock.ts';
import {
  type EncodedSnapshot,
  type Snapshot,
  type inflateSnapshot,
  joinSnapshot,
  snapshotOfParts,
} from '../../src/wire/index.ts';
import { runSimulationInTurns } from '../../src/testing/index.ts';
import { seededRandom } from '../../src/util/random.ts';

// Compressing takes real time in threads, for which a simulated clock does not wait. Here it takes simulated time, a random one, so
// that messages come in while a snapshot is being compressed or read, and connections end.

const seen = vi.hoisted(() => ({
  clock: undefined as Clocks.SimulatedClock | undefined,
  compressed: 0,
  inflated: 0,
}));
const MOST_MS = 80;
const random = seededRandom('compressing');

vi.mock('../../src/testing/simulation/simulated-clock.ts', async (importOriginal) => {
  const { SimulatedClock } = await importOriginal<typeof Clocks>();
  return {
    SimulatedClock: class extends SimulatedClock {
      constructor(startMs?: number) {
        super(startMs);
        seen.clock = this;
      }
    },
  };
});

vi.mock('../../src/testing/simulation/simulation-setup.ts', async (importOriginal) => {
  const right = await importOriginal<typeof Setup>();
  const producerSetup = (...given: Parameters<typeof right.producerSetup>) => ({
    ...right.producerSetup(...given),
    compressBelowBytesPerSecond: 1e9,
  });
  return { ...right, producerSetup };
});

vi.mock('../../src/wire/stream/compress-snapshot.ts', () => ({
  deflateSnapshot(snapshot: EncodedSnapshot) {
    seen.compressed += 1;
    const content = deflateRawSync(joinSnapshot(snapshot).content);
    return later(snapshotOfParts({ ...snapshot, compressed: true }, [content]));
  },
  inflateSnapshot(snapshot: Snapshot): ReturnType<typeof inflateSnapshot> {
    try {
      const content = inflateRawSync(snapshot.content);
      seen.inflated += 1;
      const inflated = { ...snapshot, compressed: false, total: content.length, content };
      return later({ status: 'inflated', snapshot: inflated } as const);
    } catch {
      const refused = { status: 'refused', code: 'STREAM_BAD_SNAPSHOT', reason: 'it was damaged on its way' } as const;
      return later(refused);
    }
  },
}));

function later<T>(value: T): Promise<T> {
  const { clock } = seen;
  if (clock === undefined) throw new Error('no simulation runs');
  return new Promise((resolve) => void clock.setTimer(() => resolve(value), random.next() * MOST_MS));
}

const SEEDS = 40;

describe('copies of which the snapshots are compressed', () => {
  it(`are the producer's to the bit, and all come to rest, in ${SEEDS} seeds`, async () => {
    // oxlint-disable-next-line no-await-in-loop -- they share the chance of how long compressing takes
    for (let seed = 1; seed <= SEEDS; seed++) await runSimulationInTurns(seed);
    expect(seen.compressed).toBeGreaterThan(SEEDS);
    expect(seen.inflated).toBeGreaterThan(SEEDS);
  }, 180_000);
});

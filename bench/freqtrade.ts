import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { messageOf } from '../src/util/errors.ts';
import { freqtradeEnvironment, newestFreqtrade } from '../tests/interop/freqtrade/versions.ts';
import { compile } from './consumer/compile.ts';
import { type PairingName, type SideName, pairingNames, sidesOf } from './freqtrade/pairing-name.ts';
import { type Measured, type Scene, measurePairing } from './freqtrade/pairing.ts';
import type { Program } from './freqtrade/peer.ts';
import { type Programs as OurPrograms, ourPrograms } from './freqtrade/our-programs.ts';
import { type Widened, pairingsReport } from './freqtrade/report.ts';
import { measureStreams } from './freqtrade/measure-streams.ts';
import { streamsReport } from './freqtrade/streams-report.ts';
import { type Width, widths, writeFrames } from './freqtrade/write-frames.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { ScratchFolder } from './harness/scratch-folder.ts';

const PAIRS = 100;
const ROWS = 1500;
/** By columns. Each with processes of its own: a pairing's figures depend on how these came out, too. Stock's take long at 150. */
const ROUNDS: Readonly<Record<Width, number>> = { 60: 3, 150: 2 };
const CANDLES_A_ROUND = 4;
/** freqtrade writes 10 decimals of a float and reads it with an error in the last digits. */
const STOCK_TOLERANCE = 1e-9;

export const freqtrade: Benchmark = {
  name: 'freqtrade',
  title: `freqtrade ${newestFreqtrade} and Candlecast at either end, ${PAIRS} pairs of 1,500 rows over loopback`,
  run: runFreqtrade,
};

async function runFreqtrade(): Promise<Report> {
  const found = await findPython();
  if ('missing' in found) return { tables: [], targets: [], figures: [], leftOut: found.missing };
  const ours = ourPrograms(await compile('bench/freqtrade/our-process.ts'));
  const programs = programsOf(found.python, ours);
  const measured: Widened[] = [];
  for (const width of widths) measured.push(await measureWidth(width, programs));
  const [compared, streams] = [pairingsReport(measured), streamsReport(await measureStreams(ours))];
  return {
    tables: [...compared.tables, ...streams.tables],
    targets: [...compared.targets, ...streams.targets],
    figures: { pairings: compared.figures, streams: streams.figures },
  };
}

/** freqtrade's Python, or why there is none. */
async function findPython(): Promise<{ readonly python: string } | { readonly missing: string }> {
  try {
    const environment = await freqtradeEnvironment(newestFreqtrade);
    return environment ?? { missing: `freqtrade ${newestFreqtrade} is not installed here, and need not be` };
  } catch (error) {
    return { missing: messageOf(error) };
  }
}

interface Side {
  readonly producer: Program;
  readonly consumer: Program;
}

type Programs = Readonly<Record<SideName, Side>>;

function programsOf(python: string, ours: OurPrograms): Programs {
  const file = (name: string) => join(import.meta.dirname, 'freqtrade', name);
  return {
    stock: {
      producer: { name: "freqtrade's producer", command: python, args: [file('stock_producer.py')] },
      consumer: { name: "freqtrade's consumer", command: python, args: [file('stock_consumer.py')] },
    },
    ours,
  };
}

async function measureWidth(width: Width, programs: Programs): Promise<Widened> {
  using folder = new ScratchFolder();
  const pairs = Array.from({ length: PAIRS }, (_, i) => `COIN${i}/USDT`);
  const digest = writeFrames(folder.path, { pairs, rows: ROWS + CANDLES_A_ROUND, width });
  const settings = { folder: folder.path, pairs, rows: ROWS, wsToken: randomBytes(16).toString('hex') };
  const rounds: Record<PairingName, Measured[]> = {
    'stock → stock': [],
    'stock → ours': [],
    'ours → stock': [],
    'ours → ours': [],
  };
  for (let round = 0; round < ROUNDS[width]; round++) {
    // Back and forth, so that a machine that becomes slower or faster meets all alike.
    const order = round % 2 === 0 ? pairingNames : pairingNames.toReversed();
    for (const name of order) {
      rounds[name].push(await measureNamed(name, programs, { settings, digest, candles: CANDLES_A_ROUND }));
    }
  }
  return { width, rounds };
}

function measureNamed(name: PairingName, programs: Programs, scene: Omit<Scene, 'tolerance'>): Promise<Measured> {
  const { from, to } = sidesOf[name];
  const tolerance = from === 'ours' && to === 'ours' ? 0 : STOCK_TOLERANCE;
  return measurePairing(programs[from].producer, programs[to].consumer, { ...scene, tolerance });
}

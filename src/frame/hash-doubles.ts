/* oxlint-disable typescript/no-unsafe-type-assertion -- what the module exports is said in hash-doubles.wat, which the type checker does not read */
import { isLittleEndian } from '../util/little-endian.ts';
import { hashDoublesModule } from './hash-doubles-module.ts';

/** Cells of one column, and rows, at a time. */
export const MOST_DOUBLES = 1024;

const LANES = 4;
const LOW_SUMS_AT = 0;
const HIGH_SUMS_AT = 16;
const ROW_KEYS_LOW_AT = 32;
const ROW_KEYS_HIGH_AT = ROW_KEYS_LOW_AT + 4 * MOST_DOUBLES;
const DOUBLES_AT = ROW_KEYS_HIGH_AT + 4 * MOST_DOUBLES;

/** Hashes doubles with vector instructions, several times as fast as a loop, and from the first call on. */
export interface DoublesHasher {
  readonly rowKeysLow: Int32Array;
  readonly rowKeysHigh: Int32Array;
  /** Adds the hashes of `count` cells of a column, from index `from` of `data` on, to the sum: one for each row whose key is set. */
  add(data: Float64Array, from: number, count: number, columnKeyLow: number, columnKeyHigh: number): void;
  /** Begins a new sum. */
  clear(): void;
  /** The sum's low words since they were taken last, modulo 2^32. */
  takeLow(): number;
  takeHigh(): number;
}

/** Undefined where WebAssembly or its vector instructions are missing, a page forbids them, or memory has the other order of bytes. */
export function newDoublesHasher(): DoublesHasher | undefined {
  const exported = isLittleEndian ? instantiate() : undefined;
  if (exported === undefined) return undefined;
  const { addDoubles, memory } = exported;
  const low = new Int32Array(memory.buffer, LOW_SUMS_AT, LANES);
  const high = new Int32Array(memory.buffer, HIGH_SUMS_AT, LANES);
  const doubles = new Float64Array(memory.buffer, DOUBLES_AT, MOST_DOUBLES);
  return {
    rowKeysLow: new Int32Array(memory.buffer, ROW_KEYS_LOW_AT, MOST_DOUBLES),
    rowKeysHigh: new Int32Array(memory.buffer, ROW_KEYS_HIGH_AT, MOST_DOUBLES),
    add(data, from, count, columnKeyLow, columnKeyHigh) {
      doubles.set(data.subarray(from, from + count));
      addDoubles(count, columnKeyLow, columnKeyHigh);
    },
    clear() {
      low.fill(0);
      high.fill(0);
    },
    takeLow: () => takeSum(low),
    takeHigh: () => takeSum(high),
  };
}

function takeSum(lanes: Int32Array): number {
  let sum = 0;
  for (const lane of lanes) sum = (sum + lane) | 0;
  lanes.fill(0);
  return sum;
}

interface Exported {
  readonly memory: WebAssembly.Memory;
  readonly addDoubles: (count: number, keyLow: number, keyHigh: number) => void;
}

function instantiate(): Exported | undefined {
  try {
    const bytes = Uint8Array.from(atob(hashDoublesModule), (character) => character.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exported;
  } catch {
    return undefined;
  }
}

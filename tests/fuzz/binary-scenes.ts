import { type HashedFrame, hashedFrame } from '../../src/frame/frame-delta.ts';
import { Frame, ints, timestamps } from '../../src/frame/index.ts';
import { seededRandom } from '../../src/util/random.ts';
import {
  type StreamLimits,
  type StreamSchema,
  defaultStreamLimits,
  streamSchemaOf,
} from '../../src/wire/stream/index.ts';
import { randomFrame } from '../property/wire-stream-samples.ts';

/** A stream and the window of it that a consumer holds. */
export interface Scene {
  readonly schema: StreamSchema;
  readonly held: HashedFrame;
}

const every = Frame.of({
  date: timestamps([1000, 2000, 3000, 4000]),
  close: [0.5, Number.NaN, -0, Infinity],
  enter_long: ints([1, 0, 1, -5]),
  id: BigInt64Array.of(0n, -1n, 2n ** 63n - 1n, 5n),
  up: [true, false, false, true],
  tag: ['a', null, '', 'é'],
  late: ['x', null, null, null],
});
const plain = Frame.of({
  open: Array.from({ length: 130 }, (_, row) => row / 3),
  date: timestamps(Array.from({ length: 130 }, (_, row) => row * 300_000)),
  close: Array.from({ length: 130 }, (_, row) => row % 7),
});
const random = [0, 1, 2, 3, 5, 8, 13, 21, 34, 110].map((rows) => randomFrame(seededRandom(`scene of ${rows}`), rows));

export const scenes: readonly Scene[] = [every, plain, plain.head(0), ...random].map((frame) => ({
  schema: streamSchemaOf(frame),
  held: hashedFrame(frame),
}));

/** Enough for any input; so that a bomb is not waited for, less than the default where content is decompressed. */
const wide: Required<StreamLimits> = { ...defaultStreamLimits, mostSnapshotBytes: 1024 * 1024 };
const narrow: StreamLimits = {
  mostRows: 10,
  mostColumns: 3,
  mostPatchCells: 4,
  mostMessageBytes: 260,
  mostSnapshotBytes: 400,
  mostTextBytes: 3,
};

/** The wide ones, each of the narrow ones alone, and all of them. */
export const limitChoices: readonly Required<StreamLimits>[] = [
  wide,
  ...Object.entries(narrow).map(([name, most]) => narrowed({ [name]: most })),
  narrowed(narrow),
];

function narrowed(limits: StreamLimits): Required<StreamLimits> {
  return { ...wide, ...limits };
}

export function sceneOf(choice: number): Scene {
  return scenes[choice % scenes.length];
}

/** Most choices are the wide ones. */
export function limitsOf(choice: number): Required<StreamLimits> {
  return limitChoices[choice] ?? wide;
}

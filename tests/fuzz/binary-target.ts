import { type BinaryInput, readBinaryInput, writeBinaryInput } from './binary-input.ts';
import { sealed } from './binary-mending.ts';
import { mutatedBinaryInput } from './binary-mutation.ts';
import { randomBinaryInput } from './binary-samples.ts';
import { limitsOf, sceneOf } from './binary-scenes.ts';
import { BinarySession } from './binary-session.ts';
import type { FuzzTarget, Meter } from './fuzz-target.ts';

/** Larger inputs take long and show no more. */
const MOST_INPUT_BYTES = 80 * 1024;
/** For each message: rows to land in, and what a collector begins with. */
const BYTES_A_MESSAGE = 80 * 1024;

/** The messages of one stream: `decodeStreamMessage`, `decodeDelta`, `applyDelta`, `SnapshotCollector`, `inflateSnapshot`, `decodeSnapshot`. */
export const target: FuzzTarget = {
  fresh: (random) => written(randomBinaryInput(random)),
  mutated: (random, input, other) =>
    written(mutatedBinaryInput(random, readBinaryInput(input), readBinaryInput(other))),
  smaller,
  run,
  mostBytes,
};

function written(input: BinaryInput): Uint8Array {
  const bytes = writeBinaryInput(input);
  return bytes.length <= MOST_INPUT_BYTES ? bytes : bytes.slice(0, MOST_INPUT_BYTES);
}

function run(bytes: Uint8Array, meter: Meter): readonly string[] | Promise<readonly string[]> {
  const { scene, limits, messages } = readBinaryInput(bytes);
  const session = new BinarySession(sceneOf(scene), limitsOf(limits), meter);
  const came: string[] = [];
  for (const [i, message] of messages.entries()) {
    const outcome = session.receive(message);
    if (typeof outcome === 'string') came.push(outcome);
    else return runOn(session, messages.slice(i + 1), came, outcome);
  }
  return came;
}

/** Only decompressing takes a promise, and all others take much less time without. */
async function runOn(
  session: BinarySession,
  messages: readonly Uint8Array[],
  came: string[],
  first: Promise<string>,
): Promise<readonly string[]> {
  came.push(await first);
  for (const message of messages) came.push(await session.receive(message));
  return came;
}

/** Twice what came, and for each message the window held and the rows that may follow it. */
function mostBytes(bytes: Uint8Array): number {
  const { scene, messages } = readBinaryInput(bytes);
  const { schema, held } = sceneOf(scene);
  const windowBytes = 2 * (held.frame.length + bytes.length / schema.leastRowBytes) * schema.leastRowBytes;
  return 2 * bytes.length + messages.length * (BYTES_A_MESSAGE + windowBytes);
}

function* smaller(bytes: Uint8Array): Iterable<Uint8Array> {
  const input = readBinaryInput(bytes);
  const { messages } = input;
  for (const [at, message] of messages.entries()) {
    yield writeBinaryInput({ ...input, messages: messages.toSpliced(at, 1) });
    for (const share of [2, 4, 8]) {
      const half = message.slice(0, message.length - Math.ceil(message.length / share));
      yield writeBinaryInput({ ...input, messages: messages.with(at, sealed(half)) });
    }
  }
}

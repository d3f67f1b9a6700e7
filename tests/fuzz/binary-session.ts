import { applyDelta } from '../../src/frame/apply-delta.ts';
import { type HashedFrame, ascends } from '../../src/frame/frame-delta.ts';
import { Column, firstDifference } from '../../src/frame/index.ts';
import { hashRows, hashesEqual } from '../../src/frame/window-hash.ts';
import {
  type DeltaMessage,
  type DeltaOutcome,
  type Snapshot,
  SnapshotCollector,
  type SnapshotChunk,
  type StreamHeader,
  type StreamLimits,
  decodeDelta,
  decodeSnapshot,
  decodeStreamMessage,
  encodeDelta,
  encodeSnapshot,
  inflateSnapshot,
  joinSnapshot,
} from '../../src/wire/stream/index.ts';
import type { Scene } from './binary-scenes.ts';
import { expectRefusal } from './expect-refusal.ts';
import type { Meter } from './fuzz-target.ts';

type Delta = Extract<DeltaOutcome, { status: 'delta' }>['delta'];

/** What a consumer does with the binary messages of one stream, and looks at afterwards. */
export class BinarySession {
  readonly #scene: Scene;
  readonly #limits: Required<StreamLimits>;
  readonly #meter: Meter;
  readonly #collector: SnapshotCollector;
  #held: HashedFrame;

  constructor(scene: Scene, limits: Required<StreamLimits>, meter: Meter) {
    this.#scene = scene;
    this.#limits = limits;
    this.#meter = meter;
    this.#collector = new SnapshotCollector(limits);
    this.#held = scene.held;
  }

  /** Takes a message; tells what it came to. Throws an Error where the decoders break a promise. */
  receive(bytes: Uint8Array): string | Promise<string> {
    const outcome = decodeStreamMessage(bytes, this.#limits);
    if (outcome.status === 'refused') return expectRefusal(outcome);
    const { message } = outcome;
    expectHeader(message);
    return message.kind === 'delta' ? this.#takeDelta(message) : this.#takeChunk(message);
  }

  #takeDelta(message: DeltaMessage): string {
    const outcome = decodeDelta(message, this.#scene.schema, this.#limits);
    if (outcome.status === 'refused') return expectRefusal(outcome);
    const { delta } = outcome;
    const applied = applyDelta(this.#held, delta);
    this.#meter.unmetered(() => this.#expectSameAgain(message, delta));
    if (applied.status !== 'applied') return `delta:${applied.status}`;
    this.#meter.unmetered(() => this.#expectApplied(delta, applied.frame));
    this.#held = applied.frame;
    return 'delta:applied';
  }

  /** A message has one form: what was taken is what encoding gives, but for which NaN is which. */
  #expectSameAgain(message: DeltaMessage, delta: Delta): void {
    for (const column of [...delta.changed.columnList, ...delta.patches.map(({ values }) => values)])
      expectKind(column);
    const { schema } = this.#scene;
    const again = encodeDelta(message, schema, delta);
    if (again.length !== message.bytes.length) throw new Error(`encoded again it has ${again.length} bytes`);
    const columns = [...delta.changed.columnList, ...delta.patches.map(({ values }) => values)];
    if (!columns.some(holdsNaN) && !sameBytes(again, message.bytes)) throw new Error('encoded again it differs');
    const outcome = decodeDelta({ ...message, bytes: again }, schema);
    if (outcome.status === 'refused') throw new Error(`encoded again it is refused: ${outcome.reason}`);
    if (firstDifference(outcome.delta.changed, delta.changed) !== undefined)
      throw new Error('decoded again it differs');
  }

  #expectApplied(delta: Delta, { frame, hash }: HashedFrame): void {
    if (frame.length !== delta.rows) throw new Error(`applied it gives ${frame.length} rows, expected ${delta.rows}`);
    if (!hashesEqual(hash, delta.hash) || !hashesEqual(hashRows(frame), hash)) {
      throw new Error('applied it does not give the hash that it has');
    }
    if (!ascends(frame.column('date'), 0)) throw new Error('applied it gives dates that do not ascend');
    if (firstDifference(frame.tail(delta.changed.length), delta.changed) !== undefined) {
      throw new Error('applied it does not end with its rows');
    }
    if (!hashesEqual(hashRows(this.#held.frame), this.#held.hash)) throw new Error('it changed the window held before');
  }

  #takeChunk(chunk: SnapshotChunk): string | Promise<string> {
    const collected = this.#collector.add(chunk);
    if (collected.status === 'refused') return expectRefusal(collected);
    if (collected.status === 'collecting') return 'snapshot:collecting';
    const { snapshot } = collected;
    return snapshot.compressed ? this.#inflate(snapshot) : this.#takeSnapshot(snapshot);
  }

  async #inflate(snapshot: Snapshot): Promise<string> {
    const outcome = await inflateSnapshot(snapshot, this.#limits);
    if (outcome.status === 'refused') return expectRefusal(outcome);
    const { length } = outcome.snapshot.content;
    if (length > this.#limits.mostSnapshotBytes) throw new Error(`${length} bytes were decompressed`);
    return `inflated ${this.#takeSnapshot(outcome.snapshot)}`;
  }

  #takeSnapshot(snapshot: Snapshot): string {
    const { schema } = this.#scene;
    const decoded = decodeSnapshot(snapshot, schema, this.#limits);
    if (decoded.status === 'refused') return expectRefusal(decoded);
    const { frame, hash } = decoded;
    this.#meter.unmetered(() => {
      for (const column of frame.columnList) expectKind(column);
      const { content } = joinSnapshot(encodeSnapshot({ ...snapshot, seq: snapshot.to }, schema, decoded));
      const isExact = !frame.columnList.some(holdsNaN);
      if (content.length !== snapshot.content.length || (isExact && !sameBytes(content, snapshot.content))) {
        throw new Error('encoded again it differs');
      }
    });
    if (!hashesEqual(hashRows(frame), hash)) return 'snapshot:mismatch';
    this.#held = { frame, hash };
    return 'snapshot:proved';
  }
}

function expectHeader({ from, to, lastAnalyzed }: StreamHeader): void {
  if (from >= 1 && from <= to && lastAnalyzed >= 0 && Number.isFinite(lastAnalyzed)) return;
  throw new Error(`its header says from ${from} to ${to}, analyzed at ${lastAnalyzed}`);
}

/** That cells are what their column's kind lets them be. */
function expectKind(column: Column): void {
  const { data, start, end } = Column.raw(column);
  for (let row = start; row < end; row++) {
    const cell = data[row];
    if (column.kind === 'bool' ? cell === 0 || cell === 1 : column.kind !== 'int' || Number.isSafeInteger(cell))
      continue;
    throw new Error(`a column of kind ${column.kind} holds ${cell}`);
  }
}

function holdsNaN({ values }: Column): boolean {
  return values instanceof Float64Array && values.some(Number.isNaN);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

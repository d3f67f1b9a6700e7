import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type VectorColumn,
  type VectorFile,
  bytesOf,
  cellsOf,
  columnOf,
  frameOf,
  hexOf,
  vectorColumns,
} from '../../../tests/fixtures/wire-stream/vector-files.ts';
import { hashRows } from '../../frame/window-hash.ts';
import { inflateSnapshot } from './compress-snapshot.ts';
import { crc32c } from './crc32c.ts';
import { decodeDelta, encodeDelta } from './delta-message.ts';
import { SnapshotCollector } from './snapshot-collector.ts';
import {
  type Snapshot,
  decodeSnapshot,
  encodeSnapshot,
  encodeSnapshotChunk,
  joinSnapshot,
} from './snapshot-message.ts';
import { decodeStreamMessage } from './stream-message.ts';
import { decodeSchema, streamSchemaOf } from './stream-schema.ts';
import { defaultStreamLimits } from './stream-limits.ts';

const path = new URL('../../../tests/fixtures/wire-stream/vectors.json', import.meta.url);
const { crc32c: checksums, deltas, snapshots, refused }: VectorFile = JSON.parse(readFileSync(path, 'utf8'));

function schemaOf(columns: readonly (readonly unknown[])[]) {
  const outcome = decodeSchema(columns, defaultStreamLimits);
  if (outcome.status === 'refused') throw new Error(outcome.reason);
  return outcome.schema;
}

const schemaOfColumns = (columns: readonly VectorColumn[]) => schemaOf(columns.map(({ name, kind }) => [name, kind]));

function readDelta(hex: string, schema: ReturnType<typeof schemaOf>) {
  const outcome = decodeStreamMessage(bytesOf(hex));
  if (outcome.status === 'refused') return outcome;
  if (outcome.message.kind !== 'delta') throw new Error('expected a delta');
  return decodeDelta(outcome.message, schema);
}

function collect(chunks: readonly string[]): Snapshot {
  const collector = new SnapshotCollector();
  for (const [i, hex] of chunks.entries()) {
    const outcome = decodeStreamMessage(bytesOf(hex));
    if (outcome.status === 'refused' || outcome.message.kind !== 'snapshot') throw new Error('expected a snapshot');
    const collected = collector.add(outcome.message);
    expect(collected.status).toBe(i === chunks.length - 1 ? 'complete' : 'collecting');
    if (collected.status === 'complete') return collected.snapshot;
  }
  throw new Error('expected a whole snapshot');
}

describe('the test vectors', () => {
  it.each(checksums)('$hex', ({ hex, crc }) => expect(crc32c(bytesOf(hex))).toBe(crc));

  it.each(deltas)('delta: $name', ({ hex, header, rows, hash, changed, patches }) => {
    const schema = schemaOfColumns(changed);
    const outcome = readDelta(hex, schema);
    if (outcome.status !== 'delta') throw new Error(outcome.reason);
    const { delta } = outcome;
    expect([delta.rows, delta.hash]).toEqual([rows, hash]);
    expect(vectorColumns(delta.changed)).toEqual(changed);
    expect(delta.patches.map((p) => ({ column: p.column, rows: [...p.rows], cells: cellsOf(p.values) }))).toEqual(
      patches,
    );
    const made = patches.map(({ column, rows, cells }) => {
      return { column, rows: Uint32Array.from(rows), values: columnOf(changed[column].kind, cells) };
    });
    expect(hexOf(encodeDelta(header, schema, { rows, hash, changed: frameOf(changed), patches: made }))).toBe(hex);
  });

  it.each(snapshots)('snapshot: $name', async ({ chunks, header, hash, compressed, columns }) => {
    const collected = collect(chunks);
    expect(collected).toMatchObject({ ...header, hash, compressed });
    const inflated = await inflateSnapshot(collected);
    if (inflated.status !== 'inflated') throw new Error(inflated.reason);
    const decoded = decodeSnapshot(inflated.snapshot, schemaOfColumns(columns));
    if (decoded.status !== 'snapshot') throw new Error(decoded.reason);
    expect(vectorColumns(decoded.frame)).toEqual(columns);
    expect(hashRows(decoded.frame)).toEqual(hash);
    const frame = frameOf(columns);
    const made = encodeSnapshot({ ...header, seq: header.to }, streamSchemaOf(frame), { frame, hash });
    expect(hexOf(joinSnapshot(made).content)).toBe(hexOf(inflated.snapshot.content));
    if (!compressed && chunks.length === 1) expect(hexOf(encodeSnapshotChunk(made, 0))).toBe(chunks[0]);
  });

  it.each(refused)('refused: $name', ({ hex, columns, code }) => {
    expect(readDelta(hex, schemaOf(columns))).toMatchObject({ status: 'refused', code });
  });
});

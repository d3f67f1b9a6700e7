import { describe, expect, it } from 'vitest';
import { SnapshotCollector } from './snapshot-collector.ts';
import { defaultStreamLimits } from './stream-limits.ts';
import type { SnapshotChunk } from './stream-message.ts';

const content = Uint8Array.from({ length: 10 }, (_, i) => i);
const state = { stream: 7, epoch: 1, from: 5, to: 5, schemaVersion: 1, lastAnalyzed: 0.5 };
const facts = { ...state, rows: 2, compressed: false, total: 10 };
const chunk = (offset: number, end: number, change: Partial<SnapshotChunk> = {}): SnapshotChunk => ({
  kind: 'snapshot',
  ...facts,
  hash: { lo: 1, hi: 2 },
  offset,
  content: content.slice(offset, end),
  ...change,
});

describe('SnapshotCollector', () => {
  it('gives out what is whole, and is empty again', () => {
    const collector = new SnapshotCollector();
    expect([collector.seq, collector.received]).toEqual([undefined, 0]);
    expect(collector.add(chunk(0, 4))).toEqual({ status: 'collecting', received: 4, total: 10 });
    expect([collector.seq, collector.received]).toEqual([5, 4]);
    expect(collector.add(chunk(4, 9))).toEqual({ status: 'collecting', received: 9, total: 10 });
    const snapshot = { ...facts, hash: { lo: 1, hi: 2 }, content };
    expect(collector.add(chunk(9, 10))).toEqual({ status: 'complete', snapshot });
    expect([collector.seq, collector.received]).toEqual([undefined, 0]);
    expect(collector.add(chunk(0, 10))).toEqual({ status: 'complete', snapshot });
  });

  it('takes a snapshot without content', () => {
    const none = chunk(0, 0, { total: 0, rows: 0 });
    expect(new SnapshotCollector().add(none)).toMatchObject({ status: 'complete', snapshot: { total: 0, rows: 0 } });
  });

  it('copies what it takes', () => {
    const collector = new SnapshotCollector();
    const first = chunk(0, 4);
    collector.add(first);
    first.content.fill(0xff);
    expect(collector.add(chunk(4, 10))).toMatchObject({ snapshot: { content } });
  });

  it('begins anew with the chunk at 0', () => {
    const collector = new SnapshotCollector();
    collector.add(chunk(0, 4, { to: 4, from: 4 }));
    collector.add(chunk(0, 6));
    expect(collector.add(chunk(6, 10))).toMatchObject({ status: 'complete', snapshot: { to: 5, content } });
  });

  it.each<[string, SnapshotChunk]>([
    ['comes twice', chunk(2, 4)],
    ['leaves a gap', chunk(5, 10)],
    ['is of another state', chunk(4, 10, { from: 6, to: 6 })],
    ['is of another epoch', chunk(4, 10, { epoch: 2 })],
    ['is of another stream', chunk(4, 10, { stream: 8 })],
    ['is of another schema', chunk(4, 10, { schemaVersion: 2 })],
    ['was analyzed at another time', chunk(4, 10, { lastAnalyzed: 0.25 })],
    ['has another length', chunk(4, 10, { total: 11 })],
    ['has other rows', chunk(4, 10, { rows: 3 })],
    ['has another low hash', chunk(4, 10, { hash: { lo: 3, hi: 2 } })],
    ['has another high hash', chunk(4, 10, { hash: { lo: 1, hi: 3 } })],
    ['is compressed', chunk(4, 10, { compressed: true })],
    ['reaches past the end', chunk(4, 10, { content: new Uint8Array(7) })],
  ])('drops everything for a chunk that %s', (_, bad) => {
    const collector = new SnapshotCollector();
    collector.add(chunk(0, 4));
    expect(collector.add(bad)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_SNAPSHOT' });
    expect(collector.received).toBe(0);
    expect(collector.add(chunk(4, 10))).toMatchObject({ status: 'refused' });
  });

  it('refuses what is past the limit, and drops what it had', () => {
    const collector = new SnapshotCollector({ ...defaultStreamLimits, mostSnapshotBytes: 10 });
    expect(collector.add(chunk(0, 4)).status).toBe('collecting');
    expect(collector.add(chunk(0, 4, { total: 11 }))).toMatchObject({ status: 'refused', code: 'STREAM_TOO_LARGE' });
    expect(collector.seq).toBeUndefined();
  });
});

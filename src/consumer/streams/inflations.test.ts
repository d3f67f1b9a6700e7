import { describe, expect, it } from 'vitest';
import { ManualStreamSource } from '../../testing/manual-stream-source.ts';
import { decodeStreamMessage, defaultStreamLimits, deflateSnapshot, joinSnapshot } from '../../wire/index.ts';
import { IncomingStream } from './incoming-stream.ts';
import { Inflations } from './inflations.ts';

const encoded = new ManualStreamSource().snapshot();
const plain = joinSnapshot(encoded);
const compressed = joinSnapshot(await deflateSnapshot(encoded));
const isWanted = () => true;

describe('Inflations', () => {
  it('gives each as it was, one after the other', async () => {
    const inflations = new Inflations(defaultStreamLimits);
    const begun: number[] = [];
    const all = [1, 2, 3].map(async (n) => {
      const inflated = await inflations.inflate(compressed, () => begun.push(n) > 0);
      expect(inflated.status === 'inflated' && inflated.snapshot.content).toEqual(plain.content);
    });
    // It takes more than that to decompress one.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(begun).toEqual([1]);
    await Promise.all(all);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('has its own copy of what waits', async () => {
    const inflations = new Inflations(defaultStreamLimits);
    const content = compressed.content.slice();
    const first = inflations.inflate(compressed, isWanted);
    const second = inflations.inflate({ ...compressed, content }, isWanted);
    content.fill(0);
    await first;
    expect(await second).toMatchObject({ status: 'inflated' });
  });

  it('decompresses none that is not wanted any more when its turn comes', async () => {
    const inflations = new Inflations(defaultStreamLimits);
    const [first, second, third] = [true, false, true].map((is) => inflations.inflate(compressed, () => is));
    expect(await first).toMatchObject({ status: 'inflated' });
    expect(await second).toMatchObject({ status: 'refused' });
    expect(await third).toMatchObject({ status: 'inflated' });
  });

  it('has no more than 64 deltas wait for one', async () => {
    const source = new ManualStreamSource();
    source.grow(80);
    const { version, schema } = source.schema();
    const { id, key } = source;
    const stream = new IncomingStream({ id, key, version, schema, limits: defaultStreamLimits }, 0);
    const later: string[] = [];
    const take = (bytes: Uint8Array) => {
      const outcome = decodeStreamMessage(bytes);
      if (outcome.status === 'refused') throw new Error(outcome.reason);
      if (outcome.message.kind === 'delta') return stream.takeDelta(outcome.message);
      return stream.takeChunk(outcome.message, (act) => void later.push(act().outcome));
    };
    take(source.parts(await deflateSnapshot(encoded))[0]);
    for (let seq = 2; seq <= 81; seq++) expect(take(source.delta(seq))).toEqual({ outcome: 'nothing' });
    while (later.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    expect(later).toHaveLength(1 + 64);
    expect(stream).toMatchObject({ seq: 65, condition: 'behind' });
  });

  it('goes on after one that cannot be read', async () => {
    const inflations = new Inflations(defaultStreamLimits);
    const broken = inflations.inflate({ ...compressed, content: new Uint8Array(50).fill(255), total: 50 }, isWanted);
    const next = inflations.inflate(compressed, isWanted);
    expect(await broken).toMatchObject({ status: 'refused', code: 'STREAM_BAD_SNAPSHOT' });
    expect(await next).toMatchObject({ status: 'inflated' });
  });

  it('lets no more wait than are as long as one may be', async () => {
    const inflations = new Inflations({ ...defaultStreamLimits, mostSnapshotBytes: 3 * plain.total });
    const fitting = Math.floor((3 * plain.total) / compressed.total);
    const all = Array.from({ length: fitting + 1 }, () => inflations.inflate(compressed, isWanted));
    const outcomes = (await Promise.all(all)).map(({ status }) => status);
    expect(outcomes.slice(0, fitting)).toEqual(Array.from({ length: fitting }, () => 'inflated'));
    expect(outcomes[fitting]).toBe('refused');
    expect(await inflations.inflate(compressed, isWanted)).toMatchObject({ status: 'inflated' });
  });
});

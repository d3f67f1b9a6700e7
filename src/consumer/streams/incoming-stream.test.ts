import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../frame/index.ts';
import { sampleFrame } from '../../testing/index.ts';
import { ManualStreamSource, partsOf } from '../../testing/manual-stream-source.ts';
import {
  type EncodedSnapshot,
  decodeStreamMessage,
  defaultStreamLimits,
  deflateSnapshot,
  joinSnapshot,
  snapshotOfParts,
} from '../../wire/index.ts';
import { IncomingStream, type Taken } from './incoming-stream.ts';

/** A source, and a copy of it that has nothing yet. */
class Scene {
  readonly source = new ManualStreamSource();
  readonly stream: IncomingStream;
  readonly later: Taken[] = [];

  constructor(options: { readonly shown?: number } = {}) {
    const { id, key, version, schema } = { ...this.source.schema(), id: this.source.id };
    this.stream = new IncomingStream({ id, key, version, schema, limits: defaultStreamLimits, ...options }, 0);
  }

  take(sent: Uint8Array): Taken {
    const bytes = sent.slice();
    const outcome = decodeStreamMessage(bytes);
    if (outcome.status === 'refused') throw new Error(outcome.reason);
    const { message } = outcome;
    const taken =
      message.kind === 'delta'
        ? this.stream.takeDelta(message)
        : this.stream.takeChunk(message, (take) => void this.later.push(take()));
    // As the socket does, which uses the memory again.
    bytes.fill(0xee);
    return taken;
  }

  snapshot(seq?: number): Taken {
    return this.take(partsOf(this.source.snapshot(seq))[0]);
  }

  /** A delta's outcome, as one word. */
  delta(from: number, to = from): string {
    const taken = this.take(this.source.delta(from, to));
    return taken.outcome === 'lack' ? `${taken.outcome} ${taken.condition}` : taken.outcome;
  }

  /** That the copy is one state, to the bit. */
  expectState(seq: number): void {
    const { frame, lastAnalyzed } = this.stream;
    expect(this.stream.seq).toBe(seq);
    expect(lastAnalyzed).toBe(1000 * seq);
    expect(frame && firstDifference(frame, this.source.frame(seq))).toBeUndefined();
  }
}

/** A copy that is live at state 1, and a source with so many more. */
function live(more: number): Scene {
  const scene = new Scene();
  scene.snapshot(1);
  scene.source.grow(more);
  return scene;
}

describe('IncomingStream', () => {
  it('has nothing to show until a snapshot came whole', () => {
    const { stream } = new Scene();
    expect(stream).toMatchObject({ condition: 'syncing', frame: undefined, have: undefined, seq: 0, collected: 0 });
  });

  it('takes a snapshot in parts, of which nothing shows before the last', () => {
    const scene = new Scene();
    const parts = scene.source.parts(undefined, 500);
    expect(parts.length).toBeGreaterThan(3);
    for (const [i, part] of parts.entries()) {
      expect(scene.stream).toMatchObject({ condition: 'syncing', frame: undefined, collected: 500 * i });
      const last = i === parts.length - 1;
      expect(scene.take(part)).toEqual(last ? { outcome: 'updated', rows: 20, whole: true } : { outcome: 'nothing' });
      expect(scene.stream.expected).toBe(last ? undefined : 1);
    }
    expect(scene.stream.condition).toBe('live');
    scene.expectState(1);
  });

  it('applies what follows, one state or many, and tells how many rows came', () => {
    const scene = live(9);
    expect(scene.take(scene.source.delta(2))).toEqual({ outcome: 'updated', rows: 1, whole: false });
    expect(scene.take(scene.source.delta(3, 6))).toEqual({ outcome: 'updated', rows: 4, whole: false });
    scene.expectState(6);
    // From a state before ours it fits too, where it holds all that changed since.
    expect(scene.delta(5, 10)).toBe('updated');
    scene.expectState(10);
    expect(scene.stream.condition).toBe('live');
  });

  it('tells of a change of earlier rows from the first of them', () => {
    const scene = live(0);
    const close = Float64Array.from(scene.source.frame(1).numbers('close'));
    close[4] = 1;
    scene.source.advance(scene.source.frame(1).with({ close }));
    expect(scene.take(scene.source.delta(2))).toEqual({ outcome: 'updated', rows: 16, whole: false });
    scene.expectState(2);
  });

  it('ignores what it has already', () => {
    const scene = live(4);
    scene.delta(2, 4);
    for (const [from, to] of [
      [2, 2],
      [2, 4],
      [4, 4],
    ])
      expect(scene.delta(from, to)).toBe('nothing');
    expect(scene.snapshot(3)).toEqual({ outcome: 'nothing' });
    expect(scene.stream.condition).toBe('live');
    scene.expectState(4);
  });

  it('is behind where something is missing, keeps what it had, and goes on when it comes', () => {
    const scene = live(4);
    expect(scene.delta(3)).toBe('lack behind');
    expect(scene.stream).toMatchObject({ condition: 'behind', have: 1, reason: '1 of its states was lost on the way' });
    expect(scene.delta(5)).toBe('lack behind');
    expect(scene.stream.reason).toBe('3 of its states were lost on the way');
    scene.expectState(1);
    expect(scene.delta(2)).toBe('updated');
    expect(scene.stream.condition).toBe('behind');
    expect(scene.delta(3, 5)).toBe('updated');
    expect(scene.stream).toMatchObject({ condition: 'live', reason: '' });
  });

  it('shows nothing from when it differs until it is proved equal again', () => {
    const scene = live(3);
    const other = new ManualStreamSource({ frame: sampleFrame({ rows: 20, seed: 'other' }) });
    other.advance(sampleFrame({ rows: 21, seed: 'other' }));
    const taken = scene.take(other.delta(2));
    expect(taken).toMatchObject({ outcome: 'lack', condition: 'mismatched' });
    expect(scene.stream).toMatchObject({ condition: 'mismatched', frame: undefined, have: undefined, seq: 0 });
    // What goes on from what was dropped says nothing about it, and does not end the condition.
    expect(scene.delta(3)).toBe('lack behind');
    expect(scene.stream.condition).toBe('mismatched');
    scene.stream.interrupt('the connection ended');
    expect(scene.stream.condition).toBe('mismatched');
    expect(scene.snapshot(4)).toMatchObject({ outcome: 'updated' });
    expect(scene.stream.condition).toBe('live');
    scene.expectState(4);
  });

  it('takes no snapshot that is not what its hash says', () => {
    const scene = live(1);
    const { content: damaged, ...facts } = joinSnapshot(scene.source.snapshot(2));
    damaged[damaged.length - 1] ^= 1;
    damaged[200] ^= 1;
    const taken = scene.take(partsOf(snapshotOfParts(facts, [damaged]))[0]);
    expect(taken.outcome).toBe('lack');
    expect(scene.stream.condition).toBe('behind');
    scene.expectState(1);
    const wrongHash = { ...scene.source.snapshot(2), hash: { lo: 1, hi: 2 } };
    expect(scene.take(partsOf(wrongHash)[0])).toMatchObject({ outcome: 'lack', condition: 'mismatched' });
    scene.expectState(1);
  });

  it('refuses a delta that cannot be read, and keeps what it had', () => {
    const scene = live(1);
    const wide = new ManualStreamSource({ frame: sampleFrame({ rows: 20 }).with({ rsi: new Float64Array(20) }) });
    wide.advance(sampleFrame({ rows: 21 }).with({ rsi: new Float64Array(21) }));
    expect(scene.take(wide.delta(2))).toMatchObject({ outcome: 'lack', condition: 'behind' });
    scene.expectState(1);
    expect(scene.delta(2)).toBe('updated');
  });

  it('lacks what is of another version of its columns, until it knows them', () => {
    const scene = live(1);
    scene.source.version = 2;
    expect(scene.delta(2)).toBe('lack behind');
    expect(scene.snapshot(2)).toMatchObject({ outcome: 'lack', condition: 'behind' });
    scene.expectState(1);
    const { version, schema } = scene.source.schema();
    scene.stream.takeSchema(version, schema);
    expect(scene.stream.condition).toBe('behind');
    expect(scene.snapshot(2)).toMatchObject({ outcome: 'updated' });
    expect(scene.stream.condition).toBe('live');
    // The same once more changes nothing.
    scene.stream.takeSchema(version, schema);
    expect(scene.stream.condition).toBe('live');
  });

  it('drops the part of a snapshot that came where columns change, parts are missing, or another begins', () => {
    const scene = new Scene();
    scene.source.grow(1);
    const [one, two] = [scene.source.snapshot(1), scene.source.snapshot(2)].map((each) => partsOf(each, 500));
    scene.take(one[0]);
    expect(scene.take(one[2])).toMatchObject({ outcome: 'lack', condition: 'behind' });
    expect(scene.stream.collected).toBe(0);
    scene.take(one[0]);
    expect(scene.take(two[1])).toMatchObject({ outcome: 'lack' });
    scene.take(one[0]);
    scene.take(two[0]);
    expect(scene.stream.expected).toBe(2);
    scene.stream.takeSchema(2, scene.source.schema().schema);
    expect(scene.stream).toMatchObject({ collected: 0, expected: undefined });
    scene.stream.takeSchema(1, scene.source.schema().schema);
    for (const part of two) scene.take(part);
    scene.expectState(2);
  });

  it('shows no state that is older than one that it ever showed', () => {
    const scene = new Scene({ shown: 3 });
    scene.source.grow(3);
    expect(scene.snapshot(2)).toEqual({ outcome: 'nothing' });
    expect(scene.stream.frame).toBeUndefined();
    expect(scene.snapshot(3)).toMatchObject({ outcome: 'updated' });
    expect(scene.stream.shown).toBe(3);
  });

  it('forgets what was on its way when the connection ends', () => {
    const scene = live(2);
    scene.take(scene.source.parts(undefined, 500)[0]);
    scene.stream.interrupt('it broke');
    expect(scene.stream).toMatchObject({ condition: 'behind', reason: 'it broke', collected: 0, have: 1 });
    const empty = new Scene();
    empty.stream.interrupt('it broke');
    expect(empty.stream.condition).toBe('syncing');
    expect(scene.delta(2, 3)).toBe('updated');
    expect(scene.stream.condition).toBe('live');
  });
});

describe('a heartbeat', () => {
  it('confirms the newest state, and shows what was lost after it', () => {
    const scene = live(3);
    expect(scene.stream.takeHeartbeat(1, undefined)).toBe('confirmed');
    expect(scene.stream.takeHeartbeat(3, undefined)).toBe('lack');
    expect(scene.stream).toMatchObject({ condition: 'behind', have: 1 });
    // One that is older tells nothing new.
    expect(scene.stream.takeHeartbeat(1, undefined)).toBe('waiting');
    expect(scene.stream.condition).toBe('behind');
    scene.delta(2, 3);
    expect(scene.stream.takeHeartbeat(3, undefined)).toBe('confirmed');
  });

  it('tells of newer states that were not sent, which are waited for', () => {
    const scene = live(3);
    expect(scene.stream.takeHeartbeat(1, 4)).toBe('waiting');
    const reason = '3 newer states wait at the producer for room on the connection';
    expect(scene.stream).toMatchObject({ condition: 'behind', reason });
    expect(scene.delta(2, 4)).toBe('updated');
    expect(scene.stream.condition).toBe('live');
  });

  it('shows that a snapshot was lost, and none that is on its way', () => {
    const scene = new Scene();
    scene.source.grow(1);
    const parts = scene.source.parts(undefined, 500);
    scene.take(parts[0]);
    expect(scene.stream.takeHeartbeat(1, 2)).toBe('waiting');
    for (const part of parts.slice(1, 3)) scene.take(part);
    expect(scene.stream.collected).toBe(1500);
    // It was sent wholly, so what did not come does not.
    expect(scene.stream.takeHeartbeat(2, undefined)).toBe('lack');
    expect(scene.stream.collected).toBe(0);
    expect(new Scene().stream.takeHeartbeat(1, undefined)).toBe('lack');
  });
});

describe('a compressed snapshot', () => {
  const compressed = async (scene: Scene, seq: number): Promise<EncodedSnapshot> =>
    deflateSnapshot(scene.source.snapshot(seq));
  const settled = () => new Promise((resolve) => void setTimeout(resolve, 0));

  /** Until so many outcomes have come. */
  async function untilLater(scene: Scene, count: number): Promise<void> {
    while (scene.later.length < count) await settled();
  }

  it('is taken when it is decompressed, with the deltas that came meanwhile', async () => {
    const scene = new Scene();
    scene.source.grow(5);
    const parts = partsOf(await compressed(scene, 2));
    for (const part of parts) expect(scene.take(part)).toEqual({ outcome: 'nothing' });
    expect(scene.delta(3)).toBe('nothing');
    expect(scene.delta(4, 6)).toBe('nothing');
    expect(scene.delta(2)).toBe('lack behind');
    expect(scene.stream).toMatchObject({ condition: 'syncing', expected: 2, frame: undefined });
    expect(scene.stream.takeHeartbeat(6, undefined)).toBe('waiting');
    await untilLater(scene, 3);
    expect(scene.later.map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'updated']);
    expect(scene.stream.condition).toBe('live');
    scene.expectState(6);
  });

  it('says nothing any more where the connection ended, or columns changed', async () => {
    for (const end of ['interrupt', 'schema']) {
      const scene = new Scene();
      scene.take(partsOf(await compressed(scene, 1))[0]);
      if (end === 'interrupt') scene.stream.interrupt('it broke');
      else scene.stream.takeSchema(2, scene.source.schema().schema);
      for (let i = 0; i < 5; i++) await settled();
      expect(scene.later).toEqual([]);
      expect(scene.stream.frame).toBeUndefined();
    }
  });
});

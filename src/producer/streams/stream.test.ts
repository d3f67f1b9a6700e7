import { describe, expect, it } from 'vitest';
import {
  type AnyFrame,
  applyDelta,
  firstDifference,
  hashedFrame,
  hashesEqual,
  shareMemory,
} from '../../frame/index.ts';
import { sampleFrame, sampleKey } from '../../testing/index.ts';
import {
  decodeDelta,
  decodeMessage,
  decodeSnapshot,
  decodeStreamMessage,
  joinSnapshot,
  streamSchemaOf,
} from '../../wire/index.ts';
import type { Selection } from './selection.ts';
import { Stream, type StreamKeeping, type StreamState } from './stream.ts';

const key = sampleKey();
const keeping: StreamKeeping = { keptStates: 5, keptBytes: 2 ** 30, mostDeltaBytes: 2 ** 30 };
const names = sampleFrame({ rows: 1 }).names;

function streamOf(frame: AnyFrame, options: Partial<StreamKeeping> & Selection = {}): Stream {
  const { columns, tail, ...limits } = options;
  const selection = { ...(columns === undefined ? {} : { columns }), ...(tail === undefined ? {} : { tail }) };
  const identity = { id: 7, epoch: 9, selection };
  return new Stream(identity, { key, frame, lastAnalyzed: 1000 }, { ...keeping, ...limits });
}

function advance(stream: Stream, frame: AnyFrame): void {
  stream.advance({ key, frame, lastAnalyzed: 1000 * (stream.seq + 1) });
}

/** A stream that somebody looks at, after states of 20, 21, … rows. */
function advanced(states: number, options: Partial<StreamKeeping> & Selection = {}): Stream {
  const stream = streamOf(sampleFrame({ rows: 20 }), options);
  stream.newest();
  for (let seq = 2; seq <= states; seq++) {
    advance(stream, shareMemory(stream.frame, sampleFrame({ rows: 19 + seq })));
  }
  return stream;
}

/** What a holder of a state has after a message, checked by the hash. */
function applied(base: StreamState, message: Uint8Array): { readonly from: number; readonly to: number } & StreamState {
  const decoded = decodeStreamMessage(message);
  if (decoded.status === 'refused' || decoded.message.kind !== 'delta') throw new Error('expected a delta');
  const { from, to, schemaVersion, lastAnalyzed } = decoded.message;
  const read = decodeDelta(decoded.message, streamSchemaOf(base.window.frame));
  if (read.status === 'refused') throw new Error(read.reason);
  const done = applyDelta(base.window, read.delta);
  if (done.status !== 'applied') throw new Error(done.status);
  return { from, to, seq: to, schemaVersion, lastAnalyzed, window: done.frame };
}

const seqsKept = (stream: Stream) =>
  Array.from({ length: stream.seq + 2 }, (_, seq) => seq).filter((seq) => stream.stateAt(seq) !== undefined);

describe('Stream', () => {
  it('counts its states from 1, and keeps the last few once somebody looks', () => {
    const stream = advanced(3);
    expect(stream.seq).toBe(3);
    expect(seqsKept(stream)).toEqual([1, 2, 3]);
    expect(seqsKept(advanced(5))).toEqual([1, 2, 3, 4, 5]);
    expect(seqsKept(advanced(6))).toEqual([2, 3, 4, 5, 6]);
    expect(seqsKept(advanced(40))).toEqual([36, 37, 38, 39, 40]);
    expect(stream.stateAt(-1)).toBeUndefined();
    expect(stream.stateAt(2 ** 32)).toBeUndefined();
  });

  it('computes nothing while nobody looks', () => {
    const stream = streamOf(sampleFrame({ rows: 20 }));
    // What has no dates cannot be hashed, nor have a schema.
    advance(stream, sampleFrame({ rows: 21 }).drop(['date']));
    advance(stream, sampleFrame({ rows: 22 }));
    expect(stream.seq).toBe(3);
    expect(seqsKept(stream)).toEqual([]);
    const state = stream.newest();
    expect(state).toMatchObject({ seq: 3, schemaVersion: 1, lastAnalyzed: 3000 });
    expect(hashesEqual(state.window.hash, hashedFrame(sampleFrame({ rows: 22 })).hash)).toBe(true);
    expect(stream.newest()).toBe(state);
    expect(seqsKept(stream)).toEqual([3]);
  });

  it('takes a holder of any state that is kept to the newest, to the bit', () => {
    const stream = advanced(9);
    advance(stream, repainted(sampleFrame({ rows: 30 }), 12));
    const newest = stream.newest();
    for (const seq of seqsKept(stream).slice(0, -1)) {
      const base = stream.stateAt(seq);
      const message = base && stream.deltaMessage(base);
      if (base === undefined || message === undefined) throw new Error(`nothing starts from state ${seq}`);
      const state = applied(base, message);
      expect(state).toMatchObject({ from: seq + 1, to: 10, schemaVersion: 1, lastAnalyzed: 10_000 });
      expect(firstDifference(state.window.frame, newest.window.frame)).toBeUndefined();
      expect(hashesEqual(state.window.hash, newest.window.hash)).toBe(true);
    }
    expect(seqsKept(stream)).toHaveLength(5);
    expect(stream.deltaMessage(newest)).toBeUndefined();
  });

  it('has the hash of every state, whatever changed', () => {
    const stream = streamOf(sampleFrame({ rows: 20 }), { tail: 15 });
    stream.newest();
    const frames = [
      sampleFrame({ rows: 20 }),
      repainted(sampleFrame({ rows: 20 }), 3),
      repainted(sampleFrame({ rows: 25 }), 18),
      sampleFrame({ rows: 80 }),
      sampleFrame({ rows: 81, seed: 'other' }),
      sampleFrame({ rows: 5 }),
      sampleFrame({ rows: 0 }),
      sampleFrame({ rows: 6 }),
    ];
    for (const frame of frames) {
      advance(stream, frame);
      const { window } = stream.newest();
      expect(firstDifference(window.frame, frame.tail(15))).toBeUndefined();
      expect(hashesEqual(window.hash, hashedFrame(frame.tail(15)).hash)).toBe(true);
    }
  });

  it('encodes each message once, and anew when there is a newer state', () => {
    const stream = advanced(4);
    const base = stream.stateAt(2);
    if (base === undefined) throw new Error('state 2 is gone');
    const message = stream.deltaMessage(base);
    expect(message).toBeInstanceOf(Uint8Array);
    expect(stream.deltaMessage(base)).toBe(message);
    expect(stream.schemaMessage()).toBe(stream.schemaMessage());
    advance(stream, sampleFrame({ rows: 24 }));
    const next = stream.deltaMessage(base);
    expect(next).not.toBe(message);
    expect(next && applied(base, next).to).toBe(5);
  });

  it('gives the newest state as a snapshot', () => {
    const stream = advanced(3);
    const snapshot = stream.encodeSnapshot();
    expect(snapshot).toMatchObject({ stream: 7, epoch: 9, from: 3, to: 3, rows: 22, lastAnalyzed: 3000 });
    const decoded = decodeSnapshot(joinSnapshot(snapshot), streamSchemaOf(stream.frame));
    if (decoded.status === 'refused') throw new Error(decoded.reason);
    expect(firstDifference(decoded.frame, sampleFrame({ rows: 22 }))).toBeUndefined();
    expect(hashesEqual(decoded.hash, hashedFrame(decoded.frame).hash)).toBe(true);
  });

  it('counts versions of its columns, and starts no delta from another one', () => {
    const stream = advanced(2);
    const before = stream.newest();
    const schemaBefore = stream.schemaMessage();
    const kinds = { count: new Float64Array(22) };
    advance(stream, sampleFrame({ rows: 22 }).with(kinds));
    expect(stream.newest().schemaVersion).toBe(2);
    expect(stream.deltaMessage(before)).toBeUndefined();
    expect(stream.schemaMessage()).not.toBe(schemaBefore);
    const outcome = decodeMessage(new TextDecoder().decode(stream.schemaMessage()));
    expect(outcome).toMatchObject({ status: 'control', control: { type: 'schema', stream: 7, version: 2, key } });
    if (outcome.status !== 'control' || outcome.control.type !== 'schema') throw new Error('expected a schema');
    expect(outcome.control.schema.kinds[names.indexOf('count')]).toBe('float64');
    // Back to the first columns: another version all the same, for who knows what came between.
    advance(stream, sampleFrame({ rows: 22 }));
    expect(stream.newest().schemaVersion).toBe(3);
    expect(stream.deltaMessage(before)).toBeUndefined();
    advance(stream, sampleFrame({ rows: 23 }));
    expect(stream.newest().schemaVersion).toBe(3);
    const last = stream.stateAt(4);
    expect(last && stream.deltaMessage(last)).toBeDefined();
  });

  it('sees changes of its own columns only', () => {
    const stream = advanced(2, { columns: ['close', 'open'] });
    const frame = sampleFrame({ rows: 22 });
    advance(stream, frame.with({ rsi: new Float64Array(22) }));
    expect(stream.frame.names).toEqual(['date', 'open', 'close']);
    expect(stream.newest().schemaVersion).toBe(1);
    const base = stream.stateAt(2);
    expect(base && stream.deltaMessage(base)).toBeDefined();
  });

  it('sends no delta that is longer than it may be', () => {
    const lengthOf = (mostDeltaBytes: number) => {
      const stream = advanced(3, { mostDeltaBytes });
      const base = stream.stateAt(1);
      return base && stream.deltaMessage(base)?.length;
    };
    const length = lengthOf(keeping.mostDeltaBytes) ?? 0;
    expect(length).toBeGreaterThan(100);
    expect(lengthOf(length)).toBe(length);
    expect(lengthOf(length - 1)).toBeUndefined();
  });

  it('starts no delta where there is nothing in common', () => {
    const stream = advanced(3);
    const base = stream.newest();
    advance(stream, sampleFrame({ rows: 20, startMs: Date.UTC(2026, 5, 1) }));
    expect(stream.deltaMessage(base)).toBeUndefined();
  });

  it('lets go of older states where they take memory of their own', () => {
    const bytes = 8 * names.length * 20;
    const keptWith = (keptBytes: number, next: (seq: number) => AnyFrame) => {
      const stream = streamOf(sampleFrame({ rows: 20 }), { keptBytes });
      stream.newest();
      for (let seq = 2; seq <= 5; seq++) advance(stream, next(seq));
      return seqsKept(stream);
    };
    const anew = () => sampleFrame({ rows: 20 });
    expect(keptWith(4 * bytes, anew)).toEqual([1, 2, 3, 4, 5]);
    expect(keptWith(4 * bytes - 1, anew)).toEqual([2, 3, 4, 5]);
    expect(keptWith(2 * bytes, anew)).toEqual([3, 4, 5]);
    // The one before the newest stays: everyone who follows holds it.
    expect(keptWith(0, anew)).toEqual([4, 5]);
    // Rows that are added behind those held take nothing.
    let grown: AnyFrame = sampleFrame({ rows: 19 }).append(sampleFrame({ rows: 20 }).tail(1));
    const stream = streamOf(grown, { keptBytes: 0 });
    stream.newest();
    for (let rows = 21; rows <= 24; rows++) {
      grown = grown.append(sampleFrame({ rows }).tail(1));
      advance(stream, grown);
    }
    expect(seqsKept(stream)).toEqual([1, 2, 3, 4, 5]);
  });
});

/** The same rows with other values in one of them. */
function repainted(frame: AnyFrame, row: number): AnyFrame {
  const close = Float64Array.from(frame.numbers('close'));
  close[row] = -0;
  const tags = [...frame.strings('enter_tag')];
  tags[row] = 'painted';
  return frame.with({ close, enter_tag: tags });
}

import { describe, expect, it } from 'vitest';
import type { FrameDelta } from '../../frame/frame-delta.ts';
import { Column, Frame, firstDifference, ints, timestamps } from '../../frame/index.ts';
import { decodeDelta, encodeDelta } from './delta-message.ts';
import { seal, viewOf } from './stream-header.ts';
import { type StreamLimits, defaultStreamLimits } from './stream-limits.ts';
import { decodeStreamMessage } from './stream-message.ts';
import { streamSchemaOf } from './stream-schema.ts';

const header = {
  stream: 7,
  epoch: 0x9f3c12ab,
  from: 4182,
  to: 4183,
  schemaVersion: 2,
  lastAnalyzed: 1_796_123_456_789.125,
};
const hash = { lo: 0x01020304, hi: 0xf5060708 };
const frame = Frame.of({
  date: timestamps([1000, 2000]),
  close: [0.5, Number.NaN],
  enter_long: ints([1, 0]),
  id: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  up: [true, false],
  tag: ['é', null],
});
const schema = streamSchemaOf(frame);
const patch = { column: 5, rows: Uint32Array.of(0, 3), values: Column.adopt('string', ['x', null]) };
const delta: FrameDelta = { rows: 6, hash, changed: frame, patches: [patch] };

function read(bytes: Uint8Array, limits: StreamLimits = {}) {
  const all = { ...defaultStreamLimits, ...limits };
  const outcome = decodeStreamMessage(bytes, all);
  if (outcome.status === 'refused' || outcome.message.kind !== 'delta') return outcome;
  return decodeDelta(outcome.message, schema, all);
}

/** The message with some bytes replaced, and the checksum that fits. */
function replaced(at: number, bytes: readonly number[]): Uint8Array {
  const message = encodeDelta(header, schema, delta);
  message.set(bytes, at);
  seal(message, viewOf(message), message.length);
  return message;
}

describe('a delta', () => {
  it('of one row of float columns takes 8 bytes a column and 48', () => {
    for (const columns of [1, 2, 60, 200]) {
      const row = Frame.fromColumns(
        Array.from({ length: columns }, (_, i) => [i === 0 ? 'date' : `c${i}`, timestamps([i])] as const),
      );
      const bytes = encodeDelta(header, streamSchemaOf(row), { rows: 1500, hash, changed: row, patches: [] });
      expect(bytes.length).toBe(8 * columns + 48);
    }
  });

  it('says when the analysis ended, over how many states it goes, and of which schema it is, modulo 65,536', () => {
    const far = { ...header, from: 1, to: 65_536, schemaVersion: 0xabcd_0003, lastAnalyzed: 0.5 };
    const outcome = decodeStreamMessage(encodeDelta(far, schema, delta));
    expect(outcome).toMatchObject({ status: 'message', message: { kind: 'delta', ...far, schemaVersion: 3 } });
  });

  it('may change nothing but the number of rows', () => {
    const bytes = encodeDelta(header, schema, { rows: 3, hash, changed: frame.head(0), patches: [] });
    expect(bytes.length).toBe(48);
    expect(read(bytes)).toMatchObject({ status: 'delta', delta: { rows: 3, hash, patches: [] } });
  });

  it('has what was sent, also of text that no UTF-8 has', () => {
    const changed = frame.with({ tag: Column.adopt('string', ['\uD800', '']) });
    const outcome = read(encodeDelta(header, schema, { ...delta, changed }));
    if (outcome.status !== 'delta') throw new Error(JSON.stringify(outcome));
    expect(firstDifference(outcome.delta.changed, changed)).toBeUndefined();
    expect(outcome.delta.patches.map(({ values }) => values.values)).toEqual([['x', null]]);
  });

  // Patches at 18, rows at 32, hash at 36, changed at 44; then 16 bytes a column of 8, `up` at 112, `tag` at 114, the patch at 124.
  it.each<[string, number, readonly number[], string]>([
    ['rows past the limit', 32, [0, 0, 0, 1], 'STREAM_TOO_LARGE'],
    ['more changed rows than rows', 32, [1, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['more changed rows than bytes', 44, [3, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['fewer changed rows than bytes', 44, [1, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patch more than bytes', 18, [2, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patch less than bytes', 18, [0, 0], 'STREAM_BAD_PAYLOAD'],
    ['dates that do not ascend', 56, [0, 0, 0, 0, 0, 0x40, 0x8f, 0x40], 'STREAM_BAD_ORDER'],
    ['a date that is missing', 56, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], 'STREAM_BAD_ORDER'],
    ['a fraction among integers', 80, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], 'STREAM_BAD_PAYLOAD'],
    ['a boolean that is 2', 112, [2], 'STREAM_BAD_PAYLOAD'],
    ['a text longer than the message', 114, [200, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['a text past the limit', 114, [1, 0, 1, 0], 'STREAM_TOO_LARGE'],
    ['a text that is not UTF-8', 118, [0xc3, 0x41], 'STREAM_BAD_PAYLOAD'],
    ['a patch of a column that does not exist', 124, [6, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patch of the dates', 124, [0, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patch without cells', 126, [0, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patch of more cells than bytes', 126, [255, 255, 255, 255], 'STREAM_BAD_PAYLOAD'],
    ['patched rows that do not ascend', 134, [0, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
    ['a patched row among the changed ones', 134, [4, 0, 0, 0], 'STREAM_BAD_PAYLOAD'],
  ])('is refused with %s', (_, at, bytes, code) => {
    expect(read(replaced(0, [])).status).toBe('delta');
    expect(read(replaced(at, bytes))).toMatchObject({ status: 'refused', code });
  });

  it('is refused where a text reaches into the columns behind it', () => {
    const row = Frame.of({ tag: ['x'], date: timestamps([1]) });
    const bytes = encodeDelta(header, streamSchemaOf(row), { rows: 1, hash, changed: row, patches: [] });
    viewOf(bytes).setUint32(48, 1 + 3, true);
    seal(bytes, viewOf(bytes), bytes.length);
    const outcome = decodeStreamMessage(bytes);
    if (outcome.status !== 'message' || outcome.message.kind !== 'delta') throw new Error(outcome.status);
    expect(decodeDelta(outcome.message, streamSchemaOf(row))).toMatchObject({
      status: 'refused',
      code: 'STREAM_BAD_PAYLOAD',
      reason: expect.stringContaining('do not fit'),
    });
  });

  it('is refused where two patches are of one column', () => {
    const twice = {
      ...delta,
      patches: [{ ...patch, column: 1, values: Column.adopt('float64', Float64Array.of(1, 2)) }, patch],
    };
    const bytes = encodeDelta(header, schema, twice);
    expect(read(bytes).status).toBe('delta');
    // The second patch begins behind the first, of 6 bytes and 2 rows and cells.
    viewOf(bytes).setUint16(124 + 6 + 8 + 16, 1, true);
    seal(bytes, viewOf(bytes), bytes.length);
    expect(read(bytes)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_PAYLOAD' });
  });

  it.each<[StreamLimits, StreamLimits]>([
    [{ mostRows: 6 }, { mostRows: 5 }],
    [{ mostPatchCells: 2 }, { mostPatchCells: 1 }],
    [{ mostTextBytes: 2 }, { mostTextBytes: 1 }],
    [{ mostMessageBytes: 147 }, { mostMessageBytes: 146 }],
  ])('is taken up to its limits %j', (enough, tooFew) => {
    const bytes = encodeDelta(header, schema, delta);
    expect(read(bytes, enough).status).toBe('delta');
    const [[name, most]] = Object.entries(tooFew);
    expect(read(bytes, tooFew)).toMatchObject({
      code: 'STREAM_TOO_LARGE',
      reason: expect.stringContaining(`${name} is ${most}`),
    });
  });
});

describe('encodeDelta refuses', () => {
  const floats = Column.adopt('float64', Float64Array.of(1, 2));
  it.each<[string, Partial<FrameDelta>]>([
    ['fewer rows than changed ones', { rows: 1 }],
    ['rows that are no count', { rows: Number.NaN }],
    ['other columns', { changed: frame.drop(['close']) }],
    ['columns of other kinds', { changed: frame.with({ close: ints([1, 2]) }) }],
    ['dates that do not ascend', { changed: frame.with({ date: timestamps([2000, 2000]) }) }],
    ['integers that are none', { changed: frame.with({ enter_long: Column.adopt('int', Float64Array.of(1, 0.5)) }) }],
    ['patches of other kinds', { patches: [{ ...patch, values: floats }] }],
    ['patches of the dates', { patches: [{ ...patch, column: 0, values: timestamps([1, 2]) }] }],
    ['patches out of order', { patches: [patch, patch] }],
    ['patches of too few values', { patches: [{ ...patch, rows: Uint32Array.of(0) }] }],
    ['patches of no cells', { patches: [{ column: 1, rows: Uint32Array.of(), values: floats.slice(0, 0) }] }],
    ['patched rows out of order', { patches: [{ ...patch, rows: Uint32Array.of(3, 0) }] }],
    ['patched rows that are changed ones', { patches: [{ ...patch, rows: Uint32Array.of(0, 4) }] }],
  ])('%s', (_, change) => {
    expect(() => encodeDelta(header, schema, { ...delta, ...change })).toThrow(
      expect.objectContaining({ name: 'StreamError', code: 'STREAM_NOT_ENCODABLE' }),
    );
  });

  it.each([
    { from: 0 },
    { from: 4184 },
    { stream: -1 },
    { epoch: 2 ** 32 },
    { to: 4183.5 },
    { schemaVersion: Number.NaN },
    { lastAnalyzed: Number.NaN },
    { lastAnalyzed: Infinity },
    { lastAnalyzed: -1 },
    { from: 1, to: 65_537 },
  ])('a header with %o', (change) => {
    expect(() => encodeDelta({ ...header, ...change }, schema, delta)).toThrow(
      expect.objectContaining({ code: 'STREAM_NOT_ENCODABLE' }),
    );
  });
});

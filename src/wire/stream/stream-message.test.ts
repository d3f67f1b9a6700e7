import { describe, expect, it } from 'vitest';
import { seal, viewOf } from './stream-header.ts';
import { MOST_CHUNK_BYTES, defaultStreamLimits } from './stream-limits.ts';
import { snapshotOfParts } from './encoded-snapshot.ts';
import { encodeSnapshotChunk } from './snapshot-message.ts';
import { decodeStreamMessage } from './stream-message.ts';

const facts = {
  stream: 7,
  epoch: 0xffffffff,
  from: 5,
  to: 5,
  schemaVersion: 1,
  lastAnalyzed: 1000,
  rows: 20,
  hash: { lo: 1, hi: 2 },
  compressed: false,
};
const content = new Uint8Array(160).fill(3);
const snapshot = snapshotOfParts(facts, [content]);
const chunk = () => encodeSnapshotChunk(snapshot, 0);

function changed(at: number, ...values: readonly number[]): Uint8Array {
  const bytes = chunk();
  bytes.set(values, at);
  seal(bytes, viewOf(bytes), 52);
  return bytes;
}

describe('decodeStreamMessage', () => {
  it('reads a chunk', () => {
    expect(decodeStreamMessage(chunk())).toEqual({
      status: 'message',
      message: { kind: 'snapshot', offset: 0, ...facts, total: 160, content },
    });
    expect(decodeStreamMessage(encodeSnapshotChunk({ ...snapshot, compressed: true }, 0))).toMatchObject({
      message: { compressed: true },
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(), 'STREAM_BAD_HEADER'],
    ['a header and no more', chunk().subarray(0, 47), 'STREAM_BAD_HEADER'],
    ['a snapshot as short as a delta can be', chunk().subarray(0, 51), 'STREAM_BAD_HEADER'],
    ['another first byte', changed(0, 0x7b), 'STREAM_BAD_HEADER'],
    ['a later version', changed(0, 0xc2), 'STREAM_UNKNOWN_VERSION'],
    ['another first byte with our version', changed(0, 0xb1), 'STREAM_BAD_HEADER'],
    ['an unknown kind', changed(1, 3), 'STREAM_BAD_HEADER'],
    ['an unknown flag', changed(1, 0x22), 'STREAM_BAD_HEADER'],
    ['states that differ', changed(16, 1), 'STREAM_BAD_HEADER'],
    ['patches', changed(18, 1), 'STREAM_BAD_HEADER'],
    ['the state 0', changed(12, 0), 'STREAM_BAD_HEADER'],
    ['an analysis before 1970', changed(27, 0xbf), 'STREAM_BAD_HEADER'],
    ['an analysis that ended never', changed(26, 0xf0, 0x7f), 'STREAM_BAD_HEADER'],
    ['an analysis at no time', changed(26, 0xf8, 0x7f), 'STREAM_BAD_HEADER'],
    ['a delta under the checksum of a snapshot', changed(1, 1), 'STREAM_BAD_CHECKSUM'],
    ['a checksum that does not fit', chunk().fill(0, 28, 32), 'STREAM_BAD_CHECKSUM'],
    ['more content than in all', changed(44, 159), 'STREAM_BAD_PAYLOAD'],
    ['content past the end', changed(48, 1), 'STREAM_BAD_PAYLOAD'],
    ['no content', chunk().subarray(0, 52), 'STREAM_BAD_PAYLOAD'],
    ['too many rows', changed(35, 1), 'STREAM_TOO_LARGE'],
    ['too large a snapshot', changed(47, 255), 'STREAM_TOO_LARGE'],
  ])('refuses %s', (_, bytes, code) => {
    expect(decodeStreamMessage(bytes)).toMatchObject({ status: 'refused', code });
  });

  it('refuses flags of a delta', () => {
    const bytes = chunk();
    bytes[1] = 0x11;
    seal(bytes, viewOf(bytes), bytes.length);
    expect(decodeStreamMessage(bytes)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_HEADER' });
    bytes[1] = 1;
    seal(bytes, viewOf(bytes), bytes.length);
    expect(decodeStreamMessage(bytes)).toMatchObject({ status: 'message', message: { kind: 'delta' } });
    // It begins at the state 1 at the earliest.
    viewOf(bytes).setUint16(16, 5, true);
    seal(bytes, viewOf(bytes), bytes.length);
    expect(decodeStreamMessage(bytes)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_HEADER' });
    viewOf(bytes).setUint16(16, 4, true);
    seal(bytes, viewOf(bytes), bytes.length);
    expect(decodeStreamMessage(bytes)).toMatchObject({ status: 'message', message: { from: 1, to: 5 } });
  });

  it('refuses a message past the limit before it looks at it, and a chunk that is none', () => {
    const limits = { ...defaultStreamLimits, mostMessageBytes: 211 };
    expect(decodeStreamMessage(chunk(), limits)).toMatchObject({ code: 'STREAM_TOO_LARGE' });
    const long = snapshotOfParts(facts, [new Uint8Array(MOST_CHUNK_BYTES + 1)]);
    const whole = encodeSnapshotChunk(long, 0);
    expect(whole.length).toBe(52 + MOST_CHUNK_BYTES);
    expect(decodeStreamMessage(whole)).toMatchObject({ status: 'message' });
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(decodeStreamMessage(longer)).toMatchObject({ code: 'STREAM_TOO_LARGE' });
  });
});

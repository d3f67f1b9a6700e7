import { strict as assert } from 'node:assert';
import { hashRows } from '../src/frame/window-hash.ts';
import { type AnyFrame, Frame, framesEqual } from '../src/frame/index.ts';
import { parsePair } from '../src/market/index.ts';
import { decodeMessage, encodeMessage } from '../src/wire/index.ts';
import {
  MOST_CHUNK_BYTES,
  type Snapshot,
  SnapshotCollector,
  type StreamHeader,
  decodeDelta,
  decodeSnapshot,
  decodeStreamMessage,
  encodeDelta,
  encodeSnapshot,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../src/wire/stream/index.ts';
import { FIVE_MINUTES, analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

const ROWS = 1500;
const COLUMNS = 60;
/** Rows that are sent one after the other before it begins anew: so many that no message is always in the cache. */
const MESSAGES = 500;

const header: StreamHeader = { stream: 7, epoch: 0x9f3c12ab, from: 2, to: 2, schemaVersion: 1, lastAnalyzed: 1 };
const key = { pair: parsePair('BTC/USDT'), timeframe: FIVE_MINUTES, candleType: 'spot' } as const;

export const wireStream: Benchmark = {
  name: 'wire-stream',
  title: 'messages between Candlecast peers: a row of 60 columns, and a snapshot of 1,500 of them, against JSON',
  run: runWireStream,
};

function runWireStream(): Report {
  const analyzed = analyzedFrame(ROWS);
  const floats = floatsOf(analyzed);
  const rows = codecs(floats);
  const mixed = codecs(analyzed);
  const whole = snapshotCodec(analyzed);
  return compareAll([
    {
      subject: { name: 'decode a row of 60 float columns', run: rows.decode },
      baseline: { name: 'decodeMessage of the same row', run: rows.decodeJson },
      mostMs: 0.003,
    },
    {
      subject: { name: 'encode a row of 60 float columns', run: rows.encode },
      baseline: { name: 'encodeMessage of the same row', run: rows.encodeJson },
      mostMs: 0.003,
    },
    {
      subject: { name: 'decode a row with a tag and flags', run: mixed.decode },
      baseline: { name: 'decodeMessage of the same row', run: mixed.decodeJson },
    },
    {
      subject: { name: 'encode a row with a tag and flags', run: mixed.encode },
      baseline: { name: 'encodeMessage of the same row', run: mixed.encodeJson },
    },
    {
      subject: { name: 'decode a snapshot', run: whole.decode },
      baseline: { name: 'decodeMessage of the same frame', run: whole.decodeJson },
      mostMs: 0.5,
    },
    { subject: { name: 'put a snapshot together from its chunks', run: whole.collect } },
    {
      subject: { name: 'encode a snapshot in chunks', run: whole.encode },
      baseline: { name: 'encodeMessage of the same frame', run: whole.encodeJson },
    },
  ]);
}

/** The dates, and nothing but floats: the same column again in the place of those of other kinds. */
function floatsOf(frame: AnyFrame): AnyFrame {
  const close = frame.column('close');
  return Frame.fromColumns(
    frame.names.map((name) => [name, name === 'date' || frame.kind(name) === 'float64' ? frame.column(name) : close]),
  );
}

/** One row a call, each time the next. */
function codecs(frame: AnyFrame) {
  const schema = streamSchemaOf(frame);
  const hash = { lo: 1, hi: 2 };
  const rows = Array.from({ length: MESSAGES }, (_, i) => frame.slice(ROWS - MESSAGES + i, ROWS - MESSAGES + i + 1));
  const deltas = rows.map((changed) => ({ rows: ROWS, hash, changed, patches: [] }));
  const messages = deltas.map((delta) => encodeDelta(header, schema, delta));
  const texts = rows.map((row) => jsonOf(row));
  const read = (bytes: Uint8Array) => {
    const outcome = decodeStreamMessage(bytes);
    assert(outcome.status === 'message' && outcome.message.kind === 'delta');
    const decoded = decodeDelta(outcome.message, schema);
    assert(decoded.status === 'delta');
    return decoded.delta;
  };
  assert.equal(schema.names.length, COLUMNS);
  for (const [i, bytes] of messages.entries()) assert(framesEqual(read(bytes).changed, rows[i]), 'to the bit');
  if (frame.kind('enter_tag') === 'float64') assert.equal(messages[0].length, 8 * COLUMNS + 48);
  return {
    decode: overAll(messages, read),
    decodeJson: overAll(texts, (text) => decodeMessage(text)),
    encode: overAll(deltas, (delta) => encodeDelta(header, schema, delta)),
    encodeJson: overAll(rows, jsonOf),
  };
}

function snapshotCodec(frame: AnyFrame) {
  const schema = streamSchemaOf(frame);
  const state = { ...header, seq: header.to };
  const window = { frame, hash: hashRows(frame) };
  const encode = () => {
    const encoded = encodeSnapshot(state, schema, window);
    return Array.from({ length: Math.ceil(encoded.total / MOST_CHUNK_BYTES) }, (_, i) =>
      encodeSnapshotChunk(encoded, i * MOST_CHUNK_BYTES),
    );
  };
  const chunks = encode();
  const collected = collect(chunks);
  const decode = () => {
    const decoded = decodeSnapshot(collected, schema);
    assert(decoded.status === 'snapshot');
    return decoded;
  };
  assert(framesEqual(decode().frame, frame), 'to the bit');
  const text = jsonOf(frame);
  return {
    decode,
    decodeJson: () => decodeMessage(text),
    collect: () => collect(chunks),
    encode,
    encodeJson: () => jsonOf(frame),
  };
}

function collect(chunks: readonly Uint8Array[]): Snapshot {
  const collector = new SnapshotCollector();
  for (const bytes of chunks) {
    const outcome = decodeStreamMessage(bytes);
    assert(outcome.status === 'message' && outcome.message.kind === 'snapshot');
    const collected = collector.add(outcome.message);
    if (collected.status === 'complete') return collected.snapshot;
  }
  throw new Error('the snapshot is not complete');
}

function jsonOf(frame: AnyFrame): string {
  return encodeMessage({ type: 'analyzed_df', key, frame, lastAnalyzed: 1 });
}

function overAll<T>(items: readonly T[], run: (item: T) => unknown): () => unknown {
  let at = 0;
  return () => run(items[at++ % items.length]);
}

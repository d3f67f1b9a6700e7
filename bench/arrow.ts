import { strict as assert } from 'node:assert';
import {
  Table,
  TimestampMillisecond,
  Utf8,
  type Vector,
  makeVector,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import { fromArrow, toArrow } from '../src/arrow/index.ts';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

export const arrow: Benchmark = {
  name: 'arrow',
  title: 'a frame of 1,500 rows and 60 columns as Arrow IPC',
  run: runArrow,
};

function runArrow(): Report {
  const frame = analyzedFrame(1500);
  const bytes = toArrow(frame);
  assert(framesEqual(fromArrow(bytes), frame), 'the frame must come back to the bit');
  assert(framesEqual(fromArrow(encodeApache(frame)), frame), 'apache-arrow must write the same');
  const columns = frame.names.map((name) => frame.columns[name]);
  assert.deepEqual(decodeApache(bytes), columns, 'apache-arrow must read the same');
  return compareAll([
    {
      subject: { name: 'toArrow', run: () => toArrow(frame) },
      baseline: { name: 'apache-arrow, encode', run: () => encodeApache(frame) },
    },
    {
      subject: { name: 'fromArrow', run: () => fromArrow(bytes) },
      baseline: { name: 'apache-arrow, decode to arrays', run: () => decodeApache(bytes) },
    },
  ]);
}

function encodeApache(frame: AnyFrame): Uint8Array {
  const vectors = frame.names.map((name): [string, Vector] => [name, vectorOf(frame, name)]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}

function vectorOf(frame: AnyFrame, name: string): Vector {
  const kind = frame.kind(name);
  if (kind === 'string') return vectorFromArray([...frame.strings(name)], new Utf8());
  const values = frame.numbers(name);
  if (kind === 'timestamp') return vectorFromArray(Array.from(values), new TimestampMillisecond());
  if (kind === 'int') return makeVector(BigInt64Array.from(Array.from(values, BigInt)));
  return makeVector(values instanceof Float64Array ? values : Float64Array.from(values));
}

/** Every column as an array, integers and times as numbers: what a frame holds. */
function decodeApache(bytes: Uint8Array): unknown[] {
  const table = tableFromIPC(bytes);
  return table.schema.fields.map((field) => {
    const column = table.getChild(field.name);
    assert(column !== null);
    const values: unknown = column.toArray();
    if (values instanceof BigInt64Array) return Float64Array.from(values, Number);
    return values instanceof Float64Array ? values : Array.from(column);
  });
}

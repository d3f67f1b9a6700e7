/* oxlint-disable typescript/no-unsafe-type-assertion -- programs of the page are known by their names alone */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consumerSettings } from '../../src/consumer/consumer-options.ts';
import {
  type AnyFrame,
  applyDelta,
  Column,
  type ColumnKind,
  Frame,
  framesEqual,
  hashedFrame,
  hashRows,
} from '../../src/frame/index.ts';
import { producerLimits } from '../../src/producer/producer-options.ts';
import {
  closeCodes,
  decodeDelta,
  decodeMessage,
  decodeRequest,
  decodeSnapshot,
  decodeStreamMessage,
  defaultStreamLimits,
  MOST_CHUNK_BYTES,
  type StreamSchema,
} from '../../src/wire/index.ts';
import { crc32c } from '../../src/wire/stream/crc32c.ts';
import { SnapshotCollector } from '../../src/wire/stream/index.ts';
import { hashText, programOf, readPage, withExamples } from './wire-doc-examples.ts';

const page = readPage();

/** An example as the page has it. */
function exampleText(name: string): string {
  const found = new RegExp(`<!-- example: ${name} -->\\n\\n\`\`\`text\\n([\\s\\S]*?)\\n\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no example "${name}"`);
  return found;
}

const linesOf = (name: string) => exampleText(name).split('\n');

/** The bytes of an example in hexadecimal; that each line stands where it says. */
function exampleBytes(name: string): Uint8Array {
  const bytes: number[] = [];
  for (const line of linesOf(name)) {
    const [at, hex] = line.trim().split(/\s+/);
    expect(bytes.length, line).toBe(Number(at));
    bytes.push(...Buffer.from(hex, 'hex'));
  }
  return Uint8Array.from(bytes);
}

/** A window as the page shows it, read without a look at the messages. */
function exampleWindow(name: string, { names, kinds }: StreamSchema) {
  const [title, , head, ...rows] = linesOf(name);
  expect(head.split(/\s+/)).toEqual(names);
  const cells = rows.map((row) => row.trim().split(/\s{2,}/));
  const entries = names.map((column, place) => {
    const values = cells.map((row) => row[place]);
    const kind = kinds[place];
    const data =
      kind === 'string' ? values.map((cell) => JSON.parse(cell) as string | null) : Float64Array.from(values, Number);
    return [column, Column.adopt(kind, data)] as const;
  });
  const [, seq, hash] = /^state (\d+), hash ([0-9a-f]{16})$/.exec(title) ?? [];
  return { seq: Number(seq), hash, frame: Frame.fromColumns(entries) };
}

function exampleSchema(): StreamSchema {
  const decoded = decodeMessage(exampleText('schema'));
  if (decoded.status !== 'control' || decoded.control.type !== 'schema') throw new Error('it is no schema message');
  return decoded.control.schema;
}

function decoded(name: string) {
  const outcome = decodeStreamMessage(exampleBytes(name));
  if (outcome.status === 'refused') throw new Error(outcome.reason);
  return outcome.message;
}

/** What the page says behind the bytes of a field. */
function said(example: string, field: string): string | undefined {
  const found = linesOf(example).map((line) => /^\s*\d+ {2}[0-9a-f]+ +(.*)$/.exec(line)?.[1] ?? '');
  return found.find((text) => text.startsWith(`${field} `))?.slice(field.length + 1);
}

describe('the examples of the page about the wire', () => {
  it('are what the encoders write (else run tests/tooling/wire-doc-examples.ts)', async () => {
    expect(await withExamples(page)).toBe(page);
    await expect(withExamples(`${page}\n<!-- example: none -->\n`)).rejects.toThrow('"none"');
    await expect(withExamples(page.replace('<!-- example: ack -->', ''))).rejects.toThrow('ack');
    await expect(withExamples('')).rejects.toThrow('no program "window-hash"');
  });

  it('are read by the decoders: requests, and messages of a producer', () => {
    const subscription = decodeRequest(exampleText('subscribe'));
    expect(subscription).toMatchObject({ request: { type: 'subscribe', candlecast: { status: 'subscription' } } });
    for (const name of ['resync', 'ack']) {
      for (const line of linesOf(name))
        expect(decodeRequest(line)).toMatchObject({ request: { control: { type: name } } });
    }
    for (const name of ['welcome', 'schema', 'end', 'heartbeat']) {
      for (const line of linesOf(name))
        expect(decodeMessage(line)).toMatchObject({ status: 'control', control: { type: name } });
    }
  });

  it.each(['snapshot', 'delta'])('say of each field of the %s what the decoder reads there', (name) => {
    const { stream, epoch, to, from, schemaVersion, lastAnalyzed } = decoded(name);
    expect(said(name, 'stream')).toBe(String(stream));
    expect(said(name, 'epoch')).toBe(`0x${epoch.toString(16)}`);
    expect(said(name, 'to')).toBe(String(to));
    expect(said(name, 'span')).toBe(String(to - from));
    expect(said(name, 'schema version')).toBe(String(schemaVersion));
    expect(said(name, 'analysis ended')).toBe(String(lastAnalyzed));
  });

  it('are a window in a snapshot, and the delta that makes the next window of it', () => {
    const schema = exampleSchema();
    const before = exampleWindow('window-before', schema);
    const after = exampleWindow('window-after', schema);

    const chunk = decoded('snapshot');
    if (chunk.kind !== 'snapshot') throw new Error('it is no snapshot');
    const collected = new SnapshotCollector().add(chunk);
    if (collected.status !== 'complete') throw new Error('it is not whole');
    const snapshot = decodeSnapshot(collected.snapshot, schema);
    if (snapshot.status === 'refused') throw new Error(snapshot.reason);
    expect(framesEqual(snapshot.frame, before.frame)).toBe(true);
    expect([chunk.to, hashText(chunk.hash), hashText(hashRows(snapshot.frame))]).toEqual([
      before.seq,
      before.hash,
      before.hash,
    ]);

    const message = decoded('delta');
    if (message.kind !== 'delta') throw new Error('it is no delta');
    const read = decodeDelta(message, schema);
    if (read.status === 'refused') throw new Error(read.reason);
    expect([read.delta.changed.length, read.delta.patches.length]).toEqual([1, 1]);
    const applied = applyDelta(hashedFrame(before.frame), read.delta);
    if (applied.status !== 'applied') throw new Error(applied.status);
    expect(framesEqual(applied.frame.frame, after.frame)).toBe(true);
    expect([message.from, message.to, hashText(applied.frame.hash)]).toEqual([before.seq + 1, after.seq, after.hash]);
  });
});

const cellsOf: Readonly<Record<ColumnKind, fc.Arbitrary<number | bigint | boolean | string | null>>> = {
  timestamp: fc.double(),
  float64: fc.double(),
  int: fc.maxSafeInteger(),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  bool: fc.boolean(),
  string: fc.option(fc.string({ unit: 'binary' })),
};

type Columns = readonly { readonly name: string; readonly kind: ColumnKind; readonly cells: readonly unknown[] }[];

const columnsArbitrary: fc.Arbitrary<Columns> = fc
  .record({
    kinds: fc.array(fc.constantFrom<ColumnKind>('timestamp', 'float64', 'int', 'int64', 'bool', 'string'), {
      maxLength: 8,
    }),
    names: fc.uniqueArray(
      fc.string().filter((name) => name !== 'date'),
      { minLength: 8, maxLength: 8 },
    ),
    rows: fc.nat({ max: 9 }),
    place: fc.nat({ max: 8 }),
  })
  .chain(({ kinds, names, rows, place }) => {
    const others = kinds.map((kind, i) =>
      fc.array(cellsOf[kind], { minLength: rows, maxLength: rows }).map((cells) => ({ name: names[i], kind, cells })),
    );
    const dates = fc
      .uniqueArray(fc.integer({ min: 0, max: 4e12 }), { minLength: rows, maxLength: rows })
      .map((cells) => ({ name: 'date', kind: 'timestamp' as const, cells: cells.toSorted((a, b) => a - b) }));
    return fc.tuple(...others, dates).map((all) => {
      const columns: Columns[number][] = all.slice(0, -1);
      columns.splice(place, 0, all[all.length - 1]);
      return columns;
    });
  });

function frameOf(columns: Columns): AnyFrame {
  return Frame.fromColumns(
    columns.map(({ name, kind, cells }) => {
      if (kind === 'string') return [name, Column.adopt(kind, [...(cells as (string | null)[])])];
      if (kind === 'int64') return [name, Column.adopt(kind, BigInt64Array.from(cells as bigint[]))];
      return [
        name,
        Column.adopt(kind, kind === 'bool' ? Uint8Array.from(cells, Number) : Float64Array.from(cells, Number)),
      ];
    }),
  );
}

describe('the programs of the page about the wire', () => {
  it('give the window hash of any window', async () => {
    const { windowHash } = (await programOf(page, 'window-hash')) as {
      windowHash: (columns: Columns) => readonly [number, number];
    };
    fc.assert(
      fc.property(columnsArbitrary, (columns) => {
        const { lo, hi } = hashRows(frameOf(columns));
        expect(windowHash(columns)).toEqual([lo, hi]);
      }),
      { numRuns: 300 },
    );
  });

  it('describe the function that mixes in words, with the constants that it has', () => {
    const words = /mix\(low, high; keyLow, keyHigh\):\n([\s\S]*?)\n\n/.exec(page)?.[1].toLowerCase() ?? '';
    const program = /export function mix[\s\S]*?\n}/.exec(page)?.[0] ?? '';
    const numbers = (text: string) => text.match(/0x[0-9a-f]{8}|\b\d{2}\b/g)?.filter((number) => number !== '32');
    expect(numbers(words)).toEqual(numbers(program));
    expect(numbers(words)).toHaveLength(14);
    const keys = [...page.matchAll(/The key is `(0x\w{8})`, `(0x\w{8})`\./g)].map(([, low, high]) =>
      `[${low}, ${high}]`.toLowerCase(),
    );
    expect([...page.matchAll(/: Words = (\[0x\w{8}, 0x\w{8}\]);/g)].map(([, key]) => key)).toEqual(keys);
    expect(keys).toHaveLength(2);
  });

  it('give the checksum of any bytes, and that of the usual check', async () => {
    const { crc32c: ofPage } = (await programOf(page, 'crc32c')) as { crc32c: (...parts: Uint8Array[]) => number };
    const check = new TextEncoder().encode('123456789');
    expect(page).toContain(`\`0x${ofPage(check).toString(16).toUpperCase()}\``);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
        expect(ofPage(left, right)).toBe(crc32c(right, 0, right.length, crc32c(left)));
      }),
    );
    for (const name of ['snapshot', 'delta']) {
      const bytes = exampleBytes(name);
      const end = name === 'delta' ? bytes.length : 52;
      expect(ofPage(bytes.subarray(0, 28), bytes.subarray(32, end))).toBe(Number(said(name, 'checksum')));
    }
  });
});

/** Names and defaults of a table of the page. */
function limitsTable(name: string): Readonly<Record<string, number>> {
  const table = new RegExp(`<!-- limits: ${name} -->\\n\\n((?:\\|.*\\n)+)`).exec(page)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| `(\w+)` +\| +([\d,]+) +\|/gm)];
  expect(rows.length, `rows of the table ${name} that can be read`).toBe(table.trimEnd().split('\n').length - 2);
  return Object.fromEntries(rows.map(([, option, value]) => [option, Number(value.replaceAll(',', ''))]));
}

describe('the limits of the page about the wire', () => {
  it('are all that a producer has, with their defaults', () => {
    expect(limitsTable('ProducerOptions')).toEqual(producerLimits());
  });

  it('are all that a reader of streams has, with their defaults', () => {
    expect(limitsTable('StreamLimits')).toEqual(defaultStreamLimits);
  });

  it('are those of a consumer, with their defaults', () => {
    const {
      want: _want,
      streams: _streams,
      streamLimits: _limits,
      removeEntryExitSignals: _signals,
      ...limits
    } = consumerSettings();
    expect(limitsTable('ConsumerOptions')).toEqual(limits);
    expect(page).toContain(`a chunk has at most ${MOST_CHUNK_BYTES.toLocaleString('en-US')} bytes of content`);
  });

  it('go with the close codes that there are', () => {
    const table = /\| code \| sent by the producer when \|\n((?:\|.*\n)+)/.exec(page)?.[1] ?? '';
    const codes = [...table.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code));
    const { normal: _, ...sent } = closeCodes;
    // 1011 is the socket's, for faults of its own.
    expect(codes).toEqual([...Object.values(sent), 1011].toSorted((a, b) => a - b));
  });
});

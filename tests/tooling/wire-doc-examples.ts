/* oxlint-disable typescript/no-unsafe-type-assertion -- programs of the page are known by their names alone */
/** Writes the examples of docs/wire.md anew. Run: npx node tests/tooling/wire-doc-examples.ts */
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import {
  type AnyFrame,
  type CellValue,
  Column,
  Frame,
  frameDelta,
  hashedFrame,
  timestamps,
} from '../../src/frame/index.ts';
import { parsePair, parseTimeframe } from '../../src/market/index.ts';
import {
  type ConsumerControl,
  type ProducerControl,
  encodeConsumerControl,
  encodeDelta,
  encodeProducerControl,
  encodeRequest,
  encodeSnapshot,
  encodeSnapshotChunk,
  streamSchemaOf,
} from '../../src/wire/index.ts';

const pagePath = join(repositoryRoot, 'docs/wire.md');

export const readPage = () => readFileSync(pagePath, 'utf8');

const START_MS = Date.UTC(2026, 0, 5);
const CANDLE_MS = 300_000;
const EPOCH = 0x9f3c12ab;
const STREAM = 7;

const key = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' } as const;

/** Rows from the candle at `first` on. */
function windowFrom(first: number, close: readonly number[], tags: (string | null)[]): AnyFrame {
  return Frame.of({
    date: timestamps(close.map((_, row) => START_MS + (first + row) * CANDLE_MS)),
    close: [...close],
    enter_tag: Column.adopt('string', tags),
  });
}

const before = hashedFrame(windowFrom(0, [0.25, 0.1 + 0.2, NaN], [null, 'dip', '']));
const delta = frameDelta(before, windowFrom(1, [0.5, NaN, -0], ['dip', '', 'né']));
if (delta === undefined) throw new Error('the windows of the example have no delta');
const { after } = delta;

const schema = streamSchemaOf(after.frame);
const state = { stream: STREAM, epoch: EPOCH, schemaVersion: 1 };
const snapshot = encodeSnapshotChunk(
  encodeSnapshot({ ...state, seq: 4182, lastAnalyzed: START_MS + 3 * CANDLE_MS + 1250.5 }, schema, before),
  0,
);
const deltaMessage = encodeDelta(
  { ...state, from: 4183, to: 4183, lastAnalyzed: START_MS + 4 * CANDLE_MS + 1312.25 },
  schema,
  delta.delta,
);

/** A program of the page, as it stands there. */
export async function programOf(page: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const source = new RegExp(`<!-- reference: ${name} -->\\s*\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (source === undefined) throw new Error(`docs/wire.md has no program "${name}"`);
  return import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(source))}`
  ) as Promise<Record<string, unknown>>;
}

/** Every example of the page by its name, as it stands between the fences. */
async function wireExamples(page: string): Promise<ReadonlyMap<string, string>> {
  const producer = (control: ProducerControl) => encodeProducerControl(control);
  const consumer = (control: ConsumerControl) => encodeConsumerControl(control);
  const subscribe = encodeRequest({
    type: 'subscribe',
    topics: ['whitelist', 'analyzed_df'],
    unknownTopics: [],
    candlecast: {
      status: 'subscription',
      subscription: {
        version: 1,
        serial: 1,
        want: [
          { pair: key.pair, timeframe: key.timeframe, columns: ['close', 'rsi'], tail: 300 },
          { tail: 1500, rate: 'candle' },
        ],
        resume: {
          epoch: EPOCH,
          streams: new Map([
            [STREAM, 4180],
            [9, 12],
          ]),
        },
      },
    },
  });
  const limits = { mostStreams: 20_000, mostDeltaBytes: 262_144, requestsPerSecond: 500 };
  return new Map([
    ['subscribe', subscribe],
    ['welcome', producer({ type: 'welcome', epoch: EPOCH, heartbeatMs: 500, serial: 1, limits })],
    ['schema', producer({ type: 'schema', stream: STREAM, version: 1, key, schema })],
    ['end', producer({ type: 'end', stream: STREAM })],
    [
      'heartbeat',
      [
        producer({
          type: 'heartbeat',
          streams: [
            { stream: STREAM, seq: 4182 },
            { stream: 9, seq: 12, now: 15 },
          ],
          whole: true,
        }),
        producer({ type: 'heartbeat', streams: [] }),
      ].join('\n'),
    ],
    [
      'resync',
      [consumer({ type: 'resync', stream: STREAM, have: 4180 }), consumer({ type: 'resync', stream: 9 })].join('\n'),
    ],
    ['ack', consumer({ type: 'ack', stream: STREAM, seq: 4182, bytes: 65_536 })],
    ['window-before', windowText(4182, before)],
    ['snapshot', dumpOf(snapshot)],
    ['delta', dumpOf(deltaMessage)],
    ['window-after', windowText(4183, after)],
    ['hash-steps', await hashSteps(page)],
  ]);
}

export function hashText(hash: { readonly lo: number; readonly hi: number }): string {
  return `${hexWord(hash.hi)}${hexWord(hash.lo)}`;
}

const hexWord = (word: number) => word.toString(16).padStart(8, '0');

/** A table whose cells JSON can read, but for the numbers that it lacks. */
function windowText(
  seq: number,
  { frame, hash }: { readonly frame: AnyFrame; readonly hash: { readonly lo: number; readonly hi: number } },
): string {
  const rows = Array.from({ length: frame.length }, (_, row) =>
    frame.columnList.map((column) => cellText(column.cell(row))),
  );
  const table = [[...frame.names], ...rows];
  const widths = frame.names.map((_, place) => Math.max(...table.map((cells) => cells[place].length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, place) => cell.padEnd(widths[place]))
      .join('  ')
      .trimEnd(),
  );
  return [`state ${seq}, hash ${hashText(hash)}`, '', ...lines].join('\n');
}

function cellText(cell: CellValue): string {
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  return JSON.stringify(cell);
}

/** A message byte by byte, as the tables of the page describe it: read again by them, not taken from what was encoded. */
function dumpOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines: string[] = [];
  let at = 0;
  const take = (length: number, what: (from: number) => string) => {
    const hex = Buffer.from(bytes.subarray(at, at + length)).toString('hex');
    lines.push(`${String(at).padStart(3)}  ${hex.padEnd(24)}  ${what(at)}`.trimEnd());
    at += length;
  };
  const u16 = (name: string) => take(2, (from) => `${name} ${view.getUint16(from, true)}`);
  const u32 = (name: string) => take(4, (from) => `${name} ${view.getUint32(from, true)}`);
  const word = (name: string) => take(4, (from) => `${name} 0x${hexWord(view.getUint32(from, true))}`);
  const double = (name: string) => take(8, (from) => `${name} ${cellText(view.getFloat64(from, true))}`);
  const cells = (column: number, count: number, rowOf: (i: number) => number) => {
    for (let i = 0; i < count; i++) {
      const name = `${schema.names[column]}, row ${rowOf(i)}:`;
      if (schema.kinds[column] !== 'string') double(name);
      else text(name);
    }
  };
  const text = (name: string) => {
    const length = view.getUint32(at, true);
    if (length === 0xffffffff) return take(4, () => `${name} null`);
    take(4, () => `${name} text of ${length} bytes`);
    if (length > 0)
      take(length, (from) => JSON.stringify(new TextDecoder().decode(bytes.subarray(from, from + length))));
    return undefined;
  };

  take(1, () => 'magic, version 1');
  const kind = bytes[1];
  take(1, () => (kind === 1 ? 'delta' : 'snapshot, not compressed'));
  u16('schema version');
  u32('stream');
  word('epoch');
  u32('to');
  u16('span');
  u16('patched columns');
  double('analysis ended');
  word('checksum');
  const rows = view.getUint32(at, true);
  u32('rows');
  word('hash, low');
  word('hash, high');
  if (kind === 2) {
    u32('total');
    u32('offset');
    for (let column = 0; column < schema.names.length; column++) cells(column, rows, (i) => i);
    return lines.join('\n');
  }
  const changed = view.getUint32(at, true);
  u32('changed');
  for (let column = 0; column < schema.names.length; column++) cells(column, changed, (i) => rows - changed + i);
  for (let patch = view.getUint16(18, true); patch > 0; patch--) {
    const column = view.getUint16(at, true);
    u16('patch of column');
    const count = view.getUint32(at, true);
    u32('cells');
    const patched = Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
    for (let i = 0; i < count; i++) u32('row');
    cells(column, count, (i) => patched[i]);
  }
  return lines.join('\n');
}

/** Made by the page's own program, of which a test shows that it is right. */
async function hashSteps(page: string): Promise<string> {
  type Words = readonly [number, number];
  const { mix, hashOfText, seedOf, bitsOf } = (await programOf(page, 'window-hash')) as {
    mix: (bits: Words, key: Words) => Words;
    hashOfText: (text: string | null) => Words;
    seedOf: (columns: readonly { name: string; kind: string }[]) => Words;
    bitsOf: (cell: unknown) => Words;
  };
  const plus = (a: Words, b: Words): Words => [(a[0] + b[0]) >>> 0, (a[1] + b[1]) >>> 0];
  const seed = seedOf(schema.names.map((name, place) => ({ name, kind: schema.kinds[place] })));
  const date = after.frame.at(2, 'date');
  const rowKey = mix(bitsOf(date), seed);
  const columnKey = mix([1, 0xffffffff], seed);
  const steps: readonly (readonly [string, Words])[] = [
    ['mix(0, 0; 0, 0)', mix([0, 0], [0, 0])],
    ['mix(1, 0; 0, 0)', mix([1, 0], [0, 0])],
    ['text null', hashOfText(null)],
    ['text ""', hashOfText('')],
    ['text "dip"', hashOfText('dip')],
    ['text "né"', hashOfText('né')],
    ['seed of the schema', seed],
    ['key of column 1, close', columnKey],
    [`key of row 2, ${String(date)}`, rowKey],
    ['the cell -0 in both', mix(bitsOf(-0), plus(rowKey, columnKey))],
    ['the window', [after.hash.lo, after.hash.hi]],
  ];
  const width = Math.max(...steps.map(([name]) => name.length));
  return [
    `${''.padEnd(width)}  low         high`,
    ...steps.map(([name, [low, high]]) => `${name.padEnd(width)}  0x${hexWord(low)}  0x${hexWord(high)}`),
  ].join('\n');
}

/** The page with each example behind its comment, whatever stood there before. */
export async function withExamples(page: string): Promise<string> {
  const examples = new Map(await wireExamples(page));
  const filled = page.replaceAll(
    /<!-- example: ([\w-]+) -->\n(?:\n```[a-z]*\n[\s\S]*?\n```\n)?/g,
    (_, name: string) => {
      const example = examples.get(name);
      if (example === undefined) throw new Error(`docs/wire.md wants an example "${name}" that there is none of`);
      examples.delete(name);
      return `<!-- example: ${name} -->\n\n\`\`\`text\n${example}\n\`\`\`\n`;
    },
  );
  if (examples.size > 0)
    throw new Error(`docs/wire.md has no place for the examples ${[...examples.keys()].join(', ')}`);
  return filled;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(pagePath, await withExamples(readPage()));
}

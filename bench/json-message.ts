import { strict as assert } from 'node:assert';
import { type AnyFrame, framesEqual } from '../src/frame/index.ts';
import { parsePair } from '../src/market/index.ts';
import { type AnalyzedFrameMessage, decodeMessage, encodeMessage } from '../src/wire/index.ts';
import { FIVE_MINUTES, analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

/** A frame's message as plain objects: what `JSON.stringify` alone makes the same text of. */
interface PlainMessage {
  readonly type: string;
  readonly data: { readonly df: { readonly __type__: string; readonly __value__: string } };
}

export const jsonMessage: Benchmark = {
  name: 'json-message',
  title: 'an analyzed_df message of 1,500 rows and 60 columns as JSON',
  run: runJsonMessage,
};

function runJsonMessage(): Report {
  const frame = analyzedFrame(1500);
  const message: AnalyzedFrameMessage = {
    type: 'analyzed_df',
    key: { pair: parsePair('BTC/USDT'), timeframe: FIVE_MINUTES, candleType: 'spot' },
    frame,
    lastAnalyzed: Date.UTC(2026, 0, 12),
  };
  const text = encodeMessage(message);
  const stringify = stringifyAlone(frame, text);
  assert.equal(stringify(), text, 'both must write the same text');
  assert(isRestored(text, frame), 'the text must be read back to the bit');
  const stockText = withoutDeclaration(text);
  return compareAll([
    {
      subject: { name: 'encodeMessage', run: () => encodeMessage(message) },
      baseline: { name: 'JSON.stringify of plain rows, twice', run: stringify },
      mostRatio: 1.3,
    },
    {
      subject: { name: 'decodeMessage', run: () => decodeMessage(text) },
      baseline: { name: 'JSON.parse, twice', run: () => parseAlone(text) },
      mostRatio: 1.3,
    },
    {
      subject: { name: 'decodeMessage, undeclared as from stock', run: () => decodeMessage(stockText) },
      baseline: { name: 'JSON.parse of that, twice', run: () => parseAlone(stockText) },
      mostRatio: 1.3,
    },
  ]);
}

/** The rows are plain arrays before the clock starts; the text of the frame goes into the message as a string, as pandas' does. */
function stringifyAlone(frame: AnyFrame, text: string): () => string {
  const { data, ...rest } = parsePlain(text);
  const index = Array.from({ length: frame.length }, (_, row) => row);
  const rows = index.map((row) => frame.names.map((name) => frame.at(row, name)));
  const table = { columns: frame.names, index, data: rows };
  return () => JSON.stringify({ ...rest, data: { ...data, df: { ...data.df, __value__: JSON.stringify(table) } } });
}

function parseAlone(text: string): unknown {
  const { df } = parsePlain(text).data;
  const table: unknown = JSON.parse(df['__value__']);
  return table;
}

function parsePlain(text: string): PlainMessage {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a text that this benchmark made; a check would be timed
  return JSON.parse(text) as PlainMessage;
}

function withoutDeclaration(text: string): string {
  const message = parsePlain(text);
  return JSON.stringify({ ...message, data: { ...message.data, candlecast: undefined } });
}

function isRestored(text: string, frame: AnyFrame): boolean {
  const outcome = decodeMessage(text);
  return (
    outcome.status === 'message' && outcome.message.type === 'analyzed_df' && framesEqual(outcome.message.frame, frame)
  );
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyFrame, Column, Frame, firstDifference, ints } from '../../src/frame/index.ts';
import { candleTypes, parsePair, parseTimeframe } from '../../src/market/index.ts';
import { decodeMessage, decodeRequest, encodeMessage, encodeRequest, rowRange, topics } from '../../src/wire/index.ts';

/** Names of which an object, a stock consumer or a scanner might make something else. */
const names = fc.oneof(
  fc.constantFrom(
    'date',
    'close',
    'enter_tag',
    'date_1h',
    '__proto__',
    'constructor',
    'data',
    '',
    'a',
    'a.1',
    '"],[',
    '\\',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const doubles = fc.oneof(
  fc.double(),
  fc.constantFrom(
    NaN,
    Infinity,
    -Infinity,
    -0,
    0,
    1,
    5e-324,
    Number.MAX_VALUE,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    1e21,
    1e18,
  ),
);

const int64s = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const listOf = <T>(cell: fc.Arbitrary<T>, length: number) => fc.array(cell, { minLength: length, maxLength: length });

/** A column of each kind, of a given length. */
const columnsOf: readonly ((length: number) => fc.Arbitrary<Column>)[] = [
  (length) => listOf(doubles, length).map((cells) => Column.adopt('float64', Float64Array.from(cells))),
  (length) => listOf(doubles, length).map((cells) => Column.adopt('timestamp', Float64Array.from(cells))),
  (length) => listOf(fc.maxSafeInteger(), length).map((cells) => ints(cells)),
  (length) => listOf(int64s, length).map((cells) => Column.adopt('int64', BigInt64Array.from(cells))),
  (length) => listOf(fc.nat(1), length).map((cells) => Column.adopt('bool', Uint8Array.from(cells))),
  (length) => listOf(fc.option(fc.string({ unit: 'binary' })), length).map((cells) => Column.adopt('string', cells)),
];

const frames: fc.Arbitrary<AnyFrame> = fc
  .tuple(fc.nat(6), fc.uniqueArray(names, { maxLength: 8 }))
  .chain(([length, names]) => {
    const column = fc.oneof(...columnsOf.map((make) => make(length)));
    return listOf(column, names.length).map((columns) => Frame.fromColumns(names.map((name, i) => [name, columns[i]])));
  });

const keys = fc.record({
  pair: fc.constantFrom('BTC/USDT', 'XRP/USDT:USDT', '1000漢/É').map(parsePair),
  timeframe: fc.constantFrom('5m', '1h', '1M').map(parseTimeframe),
  candleType: fc.constantFrom(...candleTypes),
});

/** Whole microseconds: what the wire carries. */
const times = fc.maxSafeInteger().map((microseconds) => microseconds / 1000);

describe('what is written and read again', () => {
  it('is the same frame to the bit, key, time and first row', () => {
    fc.assert(
      fc.property(frames, keys, times, fc.nat(), (frame, key, lastAnalyzed, firstRow) => {
        const text = encodeMessage({ type: 'analyzed_df', key, frame, lastAnalyzed }, { firstRow });
        const outcome = decodeMessage(text);
        if (outcome.status !== 'message' || outcome.message.type !== 'analyzed_df') throw new Error(text);
        const { message } = outcome;
        // Without columns there is nothing to count rows by.
        if (frame.names.length > 0) expect(firstDifference(message.frame, frame)).toBeUndefined();
        else expect(message.frame.names).toEqual([]);
        expect(message.key).toEqual(key);
        expect(message.lastAnalyzed).toBe(lastAnalyzed);
        expect(message.firstRow).toBe(frame.length === 0 ? undefined : firstRow);
        expect(message.undetermined).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('has the form that a stock consumer expects', () => {
    fc.assert(
      fc.property(frames, keys, times, (frame, key, lastAnalyzed) => {
        const parsed = JSON.parse(encodeMessage({ type: 'analyzed_df', key, frame, lastAnalyzed }));
        expect(parsed.type).toBe('analyzed_df');
        expect(parsed.data.key).toEqual([key.pair, key.timeframe, key.candleType]);
        expect(parsed.data.la).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
        const { __type__: type, __value__: text } = parsed.data.df;
        expect(type).toBe('dataframe');
        const split = JSON.parse(text);
        expect(Object.keys(split)).toEqual(['columns', 'index', 'data']);
        expect(split.columns).toEqual(frame.names);
        expect(split.index).toEqual(Array.from({ length: frame.length }, (_, row) => row));
        expect(split.data).toHaveLength(frame.length);
        for (const row of split.data) expect(row).toHaveLength(frame.names.length);
        // pandas refuses integers past 64 bits.
        const withoutText = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
        for (const [digits] of withoutText.matchAll(/(?<![\d.eE+-])-?\d+(?![\d.eE])/g)) {
          expect(BigInt.asIntN(64, BigInt(digits))).toBe(BigInt(digits));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same request', () => {
    const requests = fc.oneof(
      fc.constant({ type: 'whitelist' as const }),
      fc.record({
        type: fc.constant('analyzed_df' as const),
        rows: fc.integer().map(rowRange),
        pair: fc.option(fc.string({ minLength: 1 })),
      }),
      fc.record({
        type: fc.constant('subscribe' as const),
        topics: fc.subarray([...topics]),
        unknownTopics: fc.uniqueArray(fc.string().map((text) => `${text}?`)),
        candlecast: fc.constantFrom(undefined, { status: 'without-streams' as const }),
      }),
    );
    fc.assert(
      fc.property(requests, (request) => {
        expect(decodeRequest(encodeRequest(request))).toEqual({ status: 'request', request });
      }),
    );
  });
});

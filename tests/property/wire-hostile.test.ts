import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, decodeMessage, decodeRequest, wireErrors } from '../../src/wire/index.ts';

const folder = new URL('../fixtures/freqtrade-wire/', import.meta.url);

/** Every text that crossed the socket in the captures. */
const captured: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const { sent = [], received = [] } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    return sent.concat(received);
  });

const MOST_OF_REASON = 400;

function expectAnOutcome(text: string): void {
  for (const outcome of [decodeMessage(text), decodeRequest(text)]) {
    expect(['message', 'request', 'unknown-type', 'refused']).toContain(outcome.status);
    if (outcome.status !== 'refused') continue;
    expect(wireErrors).toHaveProperty(outcome.code);
    expect(outcome.reason.length).toBeLessThan(MOST_OF_REASON);
  }
}

/** Pieces that bring a text near the edges of the format. */
const pieces = fc.oneof(
  fc.constantFrom(
    '',
    '"',
    '\\',
    '\\"',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    'null',
    '1e400',
    '-0',
    '9'.repeat(25),
    '{"data":',
  ),
  fc.constantFrom(
    '"candlecast":{"kinds":"f"},',
    '"special":[[0,0,"inf"]],',
    '"__proto__":',
    '\\u0000',
    '\\ud800',
    '\u2028',
  ),
  fc.string({ maxLength: 5 }),
);

const mutated = fc
  .record({
    text: fc.constantFrom(...captured),
    edits: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), pieces), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ text, edits }) =>
    edits.reduce((current, [where, removed, piece]) => {
      const at = Math.floor(where * current.length);
      return current.slice(0, at) + piece + current.slice(at + removed);
    }, text),
  );

describe('decoders, whatever comes,', () => {
  it('give an outcome for any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), expectAnOutcome), { numRuns: 1000 });
  });

  it('give an outcome for captured texts with edits', () => {
    fc.assert(fc.property(mutated, expectAnOutcome), { numRuns: 3000 });
  });

  it('give an outcome for objects of known types with any contents', () => {
    const types = fc.constantFrom('subscribe', 'whitelist', 'analyzed_df', 'new_candle', 'exception', 'status');
    fc.assert(
      fc.property(types, fc.jsonValue(), (type, data) => expectAnOutcome(JSON.stringify({ type, data }))),
      { numRuns: 1000 },
    );
  });

  it('give an outcome for any frame and declaration', () => {
    const cell = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.boolean(), fc.constant(null));
    const split = fc
      .array(fc.oneof(fc.string(), fc.constantFrom('date', 'close', 'enter_tag', 'date_1h')), { maxLength: 4 })
      .chain((columns) => {
        const row = fc.array(cell, { minLength: columns.length, maxLength: columns.length });
        return fc.record({
          columns: fc.constant(columns),
          index: fc.jsonValue(),
          data: fc.array(row, { maxLength: 4 }),
        });
      });
    const special = fc.array(
      fc.tuple(fc.integer(), fc.integer({ min: -1, max: 4 }), fc.constantFrom('inf', '-0', 'x')),
    );
    const kinds = fc.string({ unit: fc.constantFrom('t', 'f', 'i', 'l', 'b', 's', 'x'), maxLength: 4 });
    const declaration = fc.option(fc.oneof(fc.jsonValue(), fc.record({ kinds, special })), { nil: undefined });
    fc.assert(
      fc.property(split, declaration, (split, candlecast) => {
        const outcome = decodeFrame({ df: { __type__: 'dataframe', __value__: JSON.stringify(split) }, candlecast });
        if (outcome.status === 'refused') expect(wireErrors).toHaveProperty(outcome.code);
        else expect(outcome.frame.names).toHaveLength(split.columns.length);
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { streamErrors, wireErrors } from '../../src/wire/index.ts';
import { readCorpus } from './corpus-file.ts';
import { fuzz } from './fuzz.ts';
import type { TargetName } from './fuzz-target.ts';

/** 200,000 together: an input of `binary` is several messages. */
const inputsOf: Readonly<Record<TargetName, number>> = { json: 110_000, binary: 90_000 };
const SEED = 'ci';

const refusals = (errors: object, prefix: string) =>
  Object.keys(errors)
    .filter((code) => !code.endsWith('_NOT_ENCODABLE'))
    .map((code) => `${prefix}${code}`);

/** What inputs come to that reach every part of a decoder. */
const expectedOutcomes: Readonly<Record<TargetName, readonly string[]>> = {
  json: [
    ...refusals(wireErrors, 'refused:'),
    ...['UNKNOWN_VERSION', 'TOO_LARGE', 'BAD_SCHEMA', 'BAD_CONTROL'].map((code) => `refused:STREAM_${code}`),
    ...['TOO_LARGE', 'BAD_SUBSCRIPTION'].map((code) => `subscribe refused:STREAM_${code}`),
    ...['welcome', 'schema', 'end', 'heartbeat'].map((type) => `control:${type}`),
    ...['analyzed_df', 'whitelist', 'new_candle', 'exception', 'event'].map((type) => `message:${type}`),
    ...['analyzed_df', 'whitelist', 'candlecast', 'subscribe'].map((type) => `request:${type}`),
    ...['subscription', 'without-streams'].map((status) => `request:subscribe ${status}`),
    'unknown-type',
  ],
  binary: [
    ...['BAD_HEADER', 'UNKNOWN_VERSION', 'BAD_CHECKSUM', 'BAD_PAYLOAD', 'BAD_ORDER', 'BAD_SNAPSHOT', 'TOO_LARGE'].map(
      (code) => `refused:STREAM_${code}`,
    ),
    ...['applied', 'mismatch', 'refused'].map((status) => `delta:${status}`),
    ...['collecting', 'mismatch', 'proved'].map((status) => `snapshot:${status}`),
    ...['snapshot:proved', 'refused:STREAM_BAD_PAYLOAD'].map((outcome) => `inflated ${outcome}`),
  ],
};

describe('the decoders', () => {
  // Together, as each has a thread of its own.
  it.concurrent.each(['json', 'binary'] as const)(
    'of %s answer whatever a peer sends, at once and within their memory',
    { timeout: 240_000 },
    async (name) => {
      const given = readCorpus(name);
      const { finding, progress } = await fuzz({ name, seed: SEED, inputs: inputsOf[name], given });
      const shown = finding && { ...finding, input: Buffer.from(finding.input).toString('base64') };
      expect(shown, `npm run fuzz -- --decoder ${name} finds it again`).toBeUndefined();
      expect(progress.inputs).toBe(inputsOf[name]);
      expect([...progress.outcomes.keys()]).toEqual(expect.arrayContaining([...expectedOutcomes[name]]));
    },
  );

  it('have every code that a refusal can have among what is expected', () => {
    const seen = Object.values(expectedOutcomes).flat();
    const codes = [...refusals(wireErrors, ''), ...refusals(streamErrors, '')];
    expect(codes.filter((code) => !seen.some((outcome) => outcome.endsWith(`refused:${code}`)))).toEqual([]);
  });
});

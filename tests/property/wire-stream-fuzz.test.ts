import { expect, it } from 'vitest';
import { streamErrors } from '../../src/wire/stream/index.ts';
import { fuzzStreamDecoders } from './wire-stream-fuzzing.ts';

const INPUTS = 200_000;

it('the decoders of streams answer whatever a peer sends, within their memory', { timeout: 120_000 }, () => {
  const report = fuzzStreamDecoders('wire-stream', INPUTS);
  expect([...report.values()].reduce((sum, count) => sum + count)).toBe(INPUTS);
  // Inputs that all fall at the first hurdle would show nothing.
  expect(report.get('taken')).toBeGreaterThan(INPUTS / 50);
  for (const code of Object.keys(streamErrors)) {
    if (code === 'STREAM_NOT_ENCODABLE') expect(report.has(code)).toBe(false);
    else expect(report.get(code), code).toBeGreaterThan(0);
  }
});

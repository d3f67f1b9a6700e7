import { createHash } from 'node:crypto';
import { type AnyFrame, digestFrame } from '../src/frame/index.ts';
import { analyzedFrame } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

export const digest: Benchmark = {
  name: 'digest',
  title: 'the digest of a frame of 1,500 rows and 60 columns',
  run: runDigest,
};

function runDigest(): Report {
  const frame = analyzedFrame(1500);
  return compareAll([
    {
      subject: { name: 'digestFrame', run: () => digestFrame(frame) },
      baseline: { name: 'SHA-256 of the same columns', run: () => sha256(frame) },
    },
  ]);
}

/** Native code, over the numbers' bytes as they lie in memory. */
function sha256(frame: AnyFrame): string {
  const hash = createHash('sha256');
  for (const name of frame.names) {
    if (frame.kind(name) === 'string') hash.update(JSON.stringify(frame.strings(name)));
    else {
      const values = frame.numbers(name);
      hash.update(values instanceof Float64Array ? values : Float64Array.from(values));
    }
  }
  return hash.digest('hex');
}

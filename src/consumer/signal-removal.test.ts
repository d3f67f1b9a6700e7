import { describe, expect, it } from 'vitest';
import { emptyFrame } from '../frame/index.ts';
import { signalFlagColumns, signalTagColumns } from '../market/index.ts';
import { sampleFrame } from '../testing/index.ts';
import { removeSignals } from './signal-removal.ts';

describe('removeSignals', () => {
  const frame = removeSignals(sampleFrame({ rows: 10 }));

  it('sets every signal to 0 and every tag to null, those that were not there too', () => {
    for (const name of signalFlagColumns) expect(Array.from(frame.numbers(name))).toEqual(Array(10).fill(0));
    for (const name of signalTagColumns) expect(frame.strings(name)).toEqual(Array(10).fill(null));
  });

  it('keeps all else', () => {
    const kept = sampleFrame({ rows: 10 }).drop(['enter_long', 'enter_tag']);
    expect(frame.select(kept.names).toString()).toBe(kept.toString());
  });

  it('leaves an empty frame empty', () => {
    expect(removeSignals(emptyFrame)).toBe(emptyFrame);
  });
});

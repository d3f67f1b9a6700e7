import { expect, it } from 'vitest';
import { signalColumns, signalFlagColumns, signalTagColumns } from './signal-columns.ts';

it('lists every flag and tag once', () => {
  expect(signalColumns).toEqual([...signalFlagColumns, ...signalTagColumns]);
  expect(new Set(signalColumns).size).toBe(signalColumns.length);
});

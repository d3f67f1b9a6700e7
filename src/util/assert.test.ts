import { expect, it } from 'vitest';
import { assert } from './assert.ts';

it('throws an error that names the invariant, only when it is broken', () => {
  expect(() => assert(true, 'fine')).not.toThrow();
  expect(() => assert(false, 'the queue is sorted')).toThrow('invariant broken: the queue is sorted');
});

import { Buffer } from 'node:buffer';
import type { HaveSameBytes } from '../frame/index.ts';

/** Compares memory as fast as this machine can. */
export const haveSameBytes: HaveSameBytes = (left, leftAt, right, rightAt, length) =>
  Buffer.prototype.compare.call(left, right, rightAt, rightAt + length, leftAt, leftAt + length) === 0;

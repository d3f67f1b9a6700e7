/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import type { AnyFrame } from './frame.ts';

/** Constants of MurmurHash3's 32-bit mixer (Austin Appleby, public domain). */
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * 64 bits that stand for a frame's whole content, as 16 hexadecimal digits: names, kinds, order, length and every value to the
 * bit (all NaNs alike). Frames that `framesEqual` have the same digest; others differ but for chance, about 1 in 2^64. Not
 * meant to withstand someone who looks for collisions.
 */
export function digestFrame(frame: AnyFrame): string {
  const state = { low: 0x9747b28c | 0, high: 0x3c6ef372 | 0 };
  mix(state, frame.length);
  for (const name of frame.names) {
    const { kind, values } = frame.column(name);
    mixText(state, `${name}\u0000${kind}`);
    if (kind === 'string') for (const text of values as readonly (string | null)[]) mixText(state, text);
    else if (kind === 'int64') mixBigInts(state, values as ArrayLike<bigint>);
    else mixNumbers(state, values as ArrayLike<number>);
  }
  return hex(finish(state.low ^ frame.names.length)) + hex(finish(state.high ^ state.low));
}

interface State {
  low: number;
  high: number;
}

function mix(state: State, word: number): void {
  let k = Math.imul(word, C1);
  k = (k << 15) | (k >>> 17);
  let low = state.low ^ Math.imul(k, C2);
  low = (low << 13) | (low >>> 19);
  state.low = (Math.imul(low, 5) + 0xe6546b64) | 0;
  let high = state.high ^ Math.imul(word ^ state.low, C2);
  high = (high << 11) | (high >>> 21);
  state.high = (Math.imul(high, 9) + 0x52dce729) | 0;
}

function mixNumbers(state: State, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // Writing NaN through the constant gives all NaNs one bit pattern.
    scratch.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
    mix(state, scratch.getInt32(0));
    mix(state, scratch.getInt32(4));
  }
}

function mixBigInts(state: State, values: ArrayLike<bigint>): void {
  for (let i = 0; i < values.length; i++) {
    scratch.setBigInt64(0, values[i]);
    mix(state, scratch.getInt32(0));
    mix(state, scratch.getInt32(4));
  }
}

/** Its length first, so that neighbours cannot run together; -1 stands for null. */
function mixText(state: State, text: string | null): void {
  mix(state, text === null ? -1 : text.length);
  if (text !== null) for (let i = 0; i < text.length; i++) mix(state, text.charCodeAt(i));
}

/** MurmurHash3's finalizer: every bit of the input reaches every bit of the output. */
function finish(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

type Compare = (left: Uint8Array, right: Uint8Array, bytes: number) => boolean;

/** Node compares memory at the machine's speed; where there is no Node, a loop does. */
const compare: Compare = typeof Buffer === 'undefined' ? compareByLoop : compareByNode;

function compareByNode(left: Uint8Array, right: Uint8Array, bytes: number): boolean {
  return Buffer.prototype.compare.call(left, right, 0, bytes, 0, bytes) === 0;
}

function compareByLoop(left: Uint8Array, right: Uint8Array, bytes: number): boolean {
  for (let i = 0; i < bytes; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** The bytes of an array of numbers, in the same memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether the first `rows` numbers have the same bits: NaN equals the same NaN, -0 is not 0. */
export function haveSameBits(left: Uint8Array, right: Uint8Array, rows: number): boolean {
  return compare(left, right, rows * Float64Array.BYTES_PER_ELEMENT);
}

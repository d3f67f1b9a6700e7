/** A decoder with one fault of each kind, each behind four bytes of which the right ones are found one by one, or not at all. */
export function plantedDecode(bytes: Uint8Array): string {
  const [kind] = bytes;
  if (bytes[1] === 0x43) {
    if (bytes[2] === 0x4e) {
      if (bytes[3] === 0x44) {
        if (bytes[4] === 0x4c) return faults[kind % faults.length]();
        return 'three';
      }
      return 'two';
    }
    return 'one';
  }
  return 'none';
}

const held: unknown[] = [];

const faults: readonly (() => string)[] = [
  () => {
    throw new TypeError('planted');
  },
  () => {
    for (;;) held.length = 0;
  },
  () => String(new Float64Array(1_000_000).length),
  () => {
    for (;;) held.push(Array.from({ length: 10_000 }, (_, i) => i / 3));
  },
];

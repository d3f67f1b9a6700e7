/** Whether this machine keeps the low bytes of a number first, as WebAssembly and the binary messages do. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

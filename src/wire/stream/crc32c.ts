/** The polynomial of CRC-32C, bits reversed. Source: Castagnoli, Bräuer and Herrmann 1993; RFC 3720, section 12.1. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256 behind one another: table k is the remainder of a byte that k zero bytes follow. */
const table = makeTable();

/**
 * CRC-32C of the bytes from `start` to `end` (exclusive), unsigned. `before` is the checksum of what stands in front of them: several
 * ranges in a row give the checksum of all.
 */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length, before = 0): number {
  let crc = ~before;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc =
      table[1792 + (low & 255)] ^
      table[1536 + ((low >>> 8) & 255)] ^
      table[1280 + ((low >>> 16) & 255)] ^
      table[1024 + (low >>> 24)] ^
      table[768 + bytes[at + 4]] ^
      table[512 + bytes[at + 5]] ^
      table[256 + bytes[at + 6]] ^
      table[bytes[at + 7]];
  }
  for (; at < end; at++) crc = table[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTable(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) made[at] = made[made[at - 256] & 255] ^ (made[at - 256] >>> 8);
  return made;
}

import { crc32c } from './crc32c.ts';

/** What a sealed text ends with. */
const SEAL = /,"sum":"([\da-f]{8})"\}$/;
const SEAL_LENGTH = ',"sum":"00000000"}'.length;

const encoder = new TextEncoder();

/**
 * An object's JSON text with a last member "sum": the CRC-32C, in eight hexadecimal digits, of the UTF-8 bytes of all that stands before
 * the comma in front of it. Text of a control message says which frame a stream is of: a bit that is wrong there would put true numbers
 * under a wrong name.
 */
export function sealText(json: string): string {
  const body = json.slice(0, -1);
  return `${body},"sum":"${sumOf(body)}"}`;
}

/** Whether a text has a sum. */
export function isSealed(text: string): boolean {
  return SEAL.test(text.slice(-SEAL_LENGTH));
}

/** Whether a text is as it was sent; one without a sum cannot be judged, and counts as that. */
export function isTextWhole(text: string): boolean {
  const sum = SEAL.exec(text.slice(-SEAL_LENGTH))?.[1];
  return sum === undefined || sum === sumOf(text.slice(0, -SEAL_LENGTH));
}

function sumOf(text: string): string {
  return crc32c(encoder.encode(text)).toString(16).padStart(8, '0');
}

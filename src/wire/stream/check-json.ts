import { describeValue } from '../describe-value.ts';
import { StreamError, type StreamRefusalCode } from './stream-error.ts';
import { type StreamRefused, refuse } from './stream-refusal.ts';

/** Whether a value from JSON is an unsigned integer of 32 bits. */
export function isU32(value: unknown): value is number {
  return typeof value === 'number' && Object.is(value >>> 0, value);
}

/** An epoch as it stands in JSON: 8 hexadecimal digits. Throws StreamError STREAM_NOT_ENCODABLE. */
export function encodeEpoch(epoch: number): string {
  return expectU32('epoch', epoch).toString(16).padStart(8, '0');
}

/** Undefined where it is none. */
export function decodeEpoch(value: unknown): number | undefined {
  return typeof value === 'string' && /^[0-9a-f]{8}$/.test(value) ? Number.parseInt(value, 16) : undefined;
}

/** A number of our own that a peer will want to be an unsigned integer of 32 bits. Throws StreamError STREAM_NOT_ENCODABLE. */
export function expectU32(name: string, value: number): number {
  if (!isU32(value))
    throw notEncodable(`${name}: expected an unsigned integer of 32 bits, found ${String(value)}`, value);
  return value;
}

export function notEncodable(reason: string, value: unknown): StreamError {
  return new StreamError('STREAM_NOT_ENCODABLE', reason, { value });
}

/** The refusal of a member that is not as expected. */
export function misfit(code: StreamRefusalCode, where: string, expected: string, found: unknown): StreamRefused {
  return refuse(code, `${where}: expected ${expected}, found ${describeValue(found)}`);
}

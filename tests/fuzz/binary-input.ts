/** Messages from a producer, and to whom: an input of the binary decoder. */
export interface BinaryInput {
  /** Which window the consumer holds, see `binary-scenes.ts`. */
  readonly scene: number;
  /** Which limits it has. */
  readonly limits: number;
  readonly messages: readonly Uint8Array[];
}

const MOST_MESSAGES = 5;

/** An input as bytes: u8 scene, u8 limits, then for each message u32 length, little-endian, and its bytes. Any bytes are one. The messages are views of it. */
export function readBinaryInput(bytes: Uint8Array): BinaryInput {
  const [scene = 0, limits = 0] = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 2; at + 4 <= bytes.length && messages.length < MOST_MESSAGES;) {
    const end = Math.min(bytes.length, at + 4 + view.getUint32(at, true));
    messages.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { scene, limits, messages };
}

export function writeBinaryInput({ scene, limits, messages }: BinaryInput): Uint8Array {
  const taken = messages.slice(0, MOST_MESSAGES);
  const bytes = new Uint8Array(2 + taken.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = scene;
  bytes[1] = limits;
  let at = 2;
  for (const message of taken) {
    view.setUint32(at, message.length, true);
    bytes.set(message, at + 4);
    at += 4 + message.length;
  }
  return bytes;
}

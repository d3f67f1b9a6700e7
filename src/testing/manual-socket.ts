import type { MessageSocket } from '../wire/index.ts';

/** A producer's end of a connection without a network: what a test hands to `Producer.attach`. */
export interface ManualSocket extends MessageSocket {
  /** Every message handed over so far, the very objects. A producer may use the memory of a snapshot's parts again once they are acknowledged. */
  readonly sent: readonly Uint8Array[];
  /** The texts among them. */
  readonly texts: readonly string[];
  /** What it was closed with, undefined while it is open. */
  readonly closedWith: { readonly code: number; readonly reason: string } | undefined;
  /** From now on the other end reads nothing: bytes stay queued. */
  hold(): void;
  /** The other end reads the first `messages` of what is queued, all by default. */
  read(messages?: number): void;
  /** Reads what is queued, and from now on everything at once. */
  release(): void;
}

interface Queued {
  readonly message: Uint8Array;
  readonly form: 'text' | 'binary';
  readonly onSent: (() => void) | undefined;
}

/** A socket whose messages leave at once, or as the test says. `onMessage` hears each text as it is read, `onBinary` all else. */
export function manualSocket(
  options: {
    readonly remote?: string;
    readonly onMessage?: (text: string) => void;
    readonly onBinary?: (bytes: Uint8Array) => void;
  } = {},
): ManualSocket {
  const { remote = 'test:1', onMessage, onBinary } = options;
  const sent: Uint8Array[] = [];
  const texts: string[] = [];
  const queued: Queued[] = [];
  const decoder = new TextDecoder();
  let isHeld = false;
  let isReading = false;
  let closedWith: { readonly code: number; readonly reason: string } | undefined;

  const read = (messages: number) => {
    // What is sent from within a callback waits for the outer loop, so that long runs do not nest.
    if (isReading) return;
    isReading = true;
    for (let left = messages; left > 0 && queued.length > 0; left--) {
      const [first] = queued.splice(0, 1);
      if (first.form === 'text') onMessage?.(decoder.decode(first.message));
      else onBinary?.(first.message);
      first.onSent?.();
    }
    isReading = false;
  };

  const send = (message: Uint8Array, form: Queued['form'], onSent: (() => void) | undefined) => {
    if (closedWith !== undefined) return;
    sent.push(message);
    if (form === 'text') texts.push(decoder.decode(message));
    queued.push({ message, form, onSent });
    if (!isHeld) read(Infinity);
  };

  return {
    remote,
    sent,
    texts,
    get closedWith() {
      return closedWith;
    },
    get bufferedBytes() {
      return queued.reduce((sum, { message }) => sum + message.length, 0);
    },
    sendText: (utf8, onSent) => send(utf8, 'text', onSent),
    sendBinary: (bytes, onSent) => send(bytes, 'binary', onSent),
    close(code, reason) {
      closedWith ??= { code, reason };
    },
    hold() {
      isHeld = true;
    },
    read(messages = Infinity) {
      read(messages);
    },
    release() {
      isHeld = false;
      read(Infinity);
    },
  };
}

import type { MessageSocket } from '../wire/index.ts';

/** A producer's end of a connection without a network: what a test hands to `Producer.attach`. */
export interface ManualSocket extends MessageSocket {
  /** Every message handed over so far, the very objects. */
  readonly sent: readonly Uint8Array[];
  /** The same as text. */
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
  readonly bytes: number;
  readonly onSent: (() => void) | undefined;
}

/** A socket whose messages leave at once, or as the test says. `onMessage` hears each text as it is read. */
export function manualSocket(
  options: { readonly remote?: string; readonly onMessage?: (text: string) => void } = {},
): ManualSocket {
  const { remote = 'test:1', onMessage } = options;
  const sent: Uint8Array[] = [];
  const queued: (Queued & { readonly message: Uint8Array })[] = [];
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
      onMessage?.(decoder.decode(first.message));
      first.onSent?.();
    }
    isReading = false;
  };

  return {
    remote,
    sent,
    get texts() {
      return sent.map((message) => decoder.decode(message));
    },
    get closedWith() {
      return closedWith;
    },
    get bufferedBytes() {
      return queued.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    sendText(utf8, onSent) {
      if (closedWith !== undefined) return;
      sent.push(utf8);
      queued.push({ message: utf8, bytes: utf8.length, onSent });
      if (!isHeld) read(Infinity);
    },
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

import type { Duplex } from 'node:stream';

/** So much is gathered before it is handed to the kernel: the first of many messages must not wait for the last. */
const MOST_GATHERED_BYTES = 8 * 1024;

/**
 * Hands what is written to a stream within one turn to the kernel in few calls, each of which costs more than a short message. Call the
 * result before each write, with its bytes.
 */
export function gatherWrites(stream: Duplex): (bytes: number) => void {
  let gathered = 0;
  let isGathering = false;
  const release = () => {
    if (!isGathering) return;
    isGathering = false;
    gathered = 0;
    stream.uncork();
  };
  return (bytes) => {
    if (gathered + bytes > MOST_GATHERED_BYTES) release();
    // What is long goes by itself.
    if (bytes > MOST_GATHERED_BYTES) return;
    gathered += bytes;
    if (isGathering) return;
    isGathering = true;
    stream.cork();
    queueMicrotask(release);
  };
}

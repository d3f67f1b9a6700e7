import type { ConsumerSocketEvents, OpenSocket, SocketEnd } from '../consumer/consumer-socket.ts';
import { systemClock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import { encodeRequest } from '../wire/index.ts';
import { textByteLength } from '../wire/stream/text-bytes.ts';

/** A host that accepts the connection and then says nothing is given up after this; browsers wait for minutes. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long a peer may take to answer the closing handshake. One that is gone never does, and browsers wait for longer. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Enough of a message to tell what it is. */
const MOST_BEGINNING = 512;

/** A character of UTF-16 is at most so many bytes of UTF-8. */
const MOST_BYTES_PER_CHARACTER = 3;

/** What browsers say where a connection broke without the closing handshake. */
const BROKEN = 1006;

/** Browsers keep from pages whatever was behind a connection that never opened (WebSockets standard, "fail the connection"). */
const NOT_OPENED =
  "or it refused the token or this page's origin, or the browser refused its certificate or the address; browsers do not tell which";

/**
 * Opens a connection with the browser's WebSocket. The token goes into the query, since pages cannot set headers.
 *
 * Pages cannot send pings, either: in the place of one the producer is asked for its whitelist, which stock producers answer as
 * Candlecast's do, so that a message comes as the sign of life. Nor can a message be passed over before it has arrived: one that is
 * too long is dropped then, and has cost its memory for a moment.
 */
export const openBrowserSocket: OpenSocket = ({ url, wsToken, mostBytes }, events) => {
  const socket = openWebSocket(url, wsToken);
  let opened = false;
  let ended = false;
  /** Why we ended it. */
  let end: SocketEnd | undefined;

  const finish = (found: SocketEnd) => {
    if (ended) return;
    ended = true;
    timer.cancel();
    events.onClosed(end ?? found);
  };
  /** Ends within a moment, whether or not the peer still answers. */
  const closeSoon = () => {
    if (socket.readyState === socket.CLOSING || socket.readyState === socket.CLOSED) return;
    socket.close();
    timer.cancel();
    timer = systemClock.setTimer(
      () => finish({ cause: 'closed', reason: 'the connection was closed, and the producer did not answer that' }),
      CLOSE_TIMEOUT_MS,
    );
  };
  let timer = systemClock.setTimer(() => {
    end = { cause: 'unreachable', reason: `no answer within ${HANDSHAKE_TIMEOUT_MS / 1000} s` };
    closeSoon();
  }, HANDSHAKE_TIMEOUT_MS);

  socket.addEventListener('open', () => {
    timer.cancel();
    opened = true;
    events.onOpen();
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (ended || end !== undefined) return;
    if (data instanceof ArrayBuffer && data.byteLength > mostBytes) {
      end = { cause: 'too-long', reason: `a binary message of ${data.byteLength} bytes, more than ${mostBytes}` };
      closeSoon();
    } else deliver(events, data, mostBytes);
  });
  // The `error` event before it says nothing.
  socket.addEventListener('close', ({ code, reason }) => {
    finish(opened ? closed(code, reason) : { cause: 'unreachable', reason: NOT_OPENED });
  });

  const send = (text: string) => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  return { send, ping: () => send(encodeRequest({ type: 'whitelist' })), close: closeSoon };
};

/** @throws Error where the browser takes no such address, without the token in its message. */
function openWebSocket(url: string, wsToken: string): WebSocket {
  const token = encodeURIComponent(wsToken);
  try {
    const socket = new WebSocket(`${url}?token=${token}`);
    socket.binaryType = 'arraybuffer';
    return socket;
  } catch (error) {
    // Browsers quote the URL, and what they say is the only cause there is.
    // oxlint-disable-next-line preserve-caught-error
    throw new Error(messageOf(error).replaceAll(token, '<hidden>'));
  }
}

function deliver(events: ConsumerSocketEvents, data: unknown, mostBytes: number): void {
  if (data instanceof ArrayBuffer) return events.onBinary(new Uint8Array(data));
  if (typeof data !== 'string') return undefined;
  if (data.length * MOST_BYTES_PER_CHARACTER <= mostBytes) return events.onMessage(data);
  const bytes = textByteLength(data);
  if (bytes <= mostBytes) return events.onMessage(data);
  return events.onTooLong({ bytes, beginning: data.slice(0, MOST_BEGINNING) });
}

function closed(code: number, reason: string): SocketEnd {
  if (code === BROKEN) {
    return { cause: 'closed', reason: `the connection broke; browsers tell no more of it than code ${BROKEN}` };
  }
  const text = reason === '' ? '' : `, "${reason}"`;
  return { cause: 'closed', reason: `the connection was closed with code ${code}${text}` };
}

import type { ConsumerSocket, ConsumerSocketEvents, OpenSocket, SocketEnd } from '../consumer/index.ts';
import { encodeMessage, type Message } from '../wire/index.ts';

/** One attempt of a consumer to connect, played by the test. */
export interface ManualLink {
  readonly target: Parameters<OpenSocket>[0];
  /** What the consumer has sent. */
  readonly sent: readonly string[];
  /** How often it asked for a sign of life. */
  readonly pings: number;
  /** Whether the consumer closed it. */
  readonly isClosed: boolean;
  /** The connection stands. */
  open(): void;
  /** The producer sends a message, or any text. */
  message(message: Message | string): void;
  binary(bytes: Uint8Array): void;
  pong(): void;
  /** The connection ends, or could not be made. */
  end(end?: Partial<SocketEnd>): void;
}

/** What a test gives to a consumer in the place of sockets. */
export interface ManualOpener {
  readonly openSocket: OpenSocket;
  /** Every attempt so far. */
  readonly links: readonly ManualLink[];
  /** The newest attempt. Throws RangeError where there was none. */
  readonly link: ManualLink;
}

/** Sockets that open, speak and end when the test says so. Closing one does not end it: that is the test's to say. */
export function manualOpener(
  options: { readonly onSend?: (text: string, link: ManualLink) => void } = {},
): ManualOpener {
  const links: ManualLink[] = [];
  return {
    links,
    get link() {
      const newest = links.at(-1);
      if (newest === undefined) throw new RangeError('no connection was attempted so far');
      return newest;
    },
    openSocket(target, events) {
      const { link, socket } = manualLink(target, events, (text) => options.onSend?.(text, link));
      links.push(link);
      return socket;
    },
  };
}

function manualLink(
  target: Parameters<OpenSocket>[0],
  events: ConsumerSocketEvents,
  onSend: (text: string) => void,
): { readonly link: ManualLink; readonly socket: ConsumerSocket } {
  const sent: string[] = [];
  let pings = 0;
  let isClosed = false;
  const link: ManualLink = {
    target,
    sent,
    get pings() {
      return pings;
    },
    get isClosed() {
      return isClosed;
    },
    open: () => events.onOpen(),
    message: (message) => events.onMessage(typeof message === 'string' ? message : encodeMessage(message)),
    binary: (bytes) => events.onBinary(bytes),
    pong: () => events.onPong(),
    end: ({ cause = 'closed', reason = 'the test ended it' } = {}) => events.onClosed({ cause, reason }),
  };
  const socket: ConsumerSocket = {
    send(text) {
      sent.push(text);
      onSend(text);
    },
    ping() {
      pings += 1;
    },
    close() {
      isClosed = true;
    },
  };
  return { link, socket };
}

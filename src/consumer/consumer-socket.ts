import type { TooLongMessage } from './message-sieve.ts';

/** An open connection to a producer. */
export interface ConsumerSocket {
  send(text: string): void;
  /** Asks for a sign of life, which comes as `onPong`. */
  ping(): void;
  /** Ends the connection; `onClosed` follows. */
  close(): void;
}

/** Why a connection ended, or never began. */
export interface SocketEnd {
  readonly cause:
    /** Nobody answers there. */
    | 'unreachable'
    /** The token was refused. */
    | 'unauthorized'
    /** Too many attempts from this address had a wrong token; it is heard again after `retryAfterMs`. */
    | 'throttled'
    /** What answers there could not prove with its certificate that it is the producer, so it was told nothing. */
    | 'untrusted'
    /** Something answers that is no message websocket. */
    | 'not-a-producer'
    /** A message was longer than the limit, and could not be passed over. */
    | 'too-long'
    /** An open connection was closed or broke. */
    | 'closed';
  readonly reason: string;
  /** Where the other end says so: before this, another attempt is refused unheard. Milliseconds. */
  readonly retryAfterMs?: number;
}

/** What to connect to. */
export interface SocketTarget {
  readonly url: string;
  readonly wsToken: string;
  /** Longer messages are passed over. */
  readonly mostBytes: number;
  /** The file of the authorities, in PEM, that are trusted in the place of the system's. Of a `wss:` address. */
  readonly ca?: string | undefined;
  /**
   * SHA-256 of the only certificate that is taken, as hex with or without colons, whoever signed it and for whichever host. Of a
   * `wss:` address.
   */
  readonly fingerprint?: string | undefined;
}

export interface ConsumerSocketEvents {
  onOpen(): void;
  onMessage(text: string): void;
  /** The bytes may change once this has returned. */
  onBinary(bytes: Uint8Array): void;
  /** A message longer than `mostBytes` was passed over, and the connection goes on. Comes after what was sent before that message. */
  onTooLong(message: TooLongMessage): void;
  onPong(): void;
  /** Bytes arrive, of a message that may take long: a sign of life like others. At most once a second. */
  onProgress(): void;
  /** Once, at the end, also where it never opened. */
  onClosed(end: SocketEnd): void;
}

/**
 * Opens a connection; its events come after this has returned. The token goes where the producer looks for it and nowhere else.
 * May throw for an address that can't be one, without the token in the message.
 */
export type OpenSocket = (target: SocketTarget, events: ConsumerSocketEvents) => ConsumerSocket;

/** An open connection that carries whole messages: what protocol cores write to. Real sockets stand behind it in the shells. */
export interface MessageSocket {
  /**
   * Sends a text message, given as UTF-8 so that one encoding serves every socket. Never throws; what cannot be sent any more is
   * dropped. `onSent` follows when the bytes have left this process; not where the connection had ended before.
   */
  sendText(utf8: Uint8Array, onSent?: () => void): void;
  /** Sends a binary message in the same way. The bytes must not change until they have left this process. */
  sendBinary(bytes: Uint8Array, onSent?: () => void): void;
  /** Closes with one of `closeCodes` and a short reason. Harmless when already closed. */
  close(code: number, reason: string): void;
  /** Bytes handed over that have not left this process. */
  readonly bufferedBytes: number;
  /** The other end for logs, as in `127.0.0.1:53203`. */
  readonly remote: string;
}

/** What a connection tells its owner. After `onClose` nothing more comes. */
export interface MessageSocketEvents {
  onMessage(text: string): void;
  onBinary(bytes: Uint8Array): void;
  onClose(code: number, reason: string): void;
}

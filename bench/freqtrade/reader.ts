import { WebSocket } from 'ws';
import {
  type ConsumerControl,
  MESSAGE_PATH,
  STREAM_VERSION,
  type StreamMessage,
  decodeStreamMessage,
  encodeRequest,
} from '../../src/wire/index.ts';

/** A connection that reads what comes, acknowledges snapshots and keeps nothing. */
export class Reader {
  readonly #socket: WebSocket;
  readonly #pairs: number;
  readonly #thenStops: boolean;
  readonly #synced = Promise.withResolvers<void>();
  #streams = 0;
  /** By which all streams together have moved on. */
  #states = 0;
  #deliveries = 0;
  #awaited: { readonly states: number; readonly resolve: () => void } | undefined;
  isReading = true;

  constructor(
    port: number,
    wsToken: string,
    wants: {
      /** Frames that are awaited. */
      readonly pairs: number;
      /** Rows wanted of each. */
      readonly tail: number;
      /** Reads no more once they are there. */
      readonly thenStops: boolean;
    },
  ) {
    this.#pairs = wants.pairs;
    this.#thenStops = wants.thenStops;
    const headers = { Authorization: `Bearer ${wsToken}` };
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}${MESSAGE_PATH}`, { perMessageDeflate: false, headers });
    // As a consumer asks.
    const subscription = { version: STREAM_VERSION, want: [{ tail: wants.tail }] };
    this.#socket.on('open', () => {
      this.#socket.send(
        encodeRequest({
          type: 'subscribe',
          topics: ['whitelist', 'analyzed_df'],
          unknownTopics: [],
          candlecast: { status: 'subscription', subscription },
        }),
      );
      if (this.#pairs === 0) this.#beSynced();
    });
    this.#socket.on('error', (error) => this.#synced.reject(error));
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      const decoded = decodeStreamMessage(data);
      if (decoded.status === 'refused') throw new Error(decoded.reason);
      this.#take(decoded.message);
    });
  }

  /** The frames that are awaited have come. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Resolves when so many states have come, those that were passed over included. */
  hasStates(states: number): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { states, resolve };
      this.#look();
    });
  }

  takeDeliveries(): number {
    const deliveries = this.#deliveries;
    this.#deliveries = 0;
    return deliveries;
  }

  close(): void {
    this.#socket.terminate();
  }

  #take(message: StreamMessage): void {
    if (message.kind === 'delta') {
      this.#deliveries += 1;
      this.#states += message.to - message.from + 1;
      return this.#look();
    }
    const { stream, to: seq, offset, content, total } = message;
    const end = offset + content.length;
    this.#send({ type: 'ack', stream, seq, bytes: end });
    if (end < total) return;
    this.#streams += 1;
    if (this.#streams === this.#pairs) this.#beSynced();
  }

  #beSynced(): void {
    if (this.#thenStops) {
      this.isReading = false;
      this.#socket.pause();
    }
    this.#synced.resolve();
  }

  #send(control: ConsumerControl): void {
    this.#socket.send(encodeRequest({ type: 'candlecast', control }));
  }

  #look(): void {
    if (this.#awaited === undefined || this.#states < this.#awaited.states) return;
    this.#awaited.resolve();
    this.#awaited = undefined;
  }
}

import { isObject } from '../util/is-object.ts';
import type { Stream, StreamTarget } from './stream-names.ts';

/** Streams that one connection may hold, as Binance allows. */
const MOST_STREAMS = 1024;
/** Candles of a stream whose last state is remembered; more than a fault makes wrong at once is of no use. */
const MOST_CANDLES = 1000;

/** What goes to a client. */
export interface StreamSocket {
  send(text: string): void;
}

/** One client of the streams: what it listens to, and what it was told last. Pure: messages in, messages out. */
export class StreamSession {
  readonly target: StreamTarget;
  readonly #socket: StreamSocket;
  readonly #parse: (name: string) => Stream | undefined;
  readonly #streams = new Map<string, Stream>();
  /** By stream, then by the candle's opening: what was last told of it. */
  readonly #told = new Map<string, Map<number, string>>();

  constructor(target: StreamTarget, socket: StreamSocket, parse: (name: string) => Stream | undefined) {
    this.target = target;
    this.#socket = socket;
    this.#parse = parse;
    for (const name of target.names) this.#subscribe(name);
  }

  get streams(): Iterable<Stream> {
    return this.#streams.values();
  }

  /** Takes a client's message. */
  onMessage(text: string): void {
    const request = parseRequest(text);
    if (request === undefined) return this.#refuse(null, 'Invalid JSON: expected value');
    const { id, method } = request;
    const names = Array.isArray(request.params) ? request.params.filter((name) => typeof name === 'string') : [];
    if (method === 'LIST_SUBSCRIPTIONS') return this.#answer(id, [...this.#streams.keys()]);
    if (method === 'UNSUBSCRIBE') {
      for (const name of names) this.#unsubscribe(name);
      return this.#answer(id, null);
    }
    if (method !== 'SUBSCRIBE') return this.#refuse(id, `Invalid request: unknown method ${String(method)}`);
    const unknown = names.filter((name) => !this.#subscribe(name));
    if (unknown.length > 0) return this.#refuse(id, `Invalid request: no stream ${unknown.join(', ')}`);
    this.#answer(id, null);
  }

  /** Whether a stream is known and there was room for it. */
  #subscribe(name: string): boolean {
    const stream = this.#parse(name);
    if (stream === undefined || (this.#streams.size >= MOST_STREAMS && !this.#streams.has(name))) return false;
    this.#streams.set(name, stream);
    return true;
  }

  #unsubscribe(name: string): void {
    this.#streams.delete(name);
    this.#told.delete(name);
  }

  #answer(id: unknown, result: unknown): void {
    this.#socket.send(JSON.stringify({ result, id }));
  }

  #refuse(id: unknown, msg: string): void {
    this.#socket.send(JSON.stringify({ error: { code: 2, msg }, id }));
  }

  /** Sends a stream's message. */
  send(name: string, data: object): void {
    this.#socket.send(JSON.stringify(this.target.isCombined ? { stream: name, data } : data));
  }

  /**
   * Of a stream's candles those that the client has not been told as they are now. Of those that were there before it began to
   * listen, only the newest is new to it.
   */
  untold<Row extends { readonly t: number }>(name: string, rows: readonly Row[]): readonly Row[] {
    const known = this.#told.get(name);
    const told = known ?? new Map<number, string>();
    this.#told.set(name, told);
    const news = rows.filter((row, i) => {
      const text = JSON.stringify(row);
      const isNew = told.get(row.t) !== text && (known !== undefined || i === rows.length - 1);
      told.set(row.t, text);
      return isNew;
    });
    for (const open of told.keys()) {
      if (told.size <= MOST_CANDLES) break;
      told.delete(open);
    }
    return news;
  }
}

function parseRequest(
  text: string,
): { readonly id: unknown; readonly method: unknown; readonly params: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { id: value.id ?? null, method: value.method, params: value.params } : undefined;
  } catch {
    return undefined;
  }
}

import { isObject } from '../util/is-object.ts';
import type { Stream, StreamTarget } from './stream-names.ts';

/** Streams that one connection may hold, as Binance allows. */
const MOST_STREAMS = 1024;
/** Candles of a stream whose last state is remembered; more than a fault makes wrong at once is of no use. */
const MOST_CANDLES = 1000;

/** As Binance allows. */
const LONGEST_ID = 36;
const BAD_ID = `Invalid request: id must be a number, null or a text of at most ${LONGEST_ID} characters`;
/** Of a method that nobody knows, so much is told back. */
const LONGEST_METHOD = 40;

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
    const { id } = request;
    if ('problem' in request) return this.#refuse(id, request.problem);
    const { method, names } = request;
    if (method === 'LIST_SUBSCRIPTIONS') return this.#answer(id, [...this.#streams.keys()]);
    if (method === 'UNSUBSCRIBE') {
      for (const name of names) this.#unsubscribe(name);
      return this.#answer(id, null);
    }
    if (method !== 'SUBSCRIBE')
      return this.#refuse(id, `Invalid request: unknown method ${method.slice(0, LONGEST_METHOD)}`);
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

  #answer(id: RequestId, result: unknown): void {
    this.#socket.send(JSON.stringify({ result, id }));
  }

  #refuse(id: RequestId, msg: string): void {
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

type RequestId = string | number | null;

interface StreamRequest {
  readonly id: RequestId;
  readonly method: string;
  /** The streams that it is about. */
  readonly names: readonly string[];
}

/** A client's request, or what is wrong with it. */
function parseRequest(text: string): StreamRequest | { readonly id: RequestId; readonly problem: string } {
  const value = parseJson(text);
  if (!isObject(value)) return { id: null, problem: 'Invalid JSON: expected value' };
  const { id = null, method, params } = value;
  if (!isRequestId(id)) return { id: null, problem: BAD_ID };
  if (typeof method !== 'string') return { id, problem: 'Invalid request: method must be a text' };
  return { id, method, names: Array.isArray(params) ? params.filter((name) => typeof name === 'string') : [] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRequestId(id: unknown): id is RequestId {
  return id === null || typeof id === 'number' || (typeof id === 'string' && id.length <= LONGEST_ID);
}

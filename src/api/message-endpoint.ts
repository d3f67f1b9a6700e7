import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { hostOf, isTold, PeerCounts } from '../util/widening-notes.ts';
import {
  CANDLECAST_HEADER,
  closeCodes,
  type ConsumerAccess,
  MESSAGE_PATH,
  type MessageSocket,
  type MessageSocketEvents,
} from '../wire/index.ts';
import { type Grant, isUnlimited } from './access-tokens.ts';
import { bearerTokens } from './bearer-tokens.ts';
import { type FailedAttempts, retryAfterSeconds } from './failed-attempts.ts';
import { mayOpen } from './page-origins.ts';
import { gatherWrites } from './gathered-writes.ts';

/** Subscriptions with many wants, and all the streams to resume, are long; nothing longer is read. */
const LONGEST_SUBSCRIPTION_BYTES = 2 ** 20;

const AS_BINARY = { binary: true };
const AS_TEXT = { binary: false };

/** Other requests are short. */
const LONGEST_REQUEST_BYTES = 64 * 1024;

/** How a subscription begins, as consumers write it. */
const SUBSCRIPTION = /^\s*\{\s*"type"\s*:\s*"subscribe"/;

const PING_INTERVAL_MS = 30_000;

/** How long closing clients may take before they are cut. */
const CLOSE_TIMEOUT_MS = 1_000;

/** RFC 6455's code for a server that failed. */
const INTERNAL_ERROR = 1011;

const MOST_REASON_BYTES = 123;

/** Origins longer than this are cut in the log. */
const LONGEST_SHOWN_ORIGIN = 100;

/** How the producer shows itself. */
const SHOWN = `${CANDLECAST_HEADER}: 1`;

/** The part of the API server that accepts message websockets. */
export interface MessageEndpoint {
  /** Ends the connections whose token opens less than it did. */
  withdraw(stillHolds: (grant: Grant) => boolean): void;
  /** Takes no more clients, closes all with 1012, and cuts those that have not closed by themselves a second later. */
  close(): Promise<void>;
}

/** What a token is worth. */
export type Authorization =
  | { readonly status: 'granted'; readonly grant: Grant }
  /** It opens nothing; it may be a guess, unless it was good once. */
  | { readonly status: 'wrong' }
  | { readonly status: 'expired' };

interface Acceptance {
  readonly accept: (socket: MessageSocket, access: ConsumerAccess) => MessageSocketEvents;
  readonly logger: Logger;
}

interface Gate {
  readonly authorize: (token: string) => Authorization;
  readonly attempts: FailedAttempts;
  /** `api_server.CORS_origins`. */
  readonly origins: readonly string[];
  /** The address of the client behind the request. */
  readonly clientOf: (request: IncomingMessage) => string;
}

/**
 * Accepts websockets on `MESSAGE_PATH` of an HTTP server and hands each to `accept`, with what its token opens. Before the upgrade
 * are answered, as stock freqtrade does where it has such an answer: with 403 a client without a valid token, and a page of an
 * origin that is not allowed; with 429 one that tried too many wrong tokens.
 */
export function mountMessageEndpoint(
  server: Server,
  options: {
    /** Clients that do not answer a ping for this long are cut, whatever their TCP connection says. Default 30,000 ms. */
    readonly pingIntervalMs?: number;
  } & Gate &
    Acceptance,
): MessageEndpoint {
  const sockets = new WebSocketServer({
    noServer: true,
    // Compression costs its work once a client; see docs/benchmarks.md.
    perMessageDeflate: false,
    maxPayload: LONGEST_SUBSCRIPTION_BYTES,
    clientTracking: true,
  });
  sockets.on('headers', (headers) => void headers.push(SHOWN));

  let closing = false;
  const bound = new Map<WebSocket, Bound>();
  const judge = gatekeeper(options, options.logger);
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    if (closing) return refuse(stream, { status: 503, reason: 'the server is stopping' });
    // The port is that of the connection, which tells those of one client apart behind a proxy too.
    const remote = `${options.clientOf(request)}:${request.socket.remotePort}`;
    const grant = judge(request, remote);
    if ('status' in grant) return refuse(stream, grant);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('close', () => bound.delete(socket));
      bound.set(socket, { grant, close: bind(socket, { remote, grant, stream }, options) });
    });
  });
  const pinging = watchForDead(sockets, options.pingIntervalMs ?? PING_INTERVAL_MS);

  return {
    withdraw(stillHolds) {
      for (const { grant, close } of bound.values()) {
        if (!stillHolds(grant)) close(closeCodes.policyViolation, 'its token was withdrawn');
      }
    },
    async close() {
      closing = true;
      clearInterval(pinging);
      await closeAll(sockets);
    },
  };
}

interface Bound {
  readonly grant: Grant;
  readonly close: (code: number, reason: string) => void;
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfter?: number;
}

/** Who may come in, with what its token grants; who may not, with the answer to give. */
function gatekeeper(
  { authorize, attempts, origins, clientOf }: Gate,
  logger: Logger,
): (request: IncomingMessage, remote: string) => Grant | Refusal {
  const refusals = new PeerCounts();
  // Clients that are refused come back for ever.
  const tell = (message: string, remote: string, fields: object = {}) => {
    const level = isTold(refusals.add(hostOf(remote))) ? 'warn' : 'debug';
    logger[level](message, { remote, ...fields });
  };
  return (request, remote) => {
    const asked = target(request);
    if (asked?.path !== MESSAGE_PATH) return { status: 404, reason: `no websocket here; it is at ${MESSAGE_PATH}` };
    if (!mayOpen(request, origins)) {
      const origin = String(request.headers.origin).slice(0, LONGEST_SHOWN_ORIGIN);
      tell('refused a page: its origin must be one of api_server.CORS_origins', remote, { origin });
      return { status: 403, reason: "this page's origin is not one of api_server.CORS_origins" };
    }
    const client = clientOf(request);
    const waitMs = attempts.waitMs(client);
    if (waitMs > 0) {
      const retryAfter = retryAfterSeconds(waitMs);
      tell('refused a consumer unheard: too many wrong tokens came from its address', remote, { wait_s: retryAfter });
      return { status: 429, reason: `too many wrong tokens; try again in ${retryAfter} s`, retryAfter };
    }
    const found = asked.tokens.map((token) => authorize(token));
    const granted = found.find((each) => each.status === 'granted');
    if (granted !== undefined) {
      // Who holds a limited one must not be able to guess on for the whole.
      if (isUnlimited(granted.grant.access)) attempts.succeeded(client);
      return granted.grant;
    }
    if (found.some(({ status }) => status === 'wrong')) attempts.failed(client);
    tell('refused a consumer: its ws_token is wrong or missing; it must be one of api_server.ws_token', remote);
    return { status: 403, reason: 'wrong or missing token' };
  };
}

/** The path asked for, and the tokens of the Authorization header and of the query. Undefined for what is no URL. */
function target(request: IncomingMessage): { readonly path: string; readonly tokens: readonly string[] } | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url === null) return undefined;
  const tokens = new Set([...bearerTokens(request.headers), url.searchParams.get('token') ?? '']);
  tokens.delete('');
  return { path: url.pathname, tokens: [...tokens] };
}

function refuse(stream: Duplex, { status, reason, retryAfter }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(reason)}`,
    SHOWN,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ];
  // The server's sockets stay half open otherwise, until the client closes its side, which it need not.
  stream.once('finish', () => stream.destroy());
  stream.end(`${lines.join('\r\n')}\r\n\r\n${reason}`);
}

/** @returns what closes it. */
function bind(
  socket: WebSocket,
  { remote, grant, stream }: { readonly remote: string; readonly grant: Grant; readonly stream: Duplex },
  { accept, logger }: Acceptance,
): (code: number, reason: string) => void {
  // What went wrong shows in the close code that follows.
  socket.on('error', () => {});
  let cutting: NodeJS.Timeout | undefined;
  let wasTooLong = false;
  const close = (code: number, reason: string) => {
    socket.close(code, closeReason(reason));
    // A client that reads nothing never sees the close frame behind what is queued.
    cutting ??= setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  };
  const gather = gatherWrites(stream);
  const send = (bytes: Uint8Array, binary: boolean, onSent: (() => void) | undefined) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    gather(bytes.length);
    socket.send(bytes, binary ? AS_BINARY : AS_TEXT, onSent);
  };
  if (grant.name !== undefined) logger.info('consumer authorized', { remote, token: grant.name });
  const events = accept(
    {
      remote,
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      sendText: (utf8, onSent) => send(utf8, false, onSent),
      sendBinary: (bytes, onSent) => send(bytes, true, onSent),
      close,
    },
    grant.access,
  );
  socket.on('message', (data: Buffer, isBinary) => {
    // What a client says after it was told to go is not heard.
    if (socket.readyState !== WebSocket.OPEN) return;
    if (isTooLong(data, isBinary)) {
      wasTooLong = true;
      close(
        closeCodes.messageTooBig,
        `no request but a subscription may have more than ${LONGEST_REQUEST_BYTES} bytes`,
      );
      return;
    }
    try {
      if (isBinary) events.onBinary(data);
      else events.onMessage(data.toString('utf8'));
    } catch (error) {
      logger.error(`a consumer is closed, since its message could not be served: ${messageOf(error)}`, { remote });
      close(INTERNAL_ERROR, 'internal error');
    }
  });
  socket.on('close', (code, reason) => {
    clearTimeout(cutting);
    // Clients send the code back; from one that we sent away, it would mean that our messages are too long.
    events.onClose(wasTooLong ? closeCodes.policyViolation : code, reason.toString('utf8'));
  });
  return close;
}

function isTooLong(data: Buffer, isBinary: boolean): boolean {
  return data.length > LONGEST_REQUEST_BYTES && (isBinary || !SUBSCRIPTION.test(data.toString('latin1', 0, 64)));
}
/** A close frame has room for 123 bytes of reason; a longer one would throw. */
function closeReason(reason: string): string {
  const bytes = Buffer.from(reason, 'utf8').subarray(0, MOST_REASON_BYTES);
  return bytes.toString('utf8').replace(/\uFFFD+$/u, '');
}

function watchForDead(sockets: WebSocketServer, intervalMs: number): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else if (socket.bufferedAmount === 0) {
        silent.add(socket);
        socket.once('pong', () => silent.delete(socket));
        socket.ping();
      }
    }
  }, intervalMs);
  return timer.unref();
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const closed = [...sockets.clients].map((socket) => closed1012(socket));
  await Promise.all(closed);
  sockets.close();
}

function closed1012(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cutting = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    socket.once('close', () => {
      clearTimeout(cutting);
      resolve();
    });
    socket.close(closeCodes.serviceRestart, 'the server is stopping');
  });
}

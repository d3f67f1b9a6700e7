import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { hostOf, isTold, PeerCounts } from '../util/widening-notes.ts';
import { closeCodes, MESSAGE_PATH, type MessageSocket, type MessageSocketEvents } from '../wire/index.ts';

/** Requests are short; nothing longer is read. */
const LONGEST_REQUEST_BYTES = 64 * 1024;

const PING_INTERVAL_MS = 30_000;

/** How long closing clients may take before they are cut. */
const CLOSE_TIMEOUT_MS = 1_000;

/** RFC 6455's code for a server that failed. */
const INTERNAL_ERROR = 1011;

const MOST_REASON_BYTES = 123;

/** The part of the API server that accepts message websockets. */
export interface MessageEndpoint {
  /** Takes no more clients, closes all with 1012, and cuts those that have not closed by themselves a second later. */
  close(): Promise<void>;
}

interface Acceptance {
  readonly accept: (socket: MessageSocket) => MessageSocketEvents;
  readonly logger: Logger;
}

/**
 * Accepts websockets on `MESSAGE_PATH` of an HTTP server and hands each to `accept`. A client without a valid token is answered
 * 403 before the upgrade, as stock freqtrade does.
 */
export function mountMessageEndpoint(
  server: Server,
  options: {
    readonly isAuthorized: (token: string) => boolean;
    /** Clients that do not answer a ping for this long are cut, whatever their TCP connection says. Default 30,000 ms. */
    readonly pingIntervalMs?: number;
  } & Acceptance,
): MessageEndpoint {
  const { isAuthorized, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    // Compression costs its work once a client; see docs/benchmarks.md.
    perMessageDeflate: false,
    maxPayload: LONGEST_REQUEST_BYTES,
    clientTracking: true,
  });

  let closing = false;
  const refusals = new PeerCounts();
  server.on('upgrade', (request, stream, head) => {
    const remote = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    stream.on('error', () => stream.destroy());
    const asked = target(request);
    if (closing) return refuse(stream, 503, 'the server is stopping');
    if (asked?.path !== MESSAGE_PATH) return refuse(stream, 404, `no websocket here; it is at ${MESSAGE_PATH}`);
    if (!asked.tokens.some((token) => isAuthorized(token))) {
      // A stock consumer comes back for ever.
      const level = isTold(refusals.add(hostOf(remote))) ? 'warn' : 'debug';
      logger[level]('refused a consumer: its ws_token is wrong or missing; it must be one of api_server.ws_token', {
        remote,
      });
      return refuse(stream, 403, 'wrong or missing token');
    }
    sockets.handleUpgrade(request, stream, head, (socket) => bind(socket, remote, options));
  });
  const pinging = watchForDead(sockets, options.pingIntervalMs ?? PING_INTERVAL_MS);

  return {
    async close() {
      closing = true;
      clearInterval(pinging);
      await closeAll(sockets);
    },
  };
}

/** The path asked for, and the tokens of the Authorization header and of the query. Undefined for what is no URL. */
function target(request: IncomingMessage): { readonly path: string; readonly tokens: readonly string[] } | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url === null) return undefined;
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const tokens = [bearer, url.searchParams.get('token')].filter((token) => typeof token === 'string');
  return { path: url.pathname, tokens };
}

function refuse(stream: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  // The server's sockets stay half open otherwise, until the client closes its side, which it need not.
  stream.once('finish', () => stream.destroy());
  stream.end(`${head}Content-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`);
}

function bind(socket: WebSocket, remote: string, { accept, logger }: Acceptance): void {
  // What went wrong shows in the close code that follows.
  socket.on('error', () => {});
  let cutting: NodeJS.Timeout | undefined;
  const close = (code: number, reason: string) => {
    socket.close(code, closeReason(reason));
    // A client that reads nothing never sees the close frame behind what is queued.
    cutting ??= setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  };
  const send = (bytes: Uint8Array, binary: boolean, onSent: (() => void) | undefined) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes, { binary }, () => onSent?.());
  };
  const events = accept({
    remote,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    sendText: (utf8, onSent) => send(utf8, false, onSent),
    sendBinary: (bytes, onSent) => send(bytes, true, onSent),
    close,
  });
  socket.on('message', (data: Buffer, isBinary) => {
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
    events.onClose(code, reason.toString('utf8'));
  });
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

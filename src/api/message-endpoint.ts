import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../util/logger.ts';
import type { MessageSocket, MessageSocketEvents } from '../wire/index.ts';

/** Where freqtrade's message websocket is. */
export const MESSAGE_PATH = '/api/v1/message/ws';

/** Requests are short; nothing longer is read. */
const LONGEST_REQUEST_BYTES = 64 * 1024;

/** Clients that do not answer a ping for this long are gone, whatever their TCP connection says. */
const PING_INTERVAL_MS = 30_000;

/** How long closing clients may take before they are cut. */
const CLOSE_TIMEOUT_MS = 1_000;

/** The part of the API server that accepts message websockets. */
export interface MessageEndpoint {
  /** Cuts what has not closed by itself by now. */
  close(): Promise<void>;
}

/**
 * Accepts websockets on `MESSAGE_PATH` of an HTTP server and hands each to `accept`. A client without a valid token is answered
 * 403 before the upgrade, as stock freqtrade does.
 */
export function mountMessageEndpoint(
  server: Server,
  options: {
    readonly isAuthorized: (token: string) => boolean;
    readonly accept: (socket: MessageSocket) => MessageSocketEvents;
    readonly logger: Logger;
  },
): MessageEndpoint {
  const { isAuthorized, accept, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    // Compression costs its work once a client; see docs/benchmarks.md.
    perMessageDeflate: false,
    maxPayload: LONGEST_REQUEST_BYTES,
    clientTracking: true,
  });

  server.on('upgrade', (request, stream, head) => {
    const { path, token } = target(request);
    const remote = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    stream.on('error', () => stream.destroy());
    if (path !== MESSAGE_PATH) return refuse(stream, 404, `no websocket here; it is at ${MESSAGE_PATH}`);
    if (!isAuthorized(token)) {
      logger.warn('refused a consumer: wrong or missing token', { remote });
      return refuse(stream, 403, 'wrong or missing token');
    }
    sockets.handleUpgrade(request, stream, head, (socket) => bind(socket, remote, accept));
  });
  const pinging = watchForDead(sockets);

  return {
    async close() {
      clearInterval(pinging);
      await closeAll(sockets);
    },
  };
}

/** The path asked for, and the token from the query or the Authorization header. */
function target(request: IncomingMessage): { readonly path: string; readonly token: string } {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return { path: url.pathname, token: bearer ?? url.searchParams.get('token') ?? '' };
}

function refuse(stream: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  stream.end(`${head}Content-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`);
}

function bind(socket: WebSocket, remote: string, accept: (socket: MessageSocket) => MessageSocketEvents): void {
  const events = accept({
    remote,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    sendText(utf8, onSent) {
      if (socket.readyState === WebSocket.OPEN) socket.send(utf8, { binary: false }, () => onSent?.());
    },
    close(code, reason) {
      socket.close(code, reason);
      // A client that reads nothing never sees the close frame behind what is queued.
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    },
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) events.onBinary(data);
    else events.onMessage(data.toString('utf8'));
  });
  // What went wrong shows in the close code that follows.
  socket.on('error', () => {});
  socket.on('close', (code, reason) => events.onClose(code, reason.toString('utf8')));
}

function watchForDead(sockets: WebSocketServer): NodeJS.Timeout {
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
  }, PING_INTERVAL_MS);
  return timer.unref();
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const closed = [...sockets.clients].map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
      }),
  );
  await Promise.all(closed);
  sockets.close();
}

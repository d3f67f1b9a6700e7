import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock, Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { Scene } from './api-call.ts';
import { mayOpenStream } from './near-request.ts';
import { type StreamTarget, parseStream, streamTarget } from './stream-names.ts';
import { StreamPump } from './stream-pump.ts';
import { StreamSession } from './stream-session.ts';

/** Requests are short; nothing longer is read. */
const LONGEST_REQUEST_BYTES = 64 * 1024;
/** A client that has not read so much is cut. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;
/** As often as Binance. */
const PING_MS = 20_000;

export interface StreamOptions {
  readonly scene: Scene;
  readonly logger: Logger;
  readonly wallClock: Clock;
  /** How long between two rounds of messages, in ms of the wall. */
  readonly intervalMs: number;
}

/** Serves the streams on an HTTP server's websockets. */
export function mountStreams(server: Server, options: StreamOptions): { close(): void } {
  const { scene, logger, wallClock, intervalMs } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_REQUEST_BYTES, perMessageDeflate: false });
  const sessions = new Map<WebSocket, StreamSession>();
  const pump = new StreamPump(scene);
  const market = { listings: scene.listings, timeframes: scene.exchange.timeframes };
  let timer: Timer | undefined;

  const bind = (socket: WebSocket, target: StreamTarget) => {
    const send = (text: string) => {
      if (socket.bufferedAmount > MOST_BUFFERED_BYTES) socket.terminate();
      else if (socket.readyState === WebSocket.OPEN) socket.send(text);
    };
    const session = new StreamSession(target, { send }, (name) => parseStream(name, target.section, market));
    sessions.set(socket, session);
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      try {
        session.onMessage(data.toString('utf8'));
      } catch (error) {
        // Whatever one client says, the others are served.
        logger.error(`a message of a websocket could not be answered: ${messageOf(error)}`);
        socket.terminate();
      }
    });
    const pinging = keepAlive(socket, wallClock);
    socket.on('close', () => {
      sessions.delete(socket);
      pinging.cancel();
    });
  };
  // The server itself forgets connections that became something else.
  const streams = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    streams.add(stream);
    stream.on('error', () => stream.destroy());
    stream.on('close', () => streams.delete(stream));
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const target = url === null ? undefined : streamTarget(url.pathname, url.searchParams);
    if (url === null || target === undefined) return refuse(stream, 404);
    if (!mayOpenStream(request)) return refuse(stream, 403);
    const fault = scene.faults.request(url.pathname);
    if (fault?.name === 'timeout') return;
    if (fault?.name === 'truncated') return void stream.destroy();
    if (fault !== undefined) return refuse(stream, 'status' in fault ? fault.status : Number(fault.name));
    sockets.handleUpgrade(request, stream, head, (socket) => bind(socket, target));
  });
  const round = async () => {
    try {
      await pump.round(sessions.values());
    } catch (error) {
      if (timer !== undefined) logger.error(`a round of stream messages failed: ${messageOf(error)}`);
    }
    if (timer !== undefined) timer = wallClock.setTimer(() => void round(), intervalMs);
  };
  timer = wallClock.setTimer(() => void round(), intervalMs);
  return {
    close() {
      timer?.cancel();
      timer = undefined;
      for (const stream of streams) stream.destroy();
      sockets.close();
    },
  };
}

/** Pings a client, and cuts it when it has not answered by the next time. */
function keepAlive(socket: WebSocket, clock: Clock): Timer {
  let isAlive = true;
  let timer: Timer;
  socket.on('pong', () => (isAlive = true));
  const ping = () => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    timer = clock.setTimer(ping, PING_MS);
  };
  timer = clock.setTimer(ping, PING_MS);
  return { cancel: () => timer.cancel() };
}

function refuse(stream: Duplex, status: number): void {
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

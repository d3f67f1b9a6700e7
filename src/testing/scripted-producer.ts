/// <reference lib="esnext.disposable" preserve="true" />
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { encodeMessage, type EncodeFrameOptions, type Message, MESSAGE_PATH } from '../wire/index.ts';
import { Conditions } from './conditions.ts';

/** How a scripted producer answers an attempt to connect. */
export type Welcome =
  | 'accept'
  /** Takes the connection and never answers. */
  | 'ignore'
  /** Answers with bytes that are no HTTP. */
  | 'garbage'
  /** Answers with this HTTP status in the place of a websocket. */
  | { readonly status: number };

export interface ScriptedProducerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default `accept`; see `welcome`. */
  readonly welcome?: Welcome;
  /** Called for each text of a consumer, to answer it. */
  readonly onRequest?: (text: string, connection: ScriptedConnection) => void;
}

/** A consumer's connection, as the producer's end sees it. */
export interface ScriptedConnection {
  /** The token in the query, undefined where there was none. */
  readonly token: string | undefined;
  /** Every text that the consumer sent, in order. */
  readonly received: readonly string[];
  /** Pings that came. All are answered until `freeze`. */
  readonly pings: number;
  /** The code and reason with which it ended, undefined while it stands. */
  readonly closedWith: { readonly code: number; readonly reason: string } | undefined;
  /** Sends a message, or any text. */
  send(message: Message | string, options?: EncodeFrameOptions): void;
  sendBinary(bytes: Uint8Array): void;
  /** Sends bytes outside any websocket frame. */
  sendRaw(bytes: Uint8Array | string): void;
  /** Reads nothing and answers nothing from now on, as a machine does that was cut off: the connection is half open. */
  freeze(): void;
  /** Closes with the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Ends the TCP connection, without a word. */
  cut(): void;
  /** Resolves when so many texts have been received. */
  untilReceived(count: number): Promise<readonly string[]>;
  untilClosed(): Promise<{ readonly code: number; readonly reason: string }>;
}

/**
 * A producer on a real socket that does what the test says. Like stock producers it reads no token but the query's: an attempt
 * without one there is answered 403, and not counted.
 */
export interface ScriptedProducer extends AsyncDisposable {
  readonly port: number;
  /** How further attempts to connect are answered. */
  welcome: Welcome;
  /** Attempts to connect so far, those refused included. */
  readonly attempts: number;
  /** Accepted connections, oldest first. */
  readonly connections: readonly ScriptedConnection[];
  /** Resolves to connection `place`, from 0, when it stands. */
  connection(place?: number): Promise<ScriptedConnection>;
  untilAttempts(count: number): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Starts a scripted producer on 127.0.0.1. Rejects where the port is taken. */
export async function scriptedProducer(options: ScriptedProducerOptions = {}): Promise<ScriptedProducer> {
  const conditions = new Conditions();
  const connections: ScriptedConnection[] = [];
  const streams = new Set<Duplex>();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  const server = createServer((_, response) => response.writeHead(404).end());
  let welcome = options.welcome ?? 'accept';
  let attempts = 0;

  server.on('connection', (stream) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    stream.on('error', () => stream.destroy());
  });
  server.on('upgrade', (request, stream, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === MESSAGE_PATH && !url.searchParams.has('token')) return refuse(stream, 403);
    attempts += 1;
    if (url.pathname !== MESSAGE_PATH) refuse(stream, 404);
    else if (welcome === 'accept') {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        connections.push(scriptedConnection(socket, stream, request, conditions, options.onRequest));
      });
    } else if (welcome === 'garbage') stream.write('no HTTP at all\r\n\r\n');
    else if (welcome !== 'ignore') refuse(stream, welcome.status);
    conditions.changed();
  });
  const port = await listening(server, options.port ?? 0);
  const close = async () => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const stream of streams) stream.destroy();
    await closed;
  };

  return {
    port,
    get welcome() {
      return welcome;
    },
    set welcome(next) {
      welcome = next;
    },
    get attempts() {
      return attempts;
    },
    connections,
    async connection(place = 0) {
      await conditions.until(() => connections.length > place);
      return connections[place];
    },
    untilAttempts: (count) => conditions.until(() => attempts >= count),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function scriptedConnection(
  socket: WebSocket,
  stream: Duplex,
  request: IncomingMessage,
  conditions: Conditions,
  onRequest: ScriptedProducerOptions['onRequest'],
): ScriptedConnection {
  const received: string[] = [];
  let pings = 0;
  let closedWith: { readonly code: number; readonly reason: string } | undefined;
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? undefined;
  const connection: ScriptedConnection = {
    token,
    received,
    get pings() {
      return pings;
    },
    get closedWith() {
      return closedWith;
    },
    send: (message, frameOptions) =>
      socket.send(typeof message === 'string' ? message : encodeMessage(message, frameOptions)),
    sendBinary: (bytes) => socket.send(bytes),
    sendRaw: (bytes) => void stream.write(bytes),
    freeze: () => socket.pause(),
    close: (code = 1000, reason = '') => socket.close(code, reason),
    cut: () => socket.terminate(),
    async untilReceived(count) {
      await conditions.until(() => received.length >= count);
      return received;
    },
    async untilClosed() {
      await conditions.until(() => closedWith !== undefined);
      return closedWith ?? { code: 1006, reason: '' };
    },
  };
  socket.on('ping', (data) => {
    pings += 1;
    socket.pong(data);
    conditions.changed();
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8');
    received.push(text);
    onRequest?.(text, connection);
    conditions.changed();
  });
  // What went wrong shows in the close code that follows.
  socket.on('error', () => {});
  socket.on('close', (code, reason) => {
    closedWith = { code, reason: reason.toString('utf8') };
    conditions.changed();
  });
  return connection;
}

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

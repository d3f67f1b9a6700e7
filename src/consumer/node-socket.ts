import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { messageOf } from '../util/errors.ts';
import type { ConsumerSocketEvents, OpenSocket, SocketEnd } from './consumer-socket.ts';
import { MessageSieve } from './message-sieve.ts';
import { SievedStream } from './node-sieved-stream.ts';

/** A host that accepts the connection and then says nothing is given up after this. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long a peer may take to answer the closing handshake. One that is gone never does, and ws would wait 30 s. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Opens a connection with the `ws` library. No subprotocol is offered: stock producers select none. Messages that are too long are
 * passed over before `ws` sees them, since it ends the connection for one.
 */
export const openNodeSocket: OpenSocket = ({ url, wsToken, mostBytes }, events) => {
  if (!URL.canParse(url)) throw new Error(`${url} is not an address`);
  // Stock producers read the token from the query alone.
  const sieve = new MessageSieve({
    mostBytes,
    // What came before it may still be on its way through ws, which takes no longer than this turn.
    onTooLong: (message) => void setImmediate(() => events.onTooLong(message)),
  });
  const socket = new WebSocket(`${url}?token=${encodeURIComponent(wsToken)}`, {
    // Compressed messages would not tell how long they are.
    perMessageDeflate: false,
    maxPayload: mostBytes,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    createConnection: sievedConnection(url.startsWith('wss:'), sieve, () => events.onProgress()),
  });
  let end: SocketEnd | undefined;
  let opened = false;
  let cutting: NodeJS.Timeout | undefined;
  const cutSoon = () => {
    cutting ??= setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
  };

  socket.on('open', () => {
    opened = true;
    events.onOpen();
  });
  socket.on('message', (data: Buffer, isBinary) => deliver(events, data, isBinary));
  socket.on('pong', () => events.onPong());
  socket.on('unexpected-response', (request, response) => {
    end = refusal(response);
    request.destroy();
    socket.terminate();
  });
  socket.on('error', (error) => {
    end ??= opened ? failure(error) : notOpened(error);
    if (opened) cutSoon();
  });
  socket.on('close', (code, reason) => {
    clearTimeout(cutting);
    const text = reason.length > 0 ? `, "${reason.toString('utf8')}"` : '';
    events.onClosed(end ?? { cause: 'closed', reason: `the connection was closed with code ${code}${text}` });
  });

  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: () => {
      if (!opened) return socket.terminate();
      socket.close(1000);
      cutSoon();
    },
  };
};

function sievedConnection(isSecure: boolean, sieve: MessageSieve, onProgress: () => void): typeof connectTcp {
  const create = (given: TcpNetConnectOpts) => {
    // The path is the request's, and would be taken for that of a Unix socket.
    const options = { ...given, path: undefined };
    const servername = given.host === undefined || isIP(given.host) > 0 ? '' : given.host;
    const socket = isSecure ? connectTls({ servername, ...options }) : connectTcp(options);
    return new SievedStream(socket, sieve, onProgress);
  };
  // ws and Node's HTTP client take any duplex stream; their types ask for a socket.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return create as unknown as typeof connectTcp;
}

function deliver(events: ConsumerSocketEvents, data: Buffer, isBinary: boolean): void {
  if (isBinary) events.onBinary(data);
  else events.onMessage(data.toString('utf8'));
}

function refusal(response: IncomingMessage): SocketEnd {
  const reason = `HTTP ${response.statusCode}`;
  const isToken = response.statusCode === 401 || response.statusCode === 403;
  return { cause: isToken ? 'unauthorized' : 'not-a-producer', reason };
}

/** Something that speaks answers what nobody's silence does: other bytes than HTTP's, no upgrade, or no TLS that we can take. */
function notOpened(error: Error & { readonly code?: string }): SocketEnd {
  const { code = '', message } = error;
  const isAnswer = /^(HPE_|ERR_SSL_|ERR_TLS_|EPROTO|WS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code);
  const isHandshake = /^(Invalid (Sec-WebSocket|Upgrade)|Server sent)/.test(message);
  return { cause: isAnswer || isHandshake ? 'not-a-producer' : 'unreachable', reason: withoutToken(messageOf(error)) };
}

function failure(error: Error & { readonly code?: string }): SocketEnd {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return { cause: 'too-long', reason: error.message };
  return { cause: 'closed', reason: withoutToken(error.message) };
}

/** Some errors quote the URL. */
function withoutToken(text: string): string {
  return text.replace(/token=[^\s&"']*/g, 'token=<hidden>');
}

import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { messageOf } from '../util/errors.ts';
import { CANDLECAST_HEADER } from '../wire/index.ts';
import type { ConsumerSocket, ConsumerSocketEvents, OpenSocket, SocketEnd, SocketTarget } from './consumer-socket.ts';
import { SievedStream } from './node-sieved-stream.ts';
import { connectTrusted, UntrustedError } from './node-tls.ts';

/** A host that accepts the connection and then says nothing is given up after this. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long a peer may take to answer the closing handshake. One that is gone never does, and ws would wait 30 s. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Addresses that are remembered as those of stock producers. */
const MOST_REMEMBERED = 1_000;

/** A wait that a producer asks for may not be longer than this. */
const LONGEST_WAIT_MS = 3_600_000;

/** Where the token goes: into the Authorization header, or into the query of the URL, which ends up in logs of proxies. */
type TokenPlace = 'header' | 'query';

/**
 * Opens connections with the `ws` library. No subprotocol is offered: stock producers select none. Messages that are too long are
 * passed over before `ws` sees them, since it ends the connection for one.
 *
 * The token goes into the Authorization header. Stock producers do not read that and answer 403, without the mark that Candlecast
 * producers put on each answer: then it goes into the query, at once, and at this address from then on, so that finding out costs
 * one round trip once. A Candlecast producer that refuses a token never gets it in the query.
 */
function nodeSocketOpener(): OpenSocket {
  /** Addresses of producers that read the token from the query alone. */
  const inQuery = new Set<string>();
  const remember = (url: string) => {
    if (inQuery.size >= MOST_REMEMBERED) inQuery.clear();
    inQuery.add(url);
  };

  return (target, events) => {
    const { url, ca, fingerprint } = target;
    if (!URL.canParse(url)) throw new Error(`${url} is not an address`);
    if ((ca ?? fingerprint) !== undefined && !url.startsWith('wss:')) {
      throw new Error('ca and fingerprint are for TLS alone; set secure to true');
    }
    let isClosing = false;
    const begin = (place: TokenPlace): ConsumerSocket =>
      openSocket(target, place, events, {
        onAnswer(isCandlecast) {
          // A bot may be replaced by another kind while it is away.
          if (isCandlecast) inQuery.delete(url);
        },
        onEnd(end, mayReadQuery) {
          const isStock = end.cause === 'unauthorized' && place === 'header' && mayReadQuery;
          if (isStock) remember(url);
          if (isStock && !isClosing) socket = begin('query');
          else events.onClosed(end);
        },
      });
    let socket = begin(inQuery.has(url) || !fitsHeader(target.wsToken) ? 'query' : 'header');
    return {
      send: (text) => socket.send(text),
      ping: () => socket.ping(),
      close() {
        isClosing = true;
        socket.close();
      },
    };
  };
}

/** The one of this process: what is found out about an address is for all who connect to it. */
export const openNodeSocket: OpenSocket = nodeSocketOpener();

interface Attempt {
  /** The other end speaks HTTP; whether it is a Candlecast producer. */
  readonly onAnswer: (isCandlecast: boolean) => void;
  /** Once, at the end. */
  readonly onEnd: (end: SocketEnd, mayReadQuery: boolean) => void;
}

function openSocket(
  target: SocketTarget,
  place: TokenPlace,
  events: ConsumerSocketEvents,
  attempt: Attempt,
): ConsumerSocket {
  const { url, wsToken, mostBytes } = target;
  const stream = new SievedStream({
    mostBytes,
    // What came before it may still be on its way through ws, which takes no longer than this turn.
    onTooLong: (message) => void setImmediate(() => events.onTooLong(message)),
    onProgress: () => events.onProgress(),
  });
  const connecting: { socket?: Socket } = {};
  const socket = new WebSocket(place === 'query' ? `${url}?token=${encodeURIComponent(wsToken)}` : url, {
    // Compressed messages would not tell how long they are.
    perMessageDeflate: false,
    maxPayload: mostBytes,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    createConnection: connectionOver(stream, target, connecting),
    headers: place === 'header' ? { Authorization: `Bearer ${headerText(wsToken)}` } : {},
  });
  let end: SocketEnd | undefined;
  let opened = false;
  let isCandlecast = false;
  let cutting: NodeJS.Timeout | undefined;
  const cutSoon = () => {
    cutting ??= setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
  };
  const answered = (response: IncomingMessage) => {
    isCandlecast = response.headers[CANDLECAST_HEADER.toLowerCase()] !== undefined;
    attempt.onAnswer(isCandlecast);
  };

  socket.on('upgrade', answered);
  socket.on('open', () => {
    opened = true;
    events.onOpen();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    deliver(events, data, isBinary);
    stream.noteDelivered();
  });
  socket.on('pong', () => events.onPong());
  socket.on('unexpected-response', (request, response) => {
    answered(response);
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
    // It is not the library's until TLS stands.
    connecting.socket?.destroy();
    const text = reason.length > 0 ? `, "${reason.toString('utf8')}"` : '';
    const closed: SocketEnd = { cause: 'closed', reason: `the connection was closed with code ${code}${text}` };
    attempt.onEnd(end ?? closed, !isCandlecast);
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
}

/** As UTF-8: Node writes each character of a header as a byte. */
function headerText(token: string): string {
  return Buffer.from(token, 'utf8').toString('latin1');
}

/** Headers have no control characters, and lose spaces at their ends. */
function fitsHeader(token: string): boolean {
  return /^\P{Cc}+$/u.test(token) && token.trim() === token;
}

function connectionOver(
  stream: SievedStream,
  { url, ca, fingerprint }: SocketTarget,
  connecting: { socket?: Socket },
): typeof connectTcp {
  const create = (given: TcpNetConnectOpts, done: (error: Error | null, stream?: Duplex) => void) => {
    // The path is the request's, and would be taken for that of a Unix socket.
    const options = { ...given, path: undefined, onread: stream.onread };
    if (!url.startsWith('wss:')) return stream.over(connectTcp(options));
    connecting.socket = connectTrusted(options, { ca, fingerprint }, HANDSHAKE_TIMEOUT_MS, (error, socket) => {
      if (socket === undefined) done(error);
      else done(null, stream.over(socket));
    });
    return undefined;
  };
  // ws and Node's HTTP client take any duplex stream, also later; their types ask for a socket.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return create as unknown as typeof connectTcp;
}

function deliver(events: ConsumerSocketEvents, data: Buffer, isBinary: boolean): void {
  if (isBinary) events.onBinary(data);
  else events.onMessage(data.toString('utf8'));
}

function refusal({ statusCode, headers }: IncomingMessage): SocketEnd {
  const reason = `HTTP ${statusCode}`;
  if (statusCode === 401 || statusCode === 403) return { cause: 'unauthorized', reason };
  if (statusCode !== 429) return { cause: 'not-a-producer', reason };
  const seconds = Number(headers['retry-after']);
  if (!(seconds >= 0)) return { cause: 'throttled', reason };
  return { cause: 'throttled', reason, retryAfterMs: Math.min(seconds * 1000, LONGEST_WAIT_MS) };
}

/** Something that speaks answers what nobody's silence does: other bytes than HTTP's, no upgrade, or no TLS that we can take. */
function notOpened(error: Error & { readonly code?: string }): SocketEnd {
  const { code = '', message } = error;
  if (error instanceof UntrustedError) return { cause: 'untrusted', reason: message };
  const isAnswer = /^(HPE_|ERR_SSL_|ERR_TLS_|EPROTO|WS_)/.test(code);
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

/// <reference lib="esnext.disposable" preserve="true" />
import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { decodeMessage, type Message } from '../wire/index.ts';
import { Conditions } from './conditions.ts';

export interface ScriptedConsumerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  /** Goes into the query. */
  readonly token?: string;
  /** Goes into the Authorization header. */
  readonly bearer?: string;
  /** Default freqtrade's. */
  readonly path?: string;
}

/** What became of the attempt to connect. */
export type Opening =
  | { readonly status: 'open' }
  | { readonly status: 'refused'; readonly httpStatus: number; readonly body: string }
  | { readonly status: 'failed'; readonly reason: string };

/** A raw client of a producer on a real socket, which sends what the test says and notes what comes. */
export interface ScriptedConsumer extends AsyncDisposable {
  readonly opening: Promise<Opening>;
  /** Every text that came, in order. */
  readonly texts: readonly string[];
  /** The same, decoded. Throws Error for a text that is no message. */
  readonly messages: readonly Message[];
  /** The code and reason with which the connection ended, undefined while it stands. */
  readonly closedWith: { readonly code: number; readonly reason: string } | undefined;
  /** Sends text, or an object as JSON. */
  send(request: string | object): void;
  sendBinary(bytes: Uint8Array): void;
  /** Stops reading: what the producer sends stays in its memory and the kernel's. */
  pause(): void;
  resume(): void;
  /** Resolves when so many texts have come. */
  untilTexts(count: number): Promise<readonly string[]>;
  /** Resolves to the first message that passes, of those that came and those that will. */
  untilMessage(passes: (message: Message) => boolean): Promise<Message>;
  untilClosed(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Ends the TCP connection, without a word. */
  cut(): void;
  /** Closes and resolves when that is done. */
  close(): Promise<void>;
}

/** Connects to a producer. Does not wait: `opening` tells what became of it. */
export function scriptedConsumer(options: ScriptedConsumerOptions): ScriptedConsumer {
  const { socket, opening } = open(options);
  const conditions = new Conditions();
  const texts: string[] = [];
  const messages: Message[] = [];
  let closedWith: { readonly code: number; readonly reason: string } | undefined;

  socket.on('message', (data: Buffer) => {
    texts.push(data.toString('utf8'));
    conditions.changed();
  });
  socket.on('close', (code, reason) => {
    closedWith = { code, reason: reason.toString('utf8') };
    conditions.changed();
  });
  const decoded = () => {
    for (const text of texts.slice(messages.length)) messages.push(messageOf(text));
    return messages;
  };
  const untilClosed = async () => {
    await conditions.until(() => closedWith !== undefined);
    return closedWith ?? { code: 1006, reason: '' };
  };
  const close = async () => {
    socket.terminate();
    await untilClosed();
  };

  return {
    opening,
    texts,
    get messages() {
      return decoded();
    },
    get closedWith() {
      return closedWith;
    },
    send: (request) => socket.send(typeof request === 'string' ? request : JSON.stringify(request)),
    sendBinary: (bytes) => socket.send(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    async untilTexts(count) {
      await conditions.until(() => texts.length >= count);
      return texts;
    },
    async untilMessage(passes) {
      let found: Message | undefined;
      await conditions.until(() => {
        found ??= decoded().find(passes);
        return found !== undefined;
      });
      if (found === undefined) throw new Error('a condition was met by nothing');
      return found;
    },
    untilClosed,
    cut: () => socket.terminate(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function open(options: ScriptedConsumerOptions): { readonly socket: WebSocket; readonly opening: Promise<Opening> } {
  const { host = '127.0.0.1', port, token, bearer, path = '/api/v1/message/ws' } = options;
  const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}`;
  const headers = bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
  const socket = new WebSocket(`ws://${host}:${port}${path}${query}`, { perMessageDeflate: false, headers });
  const opening = new Promise<Opening>((resolve) => {
    socket.on('open', () => resolve({ status: 'open' }));
    socket.on('error', (error) => resolve({ status: 'failed', reason: error.message }));
    socket.on('unexpected-response', (clientRequest: ClientRequest, response: IncomingMessage) => {
      void bodyOf(response).then((body) => {
        resolve({ status: 'refused', httpStatus: response.statusCode ?? 0, body });
        clientRequest.destroy();
        socket.terminate();
        return undefined;
      });
    });
  });
  return { socket, opening };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}

function messageOf(text: string): Message {
  const outcome = decodeMessage(text);
  if (outcome.status === 'message') return outcome.message;
  throw new Error(`not a message: ${outcome.status === 'refused' ? outcome.reason : outcome.status}`);
}

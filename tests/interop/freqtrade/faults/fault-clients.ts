/// <reference lib="esnext.disposable" preserve="true" />
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { eventually } from '../../eventually.ts';

/** What stock consumers send on connecting, half a second apart. */
const REQUESTS = [
  { type: 'subscribe', data: ['whitelist', 'analyzed_df'] },
  { type: 'whitelist' },
  { type: 'analyzed_df', data: { limit: 1500, pair: null } },
];
const APART_MS = 500;

/** A light consumer that asks as a stock one does, compression offered. */
export interface StockClient {
  /** Of each pair, the newest text of the row of each date. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly closedWith: number | undefined;
}

export interface StockClients extends AsyncDisposable {
  readonly clients: readonly StockClient[];
}

/** Connects so many at once, and resolves when all are open. */
export async function stockClients(
  count: number,
  target: { readonly port: number; readonly token: string },
): Promise<StockClients> {
  const clients = Array.from({ length: count }, () => stockClient(target));
  await eventually('all clients connected', () => (clients.every(({ isOpen }) => isOpen()) ? true : undefined));
  return {
    clients,
    async [Symbol.asyncDispose]() {
      for (const { cut } of clients) cut();
    },
  };
}

function stockClient({ port, token }: { readonly port: number; readonly token: string }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/message/ws?token=${token}`, {
    perMessageDeflate: true,
    maxPayload: 8 * 2 ** 20,
  });
  const rows = new Map<string, Map<number, string>>();
  let closedWith: number | undefined;
  socket.on('error', () => {});
  socket.on('close', (code) => (closedWith = code));
  socket.on('message', (data: Buffer) => {
    const { type, data: content } = JSON.parse(data.toString('utf8'));
    if (type !== 'analyzed_df') return;
    const [pair] = content.key;
    const { ['__value__']: text } = content.df;
    rows.set(pair, rowTexts(text, rows.get(pair)));
  });
  socket.on('open', () => void ask(socket));
  return {
    rows,
    get closedWith() {
      return closedWith;
    },
    isOpen: () => socket.readyState === WebSocket.OPEN,
    cut: () => socket.terminate(),
  };
}

async function ask(socket: WebSocket): Promise<void> {
  for (const request of REQUESTS) {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify(request));
    await setTimeout(APART_MS);
  }
}

/** The rows of a frame's text by date, added to those that are known. */
export function rowTexts(text: string, known = new Map<number, string>()): Map<number, string> {
  const { columns, data }: { readonly columns: string[]; readonly data: readonly (readonly number[])[] } =
    JSON.parse(text);
  const date = columns.indexOf('date');
  for (const row of data) known.set(row[date], JSON.stringify(row));
  return known;
}

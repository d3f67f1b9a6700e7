/// <reference lib="esnext.disposable" preserve="true" />
import { createApiServer } from '../../../../src/api/index.ts';
import type { AnyFrame } from '../../../../src/frame/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../../../src/market/index.ts';
import { Producer, type ProducerOptions } from '../../../../src/producer/index.ts';
import { silentLogger } from '../../../../src/util/logger.ts';
import { encodeFrame, type MessageSocket } from '../../../../src/wire/index.ts';
import { apiSettings } from '../../../e2e/wire-scene.ts';
import { eventually, PATIENCE_MS } from '../../eventually.ts';
import { differenceFromPublished } from '../compare/cells-as-pandas-reads.ts';
import { type StockPeer, untilStockHas } from '../peer/stock-peer.ts';

/** Stock consumers put it into the URL as it is. */
export const PLAIN_TOKEN = 'a_token_without_special_characters';

/** What is stamped on every frame: when it was analyzed. */
export const ANALYZED_AT = Date.UTC(2026, 0, 6, 12, 0, 1, 234);

/** What went over one connection. */
export interface Traffic {
  readonly requests: readonly string[];
  /** Lengths of the messages that were sent. */
  readonly sent: readonly number[];
}

/** Our producer on a socket, with all that is asked of it, and how much it answers. */
export interface WatchedProducer extends AsyncDisposable {
  readonly producer: Producer;
  readonly port: number;
  readonly connections: readonly Traffic[];
  /** The requests of the newest connection. */
  readonly requests: readonly string[];
  publish(key: PairKey, frame: AnyFrame): void;
  /** What is published meanwhile reaches nobody, as if it had been lost. */
  losing(publish: () => void): void;
}

export async function watchedProducer(
  pairs: readonly string[],
  options: { readonly port?: number; readonly limits?: ProducerOptions } = {},
): Promise<WatchedProducer> {
  const producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', ...options.limits });
  producer.setWhitelist(pairs.map(parsePair));
  const connections: { readonly requests: string[]; readonly sent: number[] }[] = [];
  let isLosing = false;
  const api = await createApiServer({
    settings: { ...apiSettings, wsTokens: [PLAIN_TOKEN], listenPort: options.port ?? 0 },
    logger: silentLogger,
    acceptMessageSocket(socket) {
      const traffic = { requests: [] as string[], sent: [] as number[] };
      connections.push(traffic);
      const events = producer.attach(watched(socket, traffic.sent, () => isLosing));
      return {
        onMessage(text) {
          traffic.requests.push(text);
          events.onMessage(text);
        },
        onBinary: (bytes) => events.onBinary(bytes),
        onClose: (code, reason) => events.onClose(code, reason),
      };
    },
  });
  const { port } = await api.listen();
  return {
    producer,
    port,
    connections,
    get requests() {
      return connections.at(-1)?.requests ?? [];
    },
    publish: (key, frame) => void producer.publish({ key, frame, lastAnalyzed: ANALYZED_AT }, { newCandle: true }),
    losing(publish) {
      isLosing = true;
      try {
        publish();
      } finally {
        isLosing = false;
      }
    },
    async [Symbol.asyncDispose]() {
      producer.close();
      await api.close();
    },
  };
}

function watched(socket: MessageSocket, sent: number[], isLosing: () => boolean): MessageSocket {
  return {
    remote: socket.remote,
    get bufferedBytes() {
      return socket.bufferedBytes;
    },
    sendText(utf8, onSent) {
      if (isLosing()) return onSent?.();
      sent.push(utf8.length);
      socket.sendText(utf8, onSent);
    },
    sendBinary: (bytes, onSent) => socket.sendBinary(bytes, onSent),
    close: (code, reason) => socket.close(code, reason),
  };
}

/** A frame that was published under a key. */
export interface Published {
  readonly key: PairKey;
  readonly frame: AnyFrame;
}

/**
 * Waits until the stock consumer's copies of these frames are all that pandas' reader can hold of them: the newest state may come
 * in several messages. Says what differs where they do not become so. `patienceMs` is for all of it.
 */
export async function untilCopied(
  peer: StockPeer,
  producer: string,
  published: readonly Published[],
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const began = performance.now();
  await untilStockHas(peer, published, { producer, patienceMs });
  const differing = async () => {
    const differences = await Promise.all(published.map((each) => copyDifference(peer, producer, each)));
    return differences.filter((difference) => difference !== undefined);
  };
  await eventually(
    'copies at the stock consumer without a difference',
    async () => ((await differing()).length === 0 ? true : undefined),
    { patienceMs: patienceMs - (performance.now() - began), seen: differing },
  );
}

async function copyDifference(peer: StockPeer, producer: string, { key, frame }: Published) {
  const copy = await peer.copy(key, producer);
  if (copy.lastAnalyzed !== ANALYZED_AT) return `${key.pair}: analyzed at ${copy.lastAnalyzed}`;
  const difference = differenceFromPublished(frame, copy);
  return difference === undefined ? undefined : `${key.pair} ${key.timeframe}: ${difference}`;
}

/** The text of a frame within a message of ours. */
export function writtenFrame(frame: AnyFrame): string {
  return encodeFrame(frame).df['__value__'];
}

import { createApiServer } from '../../src/api/index.ts';
import type { AnyFrame } from '../../src/frame/index.ts';
import { type Pair, parsePair } from '../../src/market/index.ts';
import { Producer } from '../../src/producer/index.ts';
import { yieldTurn } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/logger.ts';
import type { MessageSocket } from '../../src/wire/index.ts';
import { FIVE_MINUTES, analyzedFrame } from '../frames/analyzed-frame.ts';
import { now } from './messages.ts';

const settings = {
  listenIpAddress: '127.0.0.1',
  listenPort: 0,
  jwtSecretKey: undefined,
  username: undefined,
  password: undefined,
  corsOrigins: [],
};

/** A producer on a free port of this machine. Its frames are windows that move on by a row with each candle. */
export interface BenchProducer {
  readonly port: number;
  readonly pairs: readonly Pair[];
  /** Bytes of messages handed to sockets so far. */
  readonly sentBytes: number;
  /** Shows every pair's window from row `candle` on, and tells when each was handed over. */
  emit(candle: number): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export async function startProducer(options: {
  readonly pairs: number;
  readonly rows: number;
  readonly candles: number;
  readonly wsToken: string;
}): Promise<BenchProducer> {
  const { rows, candles, wsToken } = options;
  const pairs = Array.from({ length: options.pairs }, (_, i) => parsePair(`COIN${i}/USDT`));
  const frames = new Map(pairs.map((pair) => [pair, analyzedFrame(rows + candles, { seed: pair })]));
  const producer = new Producer({ timeframe: FIVE_MINUTES, candleType: 'spot' });
  producer.setWhitelist(pairs);
  let sentBytes = 0;
  const server = await createApiServer({
    settings: { ...settings, wsTokens: [wsToken] },
    logger: silentLogger,
    acceptMessageSocket: (socket) => producer.attach(counting(socket, (bytes) => (sentBytes += bytes))),
  });
  const { port } = await server.listen();

  const publish = (pair: Pair, frame: AnyFrame) =>
    producer.publish(
      { key: { pair, timeframe: FIVE_MINUTES, candleType: 'spot' }, frame, lastAnalyzed: Date.now() },
      { newCandle: true },
    );
  return {
    port,
    pairs,
    get sentBytes() {
      return sentBytes;
    },
    async emit(candle) {
      const emittedAt = new Map<string, number>();
      for (const [pair, frame] of frames) {
        emittedAt.set(pair, now());
        publish(pair, frame.slice(candle, candle + rows));
        // As a bot does between pairs.
        await yieldTurn();
      }
      return emittedAt;
    },
    async close() {
      producer.close();
      await server.close();
    },
  };
}

function counting(socket: MessageSocket, count: (bytes: number) => void): MessageSocket {
  return {
    remote: socket.remote,
    get bufferedBytes() {
      return socket.bufferedBytes;
    },
    sendText(utf8, onSent) {
      count(utf8.byteLength);
      socket.sendText(utf8, onSent);
    },
    sendBinary(bytes, onSent) {
      count(bytes.byteLength);
      socket.sendBinary(bytes, onSent);
    },
    close: (code, reason) => socket.close(code, reason),
  };
}

/// <reference lib="esnext.disposable" preserve="true" />
import { type CandleType, type Pair, type PairKey, parsePair, parseTimeframe } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { Topic, Want } from '../wire/index.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerEvent, FrameUpdate } from './consumer-event.ts';
import { badOption, type ConsumerOptions, type ProducerAddress } from './consumer-options.ts';
import type { OpenSocket } from './consumer-socket.ts';
import type { CopyView } from './frame-store.ts';
import { UpdateQueue } from './update-queue.ts';

/** Where to connect, and how to behave. */
export interface ClientOptions extends Omit<ProducerAddress, 'name' | 'port'>, ConsumerOptions {
  /** Default `default`. */
  readonly name?: string;
  /** Default 8080. */
  readonly port?: number;
  /** Topics to hear besides the frames: they arrive as `announcement` events. */
  readonly topics?: readonly Topic[];
  /** Every event as it happens. What it throws is logged, or without a logger thrown into the process; the connection goes on. */
  readonly onEvent?: (event: ConsumerEvent) => void;
  readonly logger?: Logger;
  /** Candles close by it: where the producer's market is not at wall time, its clock. Default: wall time. */
  readonly marketClock?: Clock;
  /** How sockets are opened. */
  readonly openSocket: OpenSocket;
}

/** A connection to one producer, without a bot around it. */
export interface ProducerClient extends AsyncDisposable {
  /**
   * Each frame as it changes, for as long as the client is open. A loop that is slower than the producer skips to the newest
   * state of each frame; nothing queues up without bound. Every call is a loop of its own.
   */
  updates(): AsyncIterableIterator<FrameUpdate>;
  /** The producer's whitelist as last heard. */
  pairs(): readonly Pair[];
  /** Every frame of which something is known. */
  keys(): readonly PairKey[];
  /**
   * A frame and what it is worth, or why there is none.
   *
   * @throws MarketError MARKET_BAD_PAIR, MARKET_BAD_TIMEFRAME.
   */
  frame(pair: string, timeframe: string, candleType?: CandleType): CopyView;
  readonly connected: boolean;
  /** How the connection and each copy stand: ages, lags and counts, at this moment. */
  status(): ConnectionStatus;
  /**
   * Wants other frames from now on, or other parts of them, if the producer is a Candlecast one; the connection stays. Undefined for
   * all. A copy stays readable, as stale, until the part that is wanted now has come.
   */
  setWant(want: readonly Want[] | undefined): void;
  /** Ends the connection and every `updates()` loop. */
  close(): void;
}

/**
 * Connects to a producer through the sockets that `openSocket` opens, and stays connected until closed. Does not wait: what happens,
 * the connection included, comes as events and updates.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION.
 */
export function openClient(options: ClientOptions): ProducerClient {
  const { name = 'default', port = 8080, onEvent, host, secure = false, wsToken, openSocket, ...others } = options;
  const { ca, fingerprint, ...rest } = others;
  // Plain JavaScript has no type checker to say so.
  if (typeof host !== 'string' || host === '') throw badOption('host', 'a host name or address', host);
  if (typeof wsToken !== 'string' || wsToken === '') {
    throw badOption('wsToken', "one of the producer's api_server.ws_token", wsToken === '' ? '' : typeof wsToken);
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badOption('port', 'an integer from 1 to 65535', port);

  const tell = (event: ConsumerEvent) => {
    try {
      onEvent?.(event);
    } catch (error) {
      if (rest.logger !== undefined) throw error;
      // Nobody would hear of it: like the error of any event listener it goes to the process.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
  const loops = new Set<UpdateQueue>();
  let isClosed = false;
  const known = <T>(found: T | undefined): T => {
    if (found === undefined) throw badOption('name', 'the name of a producer', name);
    return found;
  };
  const consumer = new Consumer({
    ...rest,
    producers: [
      {
        name,
        host,
        port,
        secure,
        wsToken,
        ...(ca === undefined ? {} : { ca }),
        ...(fingerprint === undefined ? {} : { fingerprint }),
      },
    ],
    openSocket,
    onEvent: (event) => {
      if (event.type === 'update') for (const loop of loops) loop.push(event);
      tell(event);
    },
  });
  const close = () => {
    isClosed = true;
    consumer.stop();
    for (const loop of loops) loop.end();
  };
  consumer.start();

  return {
    updates() {
      const loop: UpdateQueue = new UpdateQueue(() => loops.delete(loop));
      if (isClosed) loop.end();
      else loops.add(loop);
      return loop;
    },
    pairs: () => consumer.pairs(name),
    keys: () => consumer.keys(name),
    frame(pair, timeframe, candleType = 'spot') {
      const key = { pair: parsePair(pair), timeframe: parseTimeframe(timeframe), candleType };
      return known(consumer.view(name, key));
    },
    get connected() {
      return consumer.isConnected(name);
    },
    status: () => known(consumer.status(name)),
    setWant: (want) => consumer.setWant(name, want),
    close,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}

import type { ConsumerEvent } from '../consumer/consumer-event.ts';
import type { ConsumerOptions } from '../consumer/consumer-options.ts';
import { openClient, type ProducerClient } from '../consumer/open-client.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { Topic } from '../wire/index.ts';
import { openBrowserSocket } from './browser-socket.ts';
import { type PlaceByHost, type PlaceByUrl, producerPlace } from './producer-place.ts';

/** How to behave towards a producer. */
export interface BrowserOptions extends ConsumerOptions {
  /** One of the producer's `ws_token`. Whoever sees the page can read it. */
  readonly wsToken: string;
  /** By which events name the producer. Default `default`. */
  readonly name?: string;
  /** Topics to hear besides the frames: they arrive as `announcement` events. */
  readonly topics?: readonly Topic[];
  /** Every event as it happens. What it throws is logged, or without a logger thrown into the page; the connection goes on. */
  readonly onEvent?: (event: ConsumerEvent) => void;
  readonly logger?: Logger;
  /** Candles close by it: where the producer's market is not at wall time, its clock. Default: wall time. */
  readonly marketClock?: Clock;
}

/** Where to connect, and how to behave. */
export type ConnectOptions = BrowserOptions & (PlaceByUrl | PlaceByHost);

/**
 * Connects a page or a web worker to a producer, a stock freqtrade bot or a Candlecast one, and stays connected until closed. Does
 * not wait: what happens, the connection included, comes as events and updates. Browsers do not say why a connection never opened:
 * it is told as `unreachable`, a refused token too.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION.
 */
export function connect(options: ConnectOptions): ProducerClient {
  const { url: _url, host: _host, port: _port, secure: _secure, ...behaviour } = options;
  const { url, ...address } = producerPlace(options);
  return openClient({
    ...behaviour,
    ...address,
    openSocket: (target, events) => openBrowserSocket(url === undefined ? target : { ...target, url }, events),
  });
}

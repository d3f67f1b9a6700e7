import type { OpenSocket } from './consumer-socket.ts';
import { openNodeSocket } from './node-socket.ts';
import { type ClientOptions, openClient, type ProducerClient } from './open-client.ts';

export type { ProducerClient };

/** Where to connect, and how to behave. */
export interface ConnectOptions extends Omit<ClientOptions, 'openSocket'> {
  /** How sockets are opened. Default: the `ws` library. */
  readonly openSocket?: OpenSocket;
}

/**
 * Connects to a producer, a stock freqtrade bot or a Candlecast one, and stays connected until closed. Does not wait: what
 * happens, the connection included, comes as events and updates.
 *
 * @throws ConsumerError CONSUMER_BAD_OPTION.
 */
export function connect(options: ConnectOptions): ProducerClient {
  return openClient({ ...options, openSocket: options.openSocket ?? openNodeSocket });
}

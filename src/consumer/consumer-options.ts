/** Where a producer is, and the name by which strategies ask for its frames. */
export interface ProducerAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Connect with TLS. Default false. */
  readonly secure?: boolean;
  /** The producer's `ws_token`. Never logged. */
  readonly wsToken: string;
}

/** How a consumer behaves towards its producers: freqtrade's settings, in milliseconds and bytes. */
export interface ConsumerOptions {
  /** Without a message for so long, the producer is pinged. Default 300,000 ms. */
  readonly waitTimeoutMs?: number;
  /** A ping that is not answered for so long ends the connection. Default 10,000 ms. */
  readonly pingTimeoutMs?: number;
  /** Between attempts to connect: about so long at first, up to six times as long while the producer stays away. Default 10,000 ms. */
  readonly sleepTimeMs?: number;
  /** Rows asked for on connecting. Default 1,500, the most that a producer gives; 0 asks for all. */
  readonly initialCandleLimit?: number;
  /** Sets the producer's signals to 0 and its tags to null on arrival. Default false. */
  readonly removeEntryExitSignals?: boolean;
  /** A longer message is refused, and asked for again with fewer rows. Default 8 MiB. */
  readonly messageSizeLimitBytes?: number;
  /** Rows kept of each frame. Default 1,500, as stock consumers keep. */
  readonly maxRows?: number;
}

export type ConsumerSettings = Required<ConsumerOptions>;

/** The options with defaults in the place of what is not given. */
export function consumerSettings(options: ConsumerOptions = {}): ConsumerSettings {
  return {
    waitTimeoutMs: 300_000,
    pingTimeoutMs: 10_000,
    sleepTimeMs: 10_000,
    initialCandleLimit: 1500,
    removeEntryExitSignals: false,
    messageSizeLimitBytes: 8 * 2 ** 20,
    maxRows: 1500,
    ...options,
  };
}

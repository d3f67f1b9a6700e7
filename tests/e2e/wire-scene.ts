import { type ApiServer, type ApiServerSettings, createApiServer, type Listening } from '../../src/api/index.ts';
import { connect, type ConnectOptions, type ConsumerEvent, type ProducerClient } from '../../src/consumer/index.ts';
import type { AnyFrame } from '../../src/frame/index.ts';
import { parsePair, parseTimeframe } from '../../src/market/index.ts';
import { Producer, type ProducerOptions } from '../../src/producer/index.ts';
import { sampleKey } from '../../src/testing/index.ts';
import type { Logger } from '../../src/util/logger.ts';

export const TOKEN = 'a token of some length, with +/?&= in it';

export const apiSettings: ApiServerSettings = {
  listenIpAddress: '127.0.0.1',
  listenPort: 0,
  wsTokens: [TOKEN],
  jwtSecretKey: 'only for this test',
  username: 'user',
  password: 'a password',
  corsOrigins: [],
};

/** A logger that notes what it is told. */
function notingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const note = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => logger,
  };
  return { logger, lines };
}

/** A producer behind a real API server. */
export interface RunningProducer extends AsyncDisposable {
  readonly producer: Producer;
  readonly api: ApiServer;
  readonly port: number;
  readonly lines: readonly string[];
  publish(frame: AnyFrame, pair?: string, timeframe?: string): void;
  /** As a bot stops: the producer, then the server. */
  stop(): Promise<void>;
}

export async function runningProducer(
  options: { readonly settings?: Partial<ApiServerSettings>; readonly limits?: ProducerOptions } = {},
): Promise<RunningProducer> {
  const { logger, lines } = notingLogger();
  const producer = new Producer({ timeframe: parseTimeframe('5m'), candleType: 'spot', logger, ...options.limits });
  producer.setWhitelist([parsePair('BTC/USDT')]);
  const api = await createApiServer({
    settings: { ...apiSettings, ...options.settings },
    logger,
    acceptMessageSocket: (socket, access) => producer.attach(socket, access),
  });
  const { port }: Listening = await api.listen();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    producer.close();
    stopping ??= api.close();
    return stopping;
  };
  return {
    producer,
    api,
    port,
    lines,
    publish: (frame, pair, timeframe) =>
      void producer.publish({ key: sampleKey(pair, timeframe), frame, lastAnalyzed: 5000 }, { newCandle: true }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A consumer and all that it was told. */
export interface WatchedClient extends AsyncDisposable {
  readonly client: ProducerClient;
  readonly events: readonly ConsumerEvent[];
  readonly lines: readonly string[];
  /** Resolves once this holds, looked at after every event. */
  until(isSo: () => boolean): Promise<void>;
  /** Resolves to the first event that passes, of those that came since the last call and those that will. */
  next<T extends ConsumerEvent['type']>(
    type: T,
    passes?: (event: Extract<ConsumerEvent, { readonly type: T }>) => boolean,
  ): Promise<Extract<ConsumerEvent, { readonly type: T }>>;
  /** The copy of a pair, whatever it is worth. */
  frame(pair?: string, timeframe?: string): AnyFrame;
}

export function watchedClient(port: number, options: Partial<ConnectOptions> = {}): WatchedClient {
  const { logger, lines } = notingLogger();
  const events: ConsumerEvent[] = [];
  const looks = new Set<() => void>();
  const client = connect({
    host: '127.0.0.1',
    port,
    wsToken: TOKEN,
    sleepTimeMs: 250,
    logger,
    ...options,
    onEvent: (event) => {
      events.push(event);
      for (const look of looks) look();
    },
  });
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo()) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    });
  let seen = 0;
  return {
    client,
    events,
    lines,
    until,
    async next<T extends ConsumerEvent['type']>(
      type: T,
      passes: (event: Extract<ConsumerEvent, { readonly type: T }>) => boolean = () => true,
    ) {
      const isIt = (event: ConsumerEvent): event is Extract<ConsumerEvent, { readonly type: T }> => event.type === type;
      let found: Extract<ConsumerEvent, { readonly type: T }> | undefined;
      await until(() => {
        for (; seen < events.length && found === undefined; seen++) {
          const event = events[seen];
          if (isIt(event) && passes(event)) found = event;
        }
        return found !== undefined;
      });
      if (found === undefined) throw new Error('a condition was met by nothing');
      return found;
    },
    frame: (pair = 'BTC/USDT', timeframe = '5m') => client.frame(pair, timeframe).frame,
    async [Symbol.asyncDispose]() {
      client.close();
    },
  };
}

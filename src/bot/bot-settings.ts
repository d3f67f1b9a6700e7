import type { ApiServerSettings } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import type { ConsumerOptions, ProducerAddress } from '../consumer/index.ts';
import { parsePair, parseTimeframe } from '../market/index.ts';
import type { Want } from '../wire/index.ts';

const MEGABYTE = 2 ** 20;

/** `api_server` as the server takes it. */
export function apiServerSettings({ api_server: settings }: Config): ApiServerSettings {
  const { ws_token: token = [] } = settings;
  return {
    listenIpAddress: settings.listen_ip_address,
    listenPort: settings.listen_port,
    wsTokens: typeof token === 'string' ? [token] : token,
    jwtSecretKey: settings.jwt_secret_key,
    username: settings.username,
    password: settings.password,
    corsOrigins: settings.CORS_origins,
    tls: settings.tls,
    metrics: settings.metrics,
    trustedProxies: settings.trusted_proxies,
    failedAttempts: {
      most: settings.failed_attempts.most,
      withinMs: settings.failed_attempts.within_secs * 1000,
      longestWaitMs: settings.failed_attempts.longest_wait_secs * 1000,
    },
  };
}

/** `external_message_consumer` as a consumer takes it: milliseconds and bytes. */
export function consumerSettings(config: Config): ConsumerOptions & { readonly producers: readonly ProducerAddress[] } {
  const { external_message_consumer: settings, candlecast } = config;
  return {
    producers: settings.producers.map(producerAddress),
    waitTimeoutMs: settings.wait_timeout * 1000,
    pingTimeoutMs: settings.ping_timeout * 1000,
    sleepTimeMs: settings.sleep_time * 1000,
    initialCandleLimit: settings.initial_candle_limit,
    removeEntryExitSignals: settings.remove_entry_exit_signals,
    messageSizeLimitBytes: settings.message_size_limit * MEGABYTE,
    maxRows: candlecast.max_candles,
  };
}

type ProducerSettings = Config['external_message_consumer']['producers'][number];

/** Where a producer is, and what is wanted of it. */
function producerAddress({ ws_token: wsToken, want, ...address }: ProducerSettings): ProducerAddress {
  return { ...address, wsToken, ...(want === undefined ? {} : { want: wants(want) }) };
}

/** One want for each pair and timeframe; where none is named, one for all. */
function wants({ pairs, timeframes, ...part }: NonNullable<ProducerSettings['want']>): readonly Want[] {
  const byPair = pairs === undefined ? [{}] : pairs.map((pair) => ({ pair: parsePair(pair) }));
  const byTimeframe =
    timeframes === undefined ? [{}] : timeframes.map((timeframe) => ({ timeframe: parseTimeframe(timeframe) }));
  return byPair.flatMap((pair) => byTimeframe.map((timeframe) => Object.assign({}, pair, timeframe, part)));
}

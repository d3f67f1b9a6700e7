import type { ApiServerSettings } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import type { ConsumerOptions, ProducerAddress } from '../consumer/index.ts';

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
  };
}

/** `external_message_consumer` as a consumer takes it: milliseconds and bytes. */
export function consumerSettings(config: Config): ConsumerOptions & { readonly producers: readonly ProducerAddress[] } {
  const { external_message_consumer: settings, candlecast } = config;
  return {
    producers: settings.producers.map(({ ws_token: wsToken, ...address }) => ({ ...address, wsToken })),
    waitTimeoutMs: settings.wait_timeout * 1000,
    pingTimeoutMs: settings.ping_timeout * 1000,
    sleepTimeMs: settings.sleep_time * 1000,
    initialCandleLimit: settings.initial_candle_limit,
    removeEntryExitSignals: settings.remove_entry_exit_signals,
    messageSizeLimitBytes: settings.message_size_limit * MEGABYTE,
    maxRows: candlecast.max_candles,
  };
}

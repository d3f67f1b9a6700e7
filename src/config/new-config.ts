import { commentedJson, type Hints } from './commented-json.ts';
import { configSchema } from './config-schema.ts';

/** What a bot is to be. */
export type BotRole = 'producer' | 'consumer' | 'bot';

/** What a new config depends on. */
export interface NewConfigChoices {
  readonly role: BotRole;
  readonly botName: string;
  readonly exchange: string;
  readonly tradingMode: 'spot' | 'futures';
  /** None: those of the producers, or of the simulated market; elsewhere two that are usual. */
  readonly pairs: readonly string[];
  readonly strategy?: string | undefined;
  readonly listenIpAddress: string;
  readonly listenPort: number;
  readonly producer: {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    /** Where it isn't known yet, a text that says so takes its place. */
    readonly wsToken?: string | undefined;
  };
}

const defaults = configSchema.parse({});

/** What is chosen where nothing is said: a producer on the simulated market, which needs no account. */
export const defaultChoices: NewConfigChoices = {
  role: 'producer',
  botName: defaults.bot_name,
  exchange: 'simulated',
  tradingMode: defaults.trading_mode,
  pairs: [],
  listenIpAddress: defaults.api_server.listen_ip_address,
  listenPort: defaults.api_server.listen_port,
  producer: { name: 'default', host: '127.0.0.1', port: defaults.api_server.listen_port, secure: false },
};

/** Stands where a consumer's ws_token belongs until its user puts the producer's there. */
export const UNKNOWN_TOKEN = 'put-the-ws_token-of-the-producer-here';

/**
 * The text of a config for a role: what matters for it, commented, the rest in comments to be taken in.
 *
 * @param randomText makes a secret of so many random bytes.
 * @param schema where editors find the JSON Schema.
 */
export function newConfigText(
  choices: NewConfigChoices,
  randomText: (bytes: number) => string,
  schema?: string,
): string {
  const { role, strategy } = choices;
  const settings = {
    ...(schema === undefined ? {} : { $schema: schema }),
    bot_name: choices.botName,
    dry_run: true,
    trading_mode: choices.tradingMode,
    ...(choices.tradingMode === 'futures' ? { margin_mode: 'isolated' } : {}),
    ...(strategy === undefined ? {} : { strategy }),
    ...(role === 'consumer' ? { process_only_new_candles: false } : {}),
    exchange: exchangeOf(choices),
    pairlists: [pairlistOf(choices)],
    ...(role === 'producer' ? { api_server: apiServerOf(choices, randomText) } : {}),
    ...(role === 'consumer' ? { external_message_consumer: consumerOf(choices) } : {}),
    internals: { process_throttle_secs: defaults.internals.process_throttle_secs },
    candlecast: defaults.candlecast,
  };
  return commentedJson(settings, hintsFor(choices));
}

function exchangeOf({ exchange: name, tradingMode, role, pairs }: NewConfigChoices) {
  const usual = tradingMode === 'futures' ? ['BTC/USDT:USDT', 'ETH/USDT:USDT'] : ['BTC/USDT', 'ETH/USDT'];
  const needsNone = name === 'simulated' || name === 'recorded' || role === 'consumer';
  return {
    name,
    pair_whitelist: pairs.length > 0 || needsNone ? pairs : usual,
    pair_blacklist: [],
    ...(name === 'simulated' ? { simulated: { pairs: 20, speed: 1 } } : {}),
    ...(name === 'recorded' ? { recorded: { datadir: 'user_data/data/binance', speed: 60 } } : {}),
  };
}

function pairlistOf({ role, pairs, producer }: NewConfigChoices) {
  if (role !== 'consumer' || pairs.length > 0) return { method: 'StaticPairList' };
  return { method: 'ProducerPairList', producer_name: producer.name };
}

function apiServerOf({ listenIpAddress, listenPort }: NewConfigChoices, randomText: (bytes: number) => string) {
  return {
    enabled: true,
    listen_ip_address: listenIpAddress,
    listen_port: listenPort,
    ws_token: randomText(32),
    jwt_secret_key: randomText(32),
    username: 'candlecast',
    password: randomText(16),
  };
}

function consumerOf({ producer }: NewConfigChoices) {
  const { name, host, port, secure, wsToken = UNKNOWN_TOKEN } = producer;
  return { enabled: true, producers: [{ name, host, port, secure, ws_token: wsToken }] };
}

function hintsFor({ role, strategy }: NewConfigChoices): Hints {
  const section = 'external_message_consumer';
  return {
    ...(strategy === undefined ? { strategy: 'MyStrategy' } : {}),
    timeframe: '5m',
    ...(role === 'producer' ? { 'api_server.CORS_origins': undefined } : {}),
    ...(role === 'consumer'
      ? {
          [`${section}.wait_timeout`]: undefined,
          [`${section}.ping_timeout`]: undefined,
          [`${section}.sleep_time`]: undefined,
          [`${section}.remove_entry_exit_signals`]: undefined,
          [`${section}.initial_candle_limit`]: undefined,
          [`${section}.message_size_limit`]: undefined,
        }
      : {}),
  };
}

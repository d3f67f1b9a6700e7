import { z } from 'zod';
import { consumerSchema } from './consumer-schema.ts';
import { exchangeSchema } from './exchange-schema.ts';
import { host, secret, secretText, text, timeframe } from './setting-types.ts';

const apiServerSchema = z.object({
  enabled: z.boolean().default(false),
  listen_ip_address: host.default('127.0.0.1'),
  listen_port: z
    .int()
    .min(0)
    .max(65_535)
    .refine((port) => port === 0 || port >= 1024)
    // freqtrade's own range begins at 1024.
    .meta({ allowed: '1024 to 65535, or 0 for any free port' })
    .default(8080),
  verbosity: z.enum(['error', 'info']).default('error'),
  enable_openapi: z.boolean().default(false),
  jwt_secret_key: secretText.exactOptional(),
  CORS_origins: z.array(z.string()).default([]),
  // Empty ones, as freqtrade writes them where the server is off, are refused where it is on.
  username: z.string().exactOptional(),
  password: secret(z.string()).exactOptional(),
  ws_token: z
    .union([secretText, z.array(secretText)])
    .meta({ secret: true, allowed: 'any text but "", or an array of such' })
    .exactOptional(),
});

const pairlistSchema = z.object({
  method: z.enum(['StaticPairList']).meta({
    notYet: [
      'AgeFilter',
      'CrossMarketPairList',
      'DelistFilter',
      'FullTradesFilter',
      'MarketCapPairList',
      'OffsetFilter',
      'PercentChangePairList',
      'PerformanceFilter',
      'PrecisionFilter',
      'PriceFilter',
      'ProducerPairList',
      'RangeStabilityFilter',
      'RemotePairList',
      'ShuffleFilter',
      'SpreadFilter',
      'VolatilityFilter',
      'VolumePairList',
    ],
  }),
});

/**
 * Every setting that Candlecast reads: its freqtrade name, type, range and default. The only place that states a
 * default. Unknown keys pass and are dropped; `checkKeys` reports them.
 */
export const configSchema = z.object({
  bot_name: z.string().default('candlecast'),
  trading_mode: z
    .enum(['spot', 'futures'])
    .meta({ notYet: ['margin'] })
    .default('spot'),
  margin_mode: z.enum(['isolated', 'cross', '']).exactOptional(),
  stake_currency: text.exactOptional(),
  timeframe: timeframe.exactOptional(),
  strategy: text.exactOptional(),
  strategy_path: text.exactOptional(),
  user_data_dir: text.exactOptional(),
  // The default of exchange.recorded.datadir.
  datadir: text.exactOptional(),
  process_only_new_candles: z.boolean().exactOptional(),
  dry_run: z.boolean().default(true),
  max_open_trades: z.int().min(-1).meta({ allowed: 'at least 0, or -1 for no limit' }).exactOptional(),
  initial_state: z.enum(['running', 'stopped', 'paused']).default('running'),
  internals: z
    .object({
      // freqtrade takes whole seconds; a part of one serves compressed time.
      process_throttle_secs: z.number().min(0.1).default(5),
      heartbeat_interval: z.int().min(0).default(60),
    })
    .prefault({}),
  exchange: exchangeSchema.exactOptional(),
  pairlists: z.array(pairlistSchema).default([{ method: 'StaticPairList' }]),
  api_server: apiServerSchema.prefault({}),
  external_message_consumer: consumerSchema.prefault({}),
  candlecast: z
    .object({
      // The rows that a producer holds for each pair.
      max_candles: z.int().min(100).max(100_000).default(1500),
    })
    .prefault({}),
});

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/**
 * A validated config: freqtrade's keys, with the defaults filled in. Settings without a default are absent when no
 * file sets them.
 */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

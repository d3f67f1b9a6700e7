import { z } from 'zod';
import { apiServerSchema } from './api-server-schema.ts';
import { consumerSchema } from './consumer-schema.ts';
import { exchangeSchema } from './exchange-schema.ts';
import { pairlistSchema } from './pairlist-schema.ts';
import { absentIfNull, text, timeframe } from './setting-types.ts';
import { tradeSettings } from './trade-schema.ts';

/**
 * Every setting that Candlecast reads: its freqtrade name, type, range, default and what it is for. The only place that states a
 * default. Unknown keys pass and are dropped; `checkKeys` reports them.
 */
export const configSchema = z.object({
  add_config_files: z
    .array(text)
    .exactOptional()
    .describe('Further config files, relative to this one, which wins over them; of several, a later one wins.'),
  bot_name: z.string().default('candlecast').describe('What the bot calls itself in events and to its clients.'),
  trading_mode: z
    .enum(['spot', 'futures'])
    .meta({ notYet: ['margin'] })
    .default('spot')
    .describe('Which markets are traded, and so which candles are fetched.'),
  margin_mode: z.enum(['isolated', 'cross', '']).exactOptional().describe('How futures positions share their margin.'),
  stake_currency: text
    .exactOptional()
    .describe('The currency that trades are paid with; pairs against another are left out.'),
  timeframe: timeframe.exactOptional().describe("The timeframe of the candles; the strategy's own unless set."),
  startup_candle_count: z
    .int()
    .min(0)
    .exactOptional()
    .describe("Candles that the indicators need before their values hold; the strategy's own unless set."),
  process_only_new_candles: z
    .boolean()
    .exactOptional()
    .describe("Whether a pair is analyzed only when a candle has closed; the strategy's own unless set."),
  ...tradeSettings,
  strategy: absentIfNull(text).exactOptional().describe("The strategy's name, or the path of its file."),
  strategy_path: text.exactOptional().describe('A folder to look strategies up in before any other.'),
  user_data_dir: text.default('user_data').describe('The folder of strategies/ and data/.'),
  // The default of exchange.recorded.datadir.
  datadir: text
    .exactOptional()
    .describe("The folder of the candles; user_data_dir/data/<the exchange's name> unless set."),
  dataformat_ohlcv: z
    .enum(['feather', 'json', 'jsongz'])
    .meta({ notYet: ['parquet'] })
    .default('feather')
    .describe('The format in which downloaded candles are written.'),
  dry_run: z.boolean().default(true).describe('Whether trades are only played, without orders at the exchange.'),
  // freqtrade takes parts of a trade too, and opens one more while fewer than that are open.
  max_open_trades: z
    .number()
    .min(-1)
    .meta({ allowed: 'at least 0, or -1 for no limit' })
    .exactOptional()
    .describe('The most trades that are open at once.'),
  initial_state: z.enum(['running', 'stopped', 'paused']).default('running').describe('The state to start in.'),
  verbosity: z
    .int()
    .min(0)
    .default(0)
    .describe('How much is logged; from 1 on also what only matters when something is looked into.'),
  internals: z
    .object({
      // freqtrade takes whole seconds; a part of one serves compressed time.
      process_throttle_secs: z
        .number()
        .min(0.1)
        .meta({ live: true })
        .default(5)
        .describe('Seconds between two rounds while nothing is due, and before a failed one is tried again.'),
      heartbeat_interval: z
        .int()
        .min(0)
        .meta({ live: true })
        .default(60)
        .describe('Seconds between two log lines that say the bot is alive; 0 for none.'),
    })
    .prefault({})
    .describe("The bot's own pace."),
  exchange: exchangeSchema.exactOptional().describe('Where candles come from, and which pairs.'),
  pairlists: z
    .array(pairlistSchema)
    .min(1)
    .meta({ allowed: 'one pair list or more', live: true })
    .prefault([{ method: 'StaticPairList' }])
    .describe('How the pairs are found: the first makes the list, each further one filters or sorts it.'),
  api_server: apiServerSchema.prefault({}).describe("The bot's own server: what makes it a producer."),
  external_message_consumer: consumerSchema
    .prefault({})
    .describe('The producers to listen to: what makes the bot a consumer.'),
  candlecast: z
    .object({
      // The rows that a producer holds for each pair.
      max_candles: z
        .int()
        .min(100)
        .max(100_000)
        .default(1500)
        .describe('The rows of each frame that a producer publishes and a consumer keeps.'),
      market_time: z
        .object({
          speed: z.number().gt(0).default(1).describe("How many times as fast as the wall's time the market's runs."),
          anchor_ms: z.number().describe('The market time, in ms, at wall time anchor_wall_ms.'),
          anchor_wall_ms: z.number().describe('The wall time, in ms, at which market time is anchor_ms.'),
        })
        .exactOptional()
        .describe(
          "The time of an exchange that is reached through ccxt, where it isn't the wall's; `serve-market` tells its own.",
        ),
    })
    .prefault({})
    .describe("Candlecast's own settings."),
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

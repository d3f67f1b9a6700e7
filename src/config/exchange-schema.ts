import { z } from 'zod';
import { absentIfNull, moment, secret, text } from './setting-types.ts';

// The market's time: at wall time `anchor_wall_ms` it is `anchor_ms` (or `start`), and it runs `speed` times as fast as the wall's.
// Bots that share the three live in one market time.
//   simulated  at another speed than 1 and with none of the anchors set, both stand at the start of the current UTC day, so bots
//              with equal settings that start on one day share their time
//   recorded   playing begins when the bot starts, unless `anchor_wall_ms` is set
// A bot logs the two anchors at its start, for another that is to share its time.

const speed = z.number().gt(0).default(1).describe("How many times as fast as the wall's time the market's runs.");
const anchors = {
  anchor_wall_ms: z.number().exactOptional().describe('The wall time, in ms, at which market time is anchor_ms.'),
  anchor_ms: z.number().exactOptional().describe('The market time, in ms, at wall time anchor_wall_ms.'),
};

const simulated = z.object({
  seed: z
    .union([z.string(), z.number()])
    .meta({ allowed: 'any text or number' })
    .default('candlecast')
    .describe('What the prices follow from: equal seeds, equal prices.'),
  pairs: z.int().min(1).max(2000).default(20).describe('How many pairs there are where no whitelist names them.'),
  start: moment.exactOptional().describe('The market time at the start, where anchor_ms does not say it.'),
  speed,
  ...anchors,
  ticks_per_minute: z.int().min(4).max(60).default(6).describe('Trades a minute and pair.'),
  volatility: z.number().gt(0).exactOptional().describe('How far prices move.'),
});

const recorded = z.object({
  datadir: text.describe('The folder of the candles; the datadir at the top unless set.'),
  speed,
  start: moment.exactOptional().describe('Where to begin; where every pair has enough candles unless set.'),
  format: z.enum(['auto', 'feather', 'json', 'jsongz']).default('auto').describe("The candle files' format."),
  ...anchors,
});

// freqtrade takes patterns such as ".*/USDT" too, so a pair's form can't be checked here.
const pairs = z.array(text.meta({ allowed: 'a pair such as "BTC/USDT"' })).meta({ live: true });

const credential = absentIfNull(secret(z.string())).exactOptional();
const ccxtOptions = z.record(z.string(), z.unknown()).meta({ foreign: true }).default({});

/** `exchange`. `simulated` and `recorded` are Candlecast's own exchanges; any other name is one of ccxt's. */
export const exchangeSchema = z.object({
  name: text
    .meta({ allowed: '"simulated", "recorded" or the name of an exchange in ccxt' })
    .describe('The exchange: simulated, recorded, or the name of one in ccxt.'),
  pair_whitelist: pairs.default([]).describe('Pairs, or patterns of such, to work on.'),
  pair_blacklist: pairs.default([]).describe('Pairs, or patterns of such, to leave out whatever lists them.'),
  key: credential.describe("The account's API key."),
  secret: credential.describe("The API key's secret."),
  password: credential.describe("The API key's password, which some exchanges have."),
  uid: credential.describe("The account's number, which some exchanges ask for."),
  account_id: credential.describe("The account's id, which some exchanges ask for."),
  wallet_address: credential.describe("The wallet's address, at decentral exchanges."),
  private_key: credential.describe("The wallet's private key, at decentral exchanges."),
  ccxt_config: ccxtOptions.describe("Options of ccxt's own, given to its exchange class."),
  ccxt_async_config: ccxtOptions.describe('The same; what it sets wins over ccxt_config.'),
  ccxt_sync_config: ccxtOptions.describe("Options for ccxt's synchronous classes, of which Candlecast uses none."),
  enable_ws: z.boolean().default(true).describe('Whether candles come over websockets where the exchange has them.'),
  markets_refresh_interval: z
    .int()
    .min(1)
    .default(60)
    .describe("Minutes after which the exchange's markets are read anew."),
  skip_open_order_update: z.boolean().default(false).describe('Whether open orders are not looked up at the start.'),
  unknown_fee_rate: z.number().exactOptional().describe('The fee, as a share, where the exchange tells none.'),
  log_responses: z.boolean().default(false).describe("Whether the exchange's answers are logged, to look into faults."),
  simulated: simulated.prefault({}).describe('The simulated exchange: a seeded market.'),
  recorded: recorded.exactOptional().describe('The recorded exchange: candles of a folder, played.'),
});

import { z } from 'zod';
import { absentIfNull, text, timeframe } from './setting-types.ts';

const count = z.int().min(0);
const share = z.number().min(0);
const price = z.number().min(0);

/** `seconds` is freqtrade's default for the list. */
function refreshPeriod(seconds: number) {
  return z.number().min(0).default(seconds).describe('Seconds after which the list is made anew.');
}

const lookbackDays = absentIfNull(count)
  .exactOptional()
  .describe('Daily candles to look back at; stands for lookback_period with a lookback_timeframe of 1d.');
const lookbackTimeframe = timeframe.default('1d').describe('The timeframe of the candles to look back at.');

const staticList = z.object({
  method: z.literal('StaticPairList').describe('The pairs of exchange.pair_whitelist, in their order.'),
  allow_inactive: z.boolean().default(false).describe('Whether pairs that the exchange has suspended stay in.'),
});

const volumeList = z.object({
  method: z.literal('VolumePairList').describe('The pairs with the highest traded volume, highest first.'),
  number_assets: z.int().min(1).describe('How many pairs.'),
  sort_key: z.enum(['quoteVolume']).default('quoteVolume').describe('What they are sorted by.'),
  min_value: price.default(0).describe('The least volume, in the quote currency.'),
  max_value: absentIfNull(price).exactOptional().describe('The most volume, in the quote currency.'),
  refresh_period: refreshPeriod(1800),
  lookback_days: lookbackDays,
  lookback_timeframe: lookbackTimeframe,
  lookback_period: count
    .default(0)
    .describe("Candles whose volume is added up; with 0, the exchange's own 24 hours count."),
});

const producerList = z.object({
  method: z.literal('ProducerPairList').describe("The pairs of a producer's whitelist."),
  number_assets: count.default(0).describe('How many of them, from the first one on; 0 for all.'),
  producer_name: text.default('default').describe('Which of external_message_consumer.producers.'),
});

const ageFilter = z.object({
  method: z.literal('AgeFilter').describe('Leaves out pairs that are listed for too short or too long a time.'),
  min_days_listed: z.int().min(1).default(10).describe('The fewest days since the first candle.'),
  max_days_listed: absentIfNull(z.int().min(1)).exactOptional().describe('The most days since the first candle.'),
});

const priceFilter = z.object({
  method: z.literal('PriceFilter').describe('Leaves out pairs by their price.'),
  low_price_ratio: share
    .default(0)
    .describe('The largest share of the price that its smallest step may be; 0 for any.'),
  min_price: price.default(0).describe('The lowest price; 0 for any.'),
  max_price: price.default(0).describe('The highest price; 0 for any.'),
  max_value: price.default(0).describe('The highest value of the smallest amount that can be traded; 0 for any.'),
});

const spreadFilter = z.object({
  method: z.literal('SpreadFilter').describe('Leaves out pairs whose ask is too far above their bid.'),
  max_spread_ratio: share.default(0.005).describe('The largest spread, as a share of the ask; 0 for any.'),
});

const volatilityFilter = z.object({
  method: z.literal('VolatilityFilter').describe("Leaves out pairs whose closes' volatility is too low or too high."),
  lookback_days: lookbackDays,
  lookback_timeframe: lookbackTimeframe,
  lookback_period: absentIfNull(count).exactOptional().describe('Candles to look back at; 10 days unless given.'),
  min_volatility: share.default(0).describe('The lowest volatility.'),
  max_volatility: absentIfNull(share).exactOptional().describe('The highest volatility; any unless given.'),
  refresh_period: refreshPeriod(1440),
  sort_direction: absentIfNull(z.enum(['asc', 'desc']))
    .exactOptional()
    .describe('Sorts the pairs by their volatility; they keep their order unless given.'),
});

const offsetFilter = z.object({
  method: z.literal('OffsetFilter').describe('Leaves out the first pairs.'),
  offset: count.default(0).describe('How many.'),
  number_assets: count.default(0).describe('How many are kept after that; 0 for all.'),
});

const shuffleFilter = z.object({
  method: z.literal('ShuffleFilter').describe('Puts the pairs into a random order.'),
  shuffle_frequency: z
    .enum(['candle', 'iteration'])
    .default('candle')
    .describe('Whether they change their order with every candle or every time they are used.'),
  seed: absentIfNull(z.int()).exactOptional().describe('Makes the order the same in every run.'),
});

/** One of `pairlists`: freqtrade's handler of that `method`, with its settings and defaults. */
export const pairlistSchema = z
  .discriminatedUnion('method', [
    staticList,
    volumeList,
    producerList,
    ageFilter,
    offsetFilter,
    priceFilter,
    shuffleFilter,
    spreadFilter,
    volatilityFilter,
  ])
  .meta({
    casesBy: 'method',
    notYet: [
      'CrossMarketPairList',
      'DelistFilter',
      'FullTradesFilter',
      'MarketCapPairList',
      'PairInformationFilter',
      'PercentChangePairList',
      'PerformanceFilter',
      'PrecisionFilter',
      'RangeStabilityFilter',
      'RemotePairList',
    ],
  });

/** The settings of one of `pairlists`, defaults filled in; `method` tells which. */
export type PairlistConfig = Readonly<z.output<typeof pairlistSchema>>;

/** The methods that can stand first: they make a list, where the others only filter or sort one. */
export const pairlistGenerators: readonly PairlistConfig['method'][] = [
  'StaticPairList',
  'VolumePairList',
  'ProducerPairList',
];

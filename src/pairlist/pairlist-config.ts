/** The pairs of `exchange.pair_whitelist`, in their order. */
export interface StaticPairListConfig {
  readonly method: 'StaticPairList';
  /** Whether pairs that are not traded at present, or against another currency than the stake, stay in. */
  readonly allow_inactive: boolean;
}

/** How far back candles are read: so many of a timeframe, or so many days. */
export interface LookbackConfig {
  readonly lookback_days?: number | undefined;
  readonly lookback_timeframe: string;
  /** 0 is the same as none. */
  readonly lookback_period?: number | undefined;
}

/** The pairs with the highest traded volume. */
export interface VolumePairListConfig extends LookbackConfig {
  readonly method: 'VolumePairList';
  readonly number_assets: number;
  readonly sort_key: 'quoteVolume';
  /** In the quote currency, itself excluded; 0 for none. */
  readonly min_value: number;
  /** In the quote currency, itself excluded. */
  readonly max_value?: number | undefined;
  /** Seconds. */
  readonly refresh_period: number;
}

/** The pairs of a producer's whitelist. Several of these, one for each producer, make one list. */
export interface ProducerPairListConfig {
  readonly method: 'ProducerPairList';
  /** 0 for all. */
  readonly number_assets: number;
  readonly producer_name: string;
}

/** Pairs that are listed for long enough. */
export interface AgeFilterConfig {
  readonly method: 'AgeFilter';
  readonly min_days_listed: number;
  readonly max_days_listed?: number | undefined;
}

/** Pairs whose price suits. 0 leaves each check out. */
export interface PriceFilterConfig {
  readonly method: 'PriceFilter';
  /** The largest share of the price that its smallest step may be. */
  readonly low_price_ratio: number;
  readonly min_price: number;
  readonly max_price: number;
  /** What one step of the amount may be worth at most. */
  readonly max_value: number;
}

/** Pairs whose ask is not too far above their bid. */
export interface SpreadFilterConfig {
  readonly method: 'SpreadFilter';
  /** 1 - bid / ask at most; 0 for any. */
  readonly max_spread_ratio: number;
}

/** Pairs of a certain volatility, sorted by it where asked. */
export interface VolatilityFilterConfig extends LookbackConfig {
  readonly method: 'VolatilityFilter';
  readonly min_volatility: number;
  readonly max_volatility?: number | undefined;
  readonly sort_direction?: 'asc' | 'desc' | undefined;
  /** Seconds. */
  readonly refresh_period: number;
}

/** Pairs from a place in the list on. */
export interface OffsetFilterConfig {
  readonly method: 'OffsetFilter';
  readonly offset: number;
  /** 0 for all. */
  readonly number_assets: number;
}

/** Pairs in a random order. */
export interface ShuffleFilterConfig {
  readonly method: 'ShuffleFilter';
  readonly shuffle_frequency: 'candle' | 'iteration';
  readonly seed?: number | undefined;
}

/** One of freqtrade's `pairlists`, with its names and its defaults filled in. */
export type PairlistConfig =
  | StaticPairListConfig
  | VolumePairListConfig
  | ProducerPairListConfig
  | AgeFilterConfig
  | PriceFilterConfig
  | SpreadFilterConfig
  | VolatilityFilterConfig
  | OffsetFilterConfig
  | ShuffleFilterConfig;

import type { Frame, Schema } from '../frame/index.ts';
import type { Candles, CandleType, Pair, Timeframe } from '../market/index.ts';
import type { DataProvider } from './data-provider.ts';

/** The schema of each informative frame, by timeframe. */
export type InformativeSchemas = Readonly<Record<string, Schema>>;

/** A strategy without informative frames. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- the empty table is what is meant
export type NoInformative = Readonly<Record<never, Schema>>;

/** What every function of a strategy is told besides its frame. */
export interface InformativeContext {
  readonly pair: Pair;
  /** The timeframe of the candles or frame that the function is given. */
  readonly timeframe: Timeframe;
  readonly dp: DataProvider;
}

/** The same, with the analyzed frames of the strategy's other timeframes. */
export interface StrategyContext<I extends InformativeSchemas = InformativeSchemas> extends InformativeContext {
  readonly informative: { readonly [T in keyof I]: Frame<I[T]> };
}

/** Candles that the bot keeps for a strategy to read through `dp.getPairDataframe`. */
export type InformativePair = readonly [pair: string, timeframe: string, candleType?: CandleType];

/** When a trade is closed, apart from exit signals. */
export interface TradeSettings {
  /** Profit as a share of the stake that is enough, from so many minutes after the entry on: `{ 0: 0.04, 30: 0.02 }`. */
  readonly minimalRoi?: Readonly<Record<number, number>>;
  /** The loss, as a share of the entry price, at which a trade is closed: from -1 up to, not including, 0. */
  readonly stoploss?: number;
  /** Whether the stoploss follows the price. */
  readonly trailingStop?: boolean;
  /** The distance at which it follows once there is a profit, as a share of the price. */
  readonly trailingStopPositive?: number;
  /** The profit from which `trailingStopPositive` holds. */
  readonly trailingStopPositiveOffset?: number;
  /** Whether nothing follows before that profit. */
  readonly trailingOnlyOffsetIsReached?: boolean;
}

/** What `defineStrategy` takes. */
export interface StrategyDefinition<
  A extends Schema,
  B extends Schema,
  C extends Schema,
  I extends InformativeSchemas,
> extends TradeSettings {
  /** The name of the file unless given. */
  readonly name?: string;
  /** Of the candles that are analyzed, as in `5m`. */
  readonly timeframe: string;
  /** Candles that the indicators need before their values hold; 0 unless given. */
  readonly startupCandleCount?: number;
  /**
   * Whether a pair is analyzed once a candle, when the candle has closed. True unless given. A consumer sets it to false, since a
   * producer's frame can arrive later than the candle.
   */
  readonly processOnlyNewCandles?: boolean;
  /** Whether `enter_short` counts; false unless given. */
  readonly canShort?: boolean;
  /** Whether producers broadcast the informative frames too; false unless given. */
  readonly broadcastInformative?: boolean;
  /** Other pairs or timeframes whose candles are kept available through `dp`. */
  informativePairs?(dp: DataProvider): readonly InformativePair[];
  /** By timeframe: what becomes of the same pair's candles of it. The frames arrive as `context.informative['1h']`. */
  readonly informative?: {
    readonly [T in keyof I]: (candles: Candles, context: InformativeContext) => Frame<I[T]>;
  };
  /** Candles with the indicators as further columns. */
  populateIndicators(candles: Candles, context: StrategyContext<I>): Frame<A>;
  /** The frame with `enter_long`, `enter_short` and `enter_tag`, those it has. */
  populateEntryTrend(frame: Frame<A>, context: StrategyContext<I>): Frame<B>;
  /** The frame with `exit_long`, `exit_short` and `exit_tag`, those it has. */
  populateExitTrend?(frame: Frame<B>, context: StrategyContext<I>): Frame<C>;
}

/**
 * What `defineStrategy` returns: a checked definition with its defaults filled in. `A` is the schema after `populateIndicators`,
 * `B` after `populateEntryTrend`, `C` of the whole analysis.
 */
export interface Strategy<
  A extends Schema = Schema,
  B extends Schema = Schema,
  C extends Schema = Schema,
  I extends InformativeSchemas = InformativeSchemas,
> extends TradeSettings {
  readonly name: string;
  /** The path of the file that defines it, where the engine tells. */
  readonly file: string | undefined;
  readonly timeframe: Timeframe;
  readonly startupCandleCount: number;
  readonly processOnlyNewCandles: boolean;
  readonly canShort: boolean;
  readonly broadcastInformative: boolean;
  /** The timeframes of `informative`. */
  readonly informativeTimeframes: readonly Timeframe[];
  informativePairs(dp: DataProvider): readonly InformativePair[];
  /** The informative frame of a timeframe; undefined where there is no function for it. */
  populateInformative(
    timeframe: Timeframe,
    candles: Candles,
    context: InformativeContext,
  ): Frame<I[keyof I]> | undefined;
  populateIndicators(candles: Candles, context: StrategyContext<I>): Frame<A>;
  populateEntryTrend(frame: Frame<A>, context: StrategyContext<I>): Frame<B>;
  populateExitTrend(frame: Frame<B>, context: StrategyContext<I>): Frame<C>;
  /** Only for the type checker; never there. */
  readonly [schemasOf]?: { readonly analyzed: C; readonly informative: I };
}

declare const schemasOf: unique symbol;

interface HasSchemas<C, I> {
  readonly [schemasOf]?: { readonly analyzed: C; readonly informative: I };
}

/** Any strategy, whatever its columns. */
export type AnyStrategy = Strategy;

/**
 * The columns of the frames that a strategy makes, for one who reads them: `P` is the type of the strategy, or a schema itself.
 * Of anything else, columns known only at run time.
 */
export type ProducerColumns<P> =
  P extends HasSchemas<infer C extends Schema, InformativeSchemas> ? C : P extends Schema ? P : Schema;

/** The columns of the frames that a strategy makes of another timeframe: `InformativeColumns<typeof producer, '1h'>`. */
export type InformativeColumns<P, T extends string> =
  P extends HasSchemas<Schema, infer I extends InformativeSchemas> ? (T extends keyof I ? I[T] : never) : Schema;

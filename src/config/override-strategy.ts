import { parseTimeframe, type Timeframe } from '../market/index.ts';
import type { Config } from './config-schema.ts';

/** The settings that a strategy and a config both can have, named as a strategy names them. */
export interface StrategySettings {
  readonly timeframe: Timeframe;
  readonly startupCandleCount: number;
  readonly processOnlyNewCandles: boolean;
  readonly minimalRoi?: Readonly<Record<number, number>>;
  readonly stoploss?: number;
  readonly trailingStop?: boolean;
  readonly trailingStopPositive?: number;
  readonly trailingStopPositiveOffset?: number;
  readonly trailingOnlyOffsetIsReached?: boolean;
}

/** What holds where both were asked. */
export interface EffectiveStrategySettings extends StrategySettings {
  readonly minimalRoi: Readonly<Record<number, number>>;
  readonly trailingStop: boolean;
  readonly trailingStopPositiveOffset: number;
  readonly trailingOnlyOffsetIsReached: boolean;
}

/** Who said it. */
export type SettingOrigin = 'config' | 'strategy' | 'default';

export interface OverriddenStrategy {
  readonly settings: EffectiveStrategySettings;
  /** For each setting that has a value. */
  readonly origins: ReadonlyMap<keyof StrategySettings, SettingOrigin>;
}

/** No profit is enough. */
const NO_ROI = {};

/**
 * A strategy's settings as a config changes them: what the config sets wins, then what the strategy sets, then freqtrade's default.
 * A `stoploss` or `trailingStopPositive` that nobody sets is absent.
 *
 * @throws MarketError MARKET_BAD_TIMEFRAME.
 */
export function overrideStrategy(config: Config, strategy: StrategySettings): OverriddenStrategy {
  const origins = new Map<keyof StrategySettings, SettingOrigin>();
  const choose = <Value>(name: keyof StrategySettings, ...values: Choice<Value>): Value => {
    const [inConfig, inStrategy, byDefault] = values;
    origins.set(name, inConfig !== undefined ? 'config' : inStrategy !== undefined ? 'strategy' : 'default');
    return inConfig ?? inStrategy ?? byDefault;
  };
  const chooseIfAny = <Value>(name: keyof StrategySettings, inConfig?: Value, inStrategy?: Value): Value | undefined =>
    inConfig === undefined && inStrategy === undefined ? undefined : choose(name, inConfig, inStrategy, inStrategy);

  const timeframe = config.timeframe === undefined ? undefined : parseTimeframe(config.timeframe);
  const stoploss = chooseIfAny('stoploss', config.stoploss, strategy.stoploss);
  const positive = chooseIfAny('trailingStopPositive', config.trailing_stop_positive, strategy.trailingStopPositive);
  const settings: EffectiveStrategySettings = {
    timeframe: choose('timeframe', timeframe, strategy.timeframe, strategy.timeframe),
    startupCandleCount: choose('startupCandleCount', config.startup_candle_count, strategy.startupCandleCount, 0),
    processOnlyNewCandles: choose(
      'processOnlyNewCandles',
      config.process_only_new_candles,
      strategy.processOnlyNewCandles,
      true,
    ),
    minimalRoi: choose<Readonly<Record<number, number>>>('minimalRoi', config.minimal_roi, strategy.minimalRoi, NO_ROI),
    ...(stoploss === undefined ? {} : { stoploss }),
    trailingStop: choose('trailingStop', config.trailing_stop, strategy.trailingStop, false),
    ...(positive === undefined ? {} : { trailingStopPositive: positive }),
    trailingStopPositiveOffset: choose(
      'trailingStopPositiveOffset',
      config.trailing_stop_positive_offset,
      strategy.trailingStopPositiveOffset,
      0,
    ),
    trailingOnlyOffsetIsReached: choose(
      'trailingOnlyOffsetIsReached',
      config.trailing_only_offset_is_reached,
      strategy.trailingOnlyOffsetIsReached,
      false,
    ),
  };
  return { settings, origins };
}

type Choice<Value> = readonly [inConfig: Value | undefined, inStrategy: Value | undefined, byDefault: Value];

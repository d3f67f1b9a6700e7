import type { Frame, Schema } from '../frame/index.ts';
import { type Candles, parseTimeframe } from '../market/index.ts';
import { checkDefinition } from './check-definition.ts';
import { type SourceLocation, baseName, stackLocations } from './source-location.ts';
import type {
  AnyStrategy,
  InformativeContext,
  InformativeSchemas,
  NoInformative,
  Strategy,
  StrategyDefinition,
} from './strategy.ts';

/** All that this module made: what tells a strategy from an object of the same form. */
const defined = new WeakSet<object>();

/**
 * A strategy: candles in, a frame with indicators and signals out. A strategy's file has it as its default export. The columns that
 * each function returns are known to the type checker in the next one.
 *
 * @throws StrategyError STRATEGY_BAD_DEFINITION, naming every setting that is missing, unknown or out of its range.
 */
export function defineStrategy<
  A extends Schema,
  B extends Schema,
  C extends Schema = B,
  I extends InformativeSchemas = NoInformative,
>(definition: StrategyDefinition<A, B, C, I>): Strategy<A, B, C, I> {
  const location = stackLocations(new Error('where the strategy is defined').stack).at(1);
  checkDefinition(definition, location);
  const strategy = Object.freeze(withDefaults(definition, location));
  defined.add(strategy);
  return strategy;
}

/** Whether a value was made by `defineStrategy`. */
export function isStrategy(value: unknown): value is AnyStrategy {
  return typeof value === 'object' && value !== null && defined.has(value);
}

function withDefaults<A extends Schema, B extends Schema, C extends Schema, I extends InformativeSchemas>(
  definition: StrategyDefinition<A, B, C, I>,
  location: SourceLocation | undefined,
): Strategy<A, B, C, I> {
  const informative = new Map<string, InformativeFunction<I>>(Object.entries(definition.informative ?? {}));
  return {
    ...definition,
    name: definition.name ?? (location ? baseName(location.file) : 'strategy'),
    file: location?.file,
    timeframe: parseTimeframe(definition.timeframe),
    startupCandleCount: definition.startupCandleCount ?? 0,
    processOnlyNewCandles: definition.processOnlyNewCandles ?? true,
    canShort: definition.canShort ?? false,
    broadcastInformative: definition.broadcastInformative ?? false,
    informativeTimeframes: [...informative.keys()].map(parseTimeframe),
    informativePairs: (dp) => definition.informativePairs?.(dp) ?? [],
    populateInformative: (timeframe, candles, context) => informative.get(timeframe)?.(candles, context),
    populateIndicators: (candles, context) => definition.populateIndicators(candles, context),
    populateEntryTrend: (frame, context) => definition.populateEntryTrend(frame, context),
    populateExitTrend: (frame, context) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without the function, C is B
      definition.populateExitTrend ? definition.populateExitTrend(frame, context) : (frame as unknown as Frame<C>),
  };
}

type InformativeFunction<I> = (candles: Candles, context: InformativeContext) => Frame<I[keyof I] & Schema>;

import { type AnyFrame, Column, Frame } from '../frame/index.ts';
import { type Candles, type Timeframe, candleColumns } from '../market/index.ts';
import { messageOf } from '../util/errors.ts';
import { checkAnalyzed } from './check-analyzed.ts';
import { type SourceLocation, pathOf, stackLocations } from './source-location.ts';
import { StrategyError } from './strategy-error.ts';
import type { KeptAnalysis } from './kept-analysis.ts';
import type { AnyStrategy, InformativeContext, StrategyContext } from './strategy.ts';

/** A frame, or what the strategy did wrong. A fault of a strategy is never thrown: other pairs go on. */
export type AnalysisOutcome =
  | { readonly status: 'analyzed'; readonly frame: AnyFrame }
  | { readonly status: 'failed'; readonly error: StrategyError };

/** Indicators call each other: ten calls, the engine's default, may not reach down to the strategy's file. */
const STACK_DEPTH = 50;

/** What an analysis is made of. */
interface AnalysisInput<Context> {
  readonly candles: Candles;
  readonly context: Context;
  /** What was kept of the last analysis of the same pair and timeframe, to go on from; the frame is the same without it. */
  readonly kept?: KeptAnalysis | undefined;
}

/**
 * Runs a strategy over the candles of one pair: indicators, then entries, then exits. After each function the frame must still
 * hold every candle's row and date and the last one's close. The strategy gets a copy of the candles.
 */
export function analyze(strategy: AnyStrategy, input: AnalysisInput<StrategyContext>): AnalysisOutcome {
  const { context } = input;
  return outcomeOf(input, (own, reference) => {
    const run = (name: string, populate: () => unknown) => runFunction(strategy, context, reference, name, populate);
    const indicators = run('populateIndicators', () => strategy.populateIndicators(own, context));
    const entries = run('populateEntryTrend', () => strategy.populateEntryTrend(indicators, context));
    return run('populateExitTrend', () => strategy.populateExitTrend(entries, context));
  });
}

/**
 * Runs a strategy's informative function of one timeframe over candles of that timeframe, under the same rules. `context.timeframe`
 * is the informative one.
 *
 * @throws StrategyError STRATEGY_UNKNOWN_INFORMATIVE when the strategy has no function for it.
 */
export function analyzeInformative(strategy: AnyStrategy, input: AnalysisInput<InformativeContext>): AnalysisOutcome {
  const { context } = input;
  const { timeframe } = context;
  if (!strategy.informativeTimeframes.includes(timeframe)) throw unknownInformative(strategy, timeframe);
  return outcomeOf(input, (own, reference) =>
    runFunction(strategy, context, reference, `informative['${timeframe}']`, () =>
      strategy.populateInformative(timeframe, own, context),
    ),
  );
}

/** `run` gets the strategy's copy of the candles, and those that what it returns must agree with. */
function outcomeOf(
  { candles, kept }: Pick<AnalysisInput<unknown>, 'candles' | 'kept'>,
  run: (own: Candles, reference: Candles) => AnyFrame,
): AnalysisOutcome {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(depth, STACK_DEPTH);
  try {
    // Kept candles are compared with what they were copied from afterwards, so they may stand for it.
    const ran = kept?.run(candles, (own) => run(own, own)) ?? { result: run(copyOf(candles), candles) };
    return { status: 'analyzed', frame: ran.result };
  } catch (error) {
    if (error instanceof StrategyError) return { status: 'failed', error };
    throw error;
  } finally {
    Error.stackTraceLimit = depth;
  }
}

function runFunction(
  strategy: AnyStrategy,
  context: InformativeContext,
  candles: Candles,
  name: string,
  populate: () => unknown,
): AnyFrame {
  const who = `${strategy.name}, ${context.pair}: ${name}`;
  let returned: unknown;
  try {
    returned = populate();
  } catch (thrown) {
    const options = { cause: thrown, location: placeOf(thrown, strategy) };
    throw new StrategyError('STRATEGY_THREW', `${who} threw ${describeThrown(thrown)}`, options);
  }
  const checked = checkAnalyzed(returned, candles);
  if (checked instanceof Frame) return checked;
  const { code, text, value } = checked;
  throw new StrategyError(code, `${who} ${text}`, { value, location: fileOf(strategy) });
}

function describeThrown(thrown: unknown): string {
  return thrown instanceof Error
    ? `${thrown.name}: ${thrown.message}`
    : `${messageOf(thrown)} (${typeof thrown}, not an Error)`;
}

/** The innermost call in the strategy's own file. */
function placeOf(thrown: unknown, strategy: AnyStrategy): SourceLocation | undefined {
  const own = fileOf(strategy);
  const calls = thrown instanceof Error ? stackLocations(thrown.stack) : [];
  return calls.find(({ file }) => file === own?.file) ?? own;
}

function fileOf({ file }: AnyStrategy): SourceLocation | undefined {
  return file === undefined ? undefined : { file: pathOf(file) };
}

/** Candles in memory of their own: a strategy that writes into a column, which the types forbid, harms only itself. */
function copyOf(candles: Candles): Candles {
  return Frame.fromColumns(
    candleColumns.map((name) => {
      const { kind, values } = candles.column(name);
      return [name, Column.adopt(kind, Float64Array.from(values))];
    }),
  );
}

function unknownInformative({ name, informativeTimeframes }: AnyStrategy, timeframe: Timeframe): StrategyError {
  const has = informativeTimeframes.length === 0 ? 'it has none' : `it has ${informativeTimeframes.join(', ')}`;
  const message = `${name} defines no informative frame of ${timeframe}; ${has}`;
  return new StrategyError('STRATEGY_UNKNOWN_INFORMATIVE', message, { value: timeframe });
}

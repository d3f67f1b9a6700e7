import { type AnyFrame, type Column, type ColumnKind, Frame, type Numbers, type Schema } from '../frame/index.ts';
import { type Timeframe, isTimeframe, parseTimeframe, timeframeMs } from '../market/index.ts';
import { timeText } from '../util/time-text.ts';
import { messageOf } from '../util/errors.ts';
import { gatherColumn, planGather } from './gather-column.ts';
import { matchRows } from './match-rows.ts';
import { StrategyError } from './strategy-error.ts';

/** How two frames are merged. */
export interface MergeOptions {
  /** Of the frame. */
  readonly timeframe: string;
  /** Of the informative frame: the same or a slower one. */
  readonly informativeTimeframe: string;
  /**
   * Whether rows between two informative candles see the earlier one; true unless given. Without it only the row sees a candle
   * that closes with it: what a producer's entry and exit signals need, which else would be repeated.
   */
  readonly ffill?: boolean;
  /** Whether columns are renamed to `rsi_1h`; true unless a `suffix` is given. */
  readonly appendTimeframe?: boolean;
  /** The informative frame's column of opening times; `date` unless given. The frame's is always `date`. */
  readonly dateColumn?: string;
  /** Columns are renamed to `rsi_default` with the suffix `default`. */
  readonly suffix?: string;
}

/** What a column's kind becomes, since rows may be missing: numbers can be NaN, text null. */
export type MergedKind<K extends ColumnKind> = K extends 'string' | 'timestamp' ? K : 'float64';

/** The informative columns' part of a merged schema. */
type Suffixed<I extends Schema, X extends string> = {
  readonly [N in keyof I & string as `${N}_${X}`]: MergedKind<I[N]>;
};

/** What options append to names. */
export type SuffixOf<O> = O extends { readonly suffix: infer X extends string }
  ? X
  : O extends { readonly informativeTimeframe: infer T extends string }
    ? T extends Timeframe
      ? string
      : T
    : string;

/** The schema of a merged frame: the frame's columns, then the informative ones under their new names. */
export type Merged<S extends Schema, I extends Schema, X extends string> = {
  readonly [N in keyof S | keyof Suffixed<I, X>]: (S & Suffixed<I, X>)[N] extends infer K extends ColumnKind
    ? K
    : never;
};

/**
 * The frame with the columns of another timeframe, pair or producer behind its own, renamed: freqtrade's
 * `merge_informative_pair`. Each row sees the informative candle that closes when its own candle does, and with `ffill` the last
 * such one, as a whole row: NaN in it stays NaN. Never one that closes later. Where there is none, numbers and times are NaN
 * and text is null; integers and booleans become float64 for that.
 *
 * @throws StrategyError STRATEGY_MERGE_BAD_OPTIONS, STRATEGY_MERGE_FASTER, STRATEGY_MERGE_NO_DATE, STRATEGY_MERGE_DISORDER,
 *   STRATEGY_MERGE_SAME_NAME.
 */
export function mergeInformativePair<S extends Schema, I extends Schema, const O extends MergeOptions>(
  frame: Frame<S>,
  informative: Frame<I>,
  options: O,
): Frame<Merged<S, I, SuffixOf<O>>> {
  const { ffill = true, dateColumn = 'date' } = options;
  const timeframes = checkTimeframes(options);
  const ending = endingOf(options);
  const dates = datesOf(frame, 'date', 'the frame');
  const informativeDates = datesOf(informative, dateColumn, 'the informative frame');
  const plan = planGather(matchRows({ dates, informativeDates, ...timeframes }, ffill));
  const merged: [string, Column][] = informative.names.map((name) => [
    newName(name, ending, frame),
    gatherColumn(informative.column(name), plan),
  ]);
  return Frame.fromColumns<Merged<S, I, SuffixOf<O>>>([...ownColumns(frame), ...merged]);
}

function* ownColumns(frame: AnyFrame): Generator<[string, Column]> {
  for (const name of frame.names) yield [name, frame.column(name)];
}

function checkTimeframes(options: MergeOptions): {
  readonly timeframe: Timeframe;
  readonly informativeTimeframe: Timeframe;
} {
  const timeframe = timeframeOption(options, 'timeframe');
  const informativeTimeframe = timeframeOption(options, 'informativeTimeframe');
  if (timeframeMs(informativeTimeframe) >= timeframeMs(timeframe)) return { timeframe, informativeTimeframe };
  const message = `a ${informativeTimeframe} frame can't be merged into a ${timeframe} frame: each row would stand for several`;
  throw new StrategyError('STRATEGY_MERGE_FASTER', message, { value: informativeTimeframe });
}

function timeframeOption(options: MergeOptions, name: 'timeframe' | 'informativeTimeframe'): Timeframe {
  const value: unknown = options[name];
  if (typeof value === 'string' && isTimeframe(value)) return value;
  try {
    return parseTimeframe(String(value));
  } catch (error) {
    throw new StrategyError('STRATEGY_MERGE_BAD_OPTIONS', `${name}: ${messageOf(error)}`, { value, cause: error });
  }
}

/** What is put behind names, empty for nothing. */
function endingOf({ suffix, appendTimeframe, informativeTimeframe }: MergeOptions): string {
  if (suffix !== undefined && appendTimeframe === true) {
    const message = `suffix "${suffix}" and appendTimeframe: true were both given; columns get one of the two`;
    throw new StrategyError('STRATEGY_MERGE_BAD_OPTIONS', message, { value: suffix });
  }
  if (suffix !== undefined) return `_${suffix}`;
  return appendTimeframe === false ? '' : `_${informativeTimeframe}`;
}

function newName(name: string, ending: string, frame: AnyFrame): string {
  const merged = name + ending;
  if (!frame.has(merged)) return merged;
  const remedy = ending === '' ? 'give a suffix, or leave appendTimeframe at its default' : 'give another suffix';
  const message = `the frame has a column "${merged}" already, and the informative frame's "${name}" would get that name: ${remedy}`;
  throw new StrategyError('STRATEGY_MERGE_SAME_NAME', message, { value: merged });
}

function datesOf(frame: AnyFrame, name: string, which: string): Numbers {
  if (!frame.has(name)) throw noDates(frame, name, which);
  const { kind } = frame.column(name);
  if (kind === 'string' || kind === 'int64' || kind === 'bool') {
    const message = `${which}'s column "${name}" is of kind ${kind}, wanted timestamp`;
    throw new StrategyError('STRATEGY_MERGE_NO_DATE', message, { value: kind });
  }
  return ascending(frame.numbers(name), name, which);
}

function noDates(frame: AnyFrame, name: string, which: string): StrategyError {
  const has =
    frame.names.length === 0
      ? 'it has no columns at all, as a producer frame whose status is "missing"; look at the status first'
      : `it has ${frame.names.join(', ')}`;
  return new StrategyError('STRATEGY_MERGE_NO_DATE', `${which} has no column "${name}"; ${has}`, { value: name });
}

function ascending(dates: Numbers, name: string, which: string): Numbers {
  for (let row = 1; row < dates.length; row++)
    if (!(dates[row] > dates[row - 1])) throw disorder(dates, row, name, which);
  return dates;
}

function disorder(dates: Numbers, row: number, name: string, which: string): StrategyError {
  const message = `${which}'s column "${name}" does not ascend: row ${row} holds ${timeText(dates[row])}, the row before ${timeText(dates[row - 1])}`;
  return new StrategyError('STRATEGY_MERGE_DISORDER', message, { value: dates[row] });
}

import { CandlecastError, type ErrorTable } from '../util/errors.ts';
import { type SourceLocation, printLocation } from './source-location.ts';

/** Codes of `StrategyError`. */
export const strategyErrors = {
  STRATEGY_BAD_DEFINITION: {
    meaning:
      'What was given to `defineStrategy` lacks something, or holds a setting that is unknown or out of its range.',
    remedy: 'Correct the setting that the message names.',
  },
  STRATEGY_THREW: {
    meaning: 'A function of a strategy threw an error.',
    remedy: 'Look at the file and line in the message; `cause` is what was thrown.',
  },
  STRATEGY_ASYNC: {
    meaning:
      'A function of a strategy returned a promise. Strategies are synchronous, so that all pairs are ready at once.',
    remedy: 'Remove `async` and `await`; read data through `context.dp`, which holds it already.',
  },
  STRATEGY_NOT_A_FRAME: {
    meaning: 'A function of a strategy returned something that is not a frame.',
    remedy: 'Return the frame that `with` makes, as in `return frame.with({ … })`.',
  },
  STRATEGY_WRONG_LENGTH: {
    meaning: 'A function of a strategy returned more or fewer rows than there are candles.',
    remedy: 'Keep one row a candle: no `slice`, `tail` or `append` on what is returned.',
  },
  STRATEGY_WRONG_DATES: {
    meaning: 'A function of a strategy returned a frame whose dates are not those of the candles.',
    remedy: 'Leave the column `date` as it is; put other times into columns of their own.',
  },
  STRATEGY_CANDLES_CHANGED: {
    meaning: 'A function of a strategy dropped a column of the candles, or returned another close for the last one.',
    remedy: 'Leave date, open, high, low, close and volume in place and give computed prices names of their own.',
  },
  STRATEGY_BAD_SIGNAL: {
    meaning: 'A signal column is of a kind that it can not have: flags are numbers or booleans, tags are text.',
    remedy: 'Make flags with `frame.flag(…)` and tags with `frame.label(…)`.',
  },
  STRATEGY_UNKNOWN_INFORMATIVE: {
    meaning: 'A strategy was asked for an informative frame of a timeframe that it does not define.',
    remedy: 'Ask for one of `strategy.informativeTimeframes`.',
  },
  STRATEGY_MERGE_BAD_OPTIONS: {
    meaning: 'The options given to `mergeInformativePair` contradict each other or name a timeframe that is none.',
    remedy: 'Give `timeframe` and `informativeTimeframe`, and either `suffix` or `appendTimeframe: true`, not both.',
  },
  STRATEGY_MERGE_FASTER: {
    meaning: 'The informative timeframe is shorter than that of the frame it should be merged into.',
    remedy: 'Merge the slower frame into the faster one.',
  },
  STRATEGY_MERGE_NO_DATE: {
    meaning: 'One of the frames to merge has no column of dates.',
    remedy: 'Look at the status of a producer frame before merging it: a missing one has no columns.',
  },
  STRATEGY_MERGE_DISORDER: {
    meaning: 'The dates of a frame to merge do not ascend from row to row.',
    remedy: 'Give frames with one row a candle, oldest first.',
  },
  STRATEGY_MERGE_SAME_NAME: {
    meaning: 'A merge would give two columns one name.',
    remedy: 'Give another `suffix`, or drop the column from one of the frames first.',
  },
  STRATEGY_NOT_FOUND: {
    meaning: 'There is no strategy file of that name or path.',
    remedy: 'Give one of the names that the message lists, a path, or the folder with --strategy-path.',
  },
  STRATEGY_NO_FOLDER: {
    meaning: 'There is no folder of strategies at the place where it is looked for.',
    remedy: 'Make a strategy with `candlecast new-strategy`, or name the folder with --strategy-path.',
  },
  STRATEGY_BAD_NAME: {
    meaning: 'A new strategy was given a name that can be none.',
    remedy: 'Begin with a letter and go on with letters, digits, hyphens and underscores, as in MyStrategy.',
  },
  STRATEGY_FILE_EXISTS: {
    meaning: 'There is a file already where a new strategy would be written, or one that would be found in its place.',
    remedy: 'Choose another name, or have the file replaced with --force.',
  },
  STRATEGY_NOT_WRITTEN: {
    meaning: 'The file of a new strategy could not be written.',
    remedy: 'Read the reason in the message; most often the folder belongs to another user.',
  },
  STRATEGY_PYTHON: {
    meaning: 'The strategy is a Python file, freqtrade’s own kind. Here strategies are TypeScript or JavaScript.',
    remedy: 'Translate it: the function and column names are the same, see the examples.',
  },
  STRATEGY_UNREADABLE: {
    meaning: 'A strategy file exists and could not be read.',
    remedy: 'Read the reason in the message; most often the file belongs to another user.',
  },
  STRATEGY_SYNTAX: {
    meaning: 'A strategy file is not valid TypeScript or JavaScript.',
    remedy: 'Look at the given line and column.',
  },
  STRATEGY_UNSUPPORTED_TYPESCRIPT: {
    meaning: 'A strategy file uses TypeScript that is more than types: enums, namespaces, parameter properties.',
    remedy: 'Use a union of literals, a plain object or ordinary fields: types are removed, not compiled.',
  },
  STRATEGY_BAD_IMPORT: {
    meaning: 'A strategy file imports a file, package or name that does not exist.',
    remedy: 'Correct the import; relative ones need their extension, types need `import type`.',
  },
  STRATEGY_LOAD_THREW: {
    meaning: 'A strategy file threw an error while it was loaded.',
    remedy: 'Look at the file and line in the message; `cause` is what was thrown.',
  },
  STRATEGY_NEVER_LOADS: {
    meaning: 'A strategy file that was tried in a process of its own ran, or waited, for longer than it may.',
    remedy: 'Look for an endless loop, or an `await` of something that never comes, outside of the functions.',
  },
  STRATEGY_ENDS_PROCESS: {
    meaning:
      'A strategy file that was tried in a process of its own ended that process, as it would have ended the bot.',
    remedy: 'Remove the call of `process.exit`; where memory ran out, load less.',
  },
  STRATEGY_NEVER_ANALYZES: {
    meaning: 'The functions of a strategy, tried on made candles, ran for longer than they may.',
    remedy: 'Look for an endless loop in them.',
  },
  STRATEGY_WATCH_FAILED: {
    meaning: 'A strategy’s files changed, and trying or taking up the new version failed for a reason outside of them.',
    remedy: 'Read the reason in the message. The version before goes on; the next change is tried again.',
  },
  STRATEGY_NO_DEFAULT_EXPORT: {
    meaning: 'A strategy file has no default export.',
    remedy: 'Write `export default defineStrategy({ … })`.',
  },
  STRATEGY_NOT_DEFINED: {
    meaning: 'The default export of a strategy file was not made by `defineStrategy`.',
    remedy: 'Write `export default defineStrategy({ … })`.',
  },
} as const satisfies ErrorTable;

export type StrategyErrorCode = keyof typeof strategyErrors;

/** What goes wrong with strategies, with the place in the strategy's file where it is known. */
export class StrategyError extends CandlecastError<StrategyErrorCode> {
  readonly location: SourceLocation | undefined;
  /** The message without the place that it begins with. */
  readonly reason: string;

  constructor(
    code: StrategyErrorCode,
    message: string,
    options: {
      readonly value?: unknown;
      readonly cause?: unknown;
      readonly location?: SourceLocation | undefined;
    } = {},
  ) {
    super(code, options.location === undefined ? message : `${printLocation(options.location)}: ${message}`, options);
    this.location = options.location;
    this.reason = message;
  }
}

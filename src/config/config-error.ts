import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Every way in which a config can be refused. */
export const configErrors = {
  CONFIG_NOT_FOUND: {
    meaning: 'A config file does not exist.',
    remedy: 'Check the path given with -c; it is read relative to the current folder.',
  },
  CONFIG_NOT_A_FILE: {
    meaning: 'A folder was given where a config file is needed.',
    remedy: 'Give the path of the file in it, as in user_data/config.json.',
  },
  CONFIG_UNREADABLE: {
    meaning: 'A config file exists and could not be read.',
    remedy: 'Read the reason in the message; most often the file belongs to another user.',
  },
  CONFIG_TOO_LARGE: {
    meaning: 'A config file is larger than 1 MiB.',
    remedy: 'Check that the path names a config file; long pair lists can stand in a file of their own.',
  },
  CONFIG_NOT_UTF8: {
    meaning: 'A config file is not UTF-8 text.',
    remedy: 'Save it as UTF-8; some Windows tools write UTF-16.',
  },
  CONFIG_SYNTAX: {
    meaning: 'A config file is not JSON (with // and /* */ comments and trailing commas allowed).',
    remedy: 'Look at the given line and column. All syntax errors are listed, up to ten a file.',
  },
  CONFIG_TOO_DEEP: {
    meaning:
      'Objects and arrays stand in each other more than 64 levels deep, or the name of a variable has as many parts.',
    remedy: 'No setting needs more than a few levels: look for brackets opened by mistake.',
  },
  CONFIG_INCLUDE_LOOP: {
    meaning: 'A config file includes itself, directly or through others that it names in add_config_files.',
    remedy: 'Remove the entry that the message names.',
  },
  CONFIG_INCLUDE_LIMIT: {
    meaning:
      'Files named in add_config_files include others more than five levels deep, or more than 100 files are read in all.',
    remedy: 'Name the files nearer to the top, or put several into one.',
  },
  CONFIG_DUPLICATE_KEY: {
    meaning: 'A warning: one object has a key twice. The later one counts, as in freqtrade, and the other is lost.',
    remedy: 'Remove one of the two places that the message names.',
  },
  CONFIG_INVALID_VALUE: {
    meaning: 'A setting has a value of the wrong type or outside of its range.',
    remedy: 'Use a value that the message allows.',
  },
  CONFIG_MISSING_VALUE: {
    meaning: 'A setting that has no default is missing.',
    remedy: 'Add it to the object at the given place.',
  },
  CONFIG_NO_SUCH_ENTRY: {
    meaning: 'A variable of the environment changes an entry of a list that no file has.',
    remedy: 'Add the entry to a file, or give the whole list as JSON, as the message says.',
  },
  CONFIG_UNSUPPORTED_VALUE: {
    meaning: 'A setting has a value that freqtrade knows and Candlecast does not support yet.',
    remedy: 'Use one of the values that the message allows.',
  },
  CONFIG_EXISTS: {
    meaning: 'There is a file already where a new config is to be written.',
    remedy: 'Name another with -c, or replace it with --force.',
  },
  CONFIG_NOT_WRITTEN: {
    meaning: 'A new config could not be written.',
    remedy: 'Read the reason in the message; most often the folder belongs to another user.',
  },
  CONFIG_NOT_ANSWERED: {
    meaning: 'The input ended before every question about a new config was answered.',
    remedy: 'Run the command again, or take defaults for what no option says with --yes.',
  },
  CONFIG_DUPLICATE_PRODUCER: {
    meaning: 'Two producers have the same name, so their frames would mix.',
    remedy: 'Give each of external_message_consumer.producers its own name; without one it is called "default".',
  },
  CONFIG_NO_PRODUCERS: {
    meaning: 'The consumer is enabled and has no producer to listen to.',
    remedy: 'Add one to external_message_consumer.producers, or set external_message_consumer.enabled to false.',
  },
} as const satisfies ErrorTable;

export type ConfigErrorCode = keyof typeof configErrors;

/** A position in a config file. Lines and columns count from 1; a column is a UTF-16 code unit, as in editors. */
export interface Place {
  /** Where `origin` is given, the name of the variable or option; `line` and `column` are 1 then. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where a value comes from that stands in no file. */
  readonly origin?: 'environment' | 'command line';
}

/** `config.json:5:67`, or the name of the variable or option where the value stands in no file. */
export function placeText({ file, line, column, origin }: Place): string {
  return origin === undefined ? `${file}:${line}:${column}` : file;
}

/** One thing that is wrong, ready to be printed (`problemLine`) or sent as JSON. Never holds a secret. */
export interface ConfigProblem extends Place {
  readonly code: ConfigErrorCode;
  /** The dotted key, such as `exchange.pair_whitelist.1`; empty where the problem belongs to no setting. */
  readonly key: string;
  /** What stands there, or `<hidden>` for a secret. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  readonly message: string;
}

/** More lines than this help nobody; `problems` still has them all. */
const MOST_LINES = 500;

/** `config.json:5:67: exchange.pair_whitelist.1: expected string, found number 5`. */
export function problemLine(problem: ConfigProblem): string {
  const { key, message } = problem;
  return `${placeText(problem)}: ${key === '' ? '' : `${key}: `}${message}`;
}

/** A config that can't be used. Its message has a line for each problem, its code is that of the first one. */
export class ConfigError extends CandlecastError<ConfigErrorCode> {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly [ConfigProblem, ...ConfigProblem[]], options: { readonly cause?: unknown } = {}) {
    const lines = problems.slice(0, MOST_LINES).map(problemLine);
    if (problems.length > MOST_LINES) lines.push(`and ${problems.length - MOST_LINES} more`);
    super(problems[0].code, lines.join('\n'), options);
    this.problems = problems;
  }
}

/** Facts that stand beside a log message: flat, and never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One call is one line. Cores take a logger; the command line decides how it looks and where it goes. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log, with the name of the part that speaks. */
  child(part: string): Logger;
}

/** Says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

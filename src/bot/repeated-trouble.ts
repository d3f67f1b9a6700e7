import type { LogFields, Logger } from '../util/logger.ts';

/** Logs a trouble when it begins and when it changes, and its end; what merely repeats goes to the debug log. */
export class RepeatedTrouble {
  readonly #logger: Logger;
  readonly #standing = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param id what has the trouble: a pair, say. */
  begin(id: string, level: 'warn' | 'error', message: string, fields: LogFields): void {
    const isRepeated = this.#standing.get(id) === message;
    this.#standing.set(id, message);
    if (isRepeated) this.#logger.debug(message, fields);
    else this.#logger[level](message, fields);
  }

  /** Says `message` where there was a trouble. */
  end(id: string, message: string, fields: LogFields): void {
    if (this.#standing.delete(id)) this.#logger.info(message, fields);
  }
}

import type { LogFields, Logger } from '../util/logger.ts';

/** Logs a trouble when it begins and when it changes, and its end; what merely repeats goes to the debug log. */
export class RepeatedTrouble {
  readonly #logger: Logger;
  readonly #standing = new Map<string, { readonly message: string; readonly level: 'debug' | 'warn' | 'error' }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param id what has the trouble: a pair, say. */
  begin(id: string, level: 'debug' | 'warn' | 'error', message: string, fields: LogFields): void {
    const isRepeated = this.#standing.get(id)?.message === message;
    this.#standing.set(id, { message, level });
    if (isRepeated) this.#logger.debug(message, fields);
    else this.#logger[level](message, fields);
  }

  /** Says `message` where there was a trouble, and as loudly. */
  end(id: string, message: string, fields: LogFields): void {
    const standing = this.#standing.get(id);
    if (!this.#standing.delete(id)) return;
    this.#logger[standing?.level === 'debug' ? 'debug' : 'info'](message, fields);
  }
}

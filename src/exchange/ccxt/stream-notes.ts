import type { Logger } from '../../util/logger.ts';

/** One line in the log when streams fail and REST steps in, and one when they are back, however many streams there are. */
export class StreamNotes {
  readonly #name: string;
  readonly #logger: Logger;
  readonly #explain: (what: string, error: unknown) => string;
  readonly #troubled = new Set<string>();

  /** @param explain what a stream's error says, fit for logs. */
  constructor(name: string, logger: Logger, explain: (what: string, error: unknown) => string) {
    this.#name = name;
    this.#logger = logger;
    this.#explain = explain;
  }

  /** To be called when a stream can't be gone by. */
  onTrouble(stream: string, trouble: string, error?: unknown): void {
    const isFirst = this.#troubled.size === 0;
    this.#troubled.add(stream);
    const reason = error === undefined ? trouble : `${trouble} (${this.#explain(stream, error)})`;
    const message = `${this.#name}: the stream of ${stream}: ${reason}`;
    if (isFirst) this.#logger.warn(`${message}; asking by REST until streams are back`, { stream });
    else this.#logger.debug(message, { stream });
  }

  /** To be called when a stream answered what REST was not needed for. */
  onAnswer(stream: string): void {
    if (!this.#troubled.delete(stream) || this.#troubled.size > 0) return;
    this.#logger.info(`${this.#name}: streams are back`);
  }

  /** To be called when a stream is left. */
  forget(stream: string): void {
    this.#troubled.delete(stream);
  }
}

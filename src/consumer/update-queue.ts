import { pairKeyText } from '../market/index.ts';
import type { FrameUpdate } from './consumer-event.ts';

/** The newest update of each frame, in the order in which they became due. */
export class UpdateQueue implements AsyncIterableIterator<FrameUpdate> {
  readonly #due = new Map<string, FrameUpdate>();
  readonly #onEnd: () => void;
  #waiting: ((result: IteratorResult<FrameUpdate>) => void)[] = [];
  #ended = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(update: FrameUpdate): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting) waiting({ value: update, done: false });
    else this.#due.set(pairKeyText(update.key), update);
  }

  end(): void {
    this.#ended = true;
    this.#onEnd();
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<FrameUpdate>> {
    for (const [key, update] of this.#due) {
      this.#due.delete(key);
      return Promise.resolve({ value: update, done: false });
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  return(): Promise<IteratorResult<FrameUpdate>> {
    this.#due.clear();
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

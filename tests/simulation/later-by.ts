import type { Clock } from '../../src/util/clock.ts';

/** A promise that keeps to a clock: whoever waits for it is called from the clock's timer, not from a task that comes after. */
class Later<T> extends Promise<T> {
  readonly #waiting: (() => void)[] = [];
  #settled: { readonly value: T } | undefined;

  constructor() {
    // It is never settled in the way of other promises.
    super(() => {});
  }

  settle(value: T): void {
    this.#settled = { value };
    for (const call of this.#waiting) call();
  }

  // oxlint-disable-next-line unicorn/no-thenable -- which is what it is for
  override then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    _onError?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    const next = new Later<R | E>();
    const call = () => {
      if (this.#settled === undefined || !onValue) throw new Error('this promise serves those who wait for its value');
      const result = onValue(this.#settled.value);
      if (isPromiseLike(result)) throw new Error('this promise takes no other ones');
      next.settle(result);
    };
    if (this.#settled === undefined) this.#waiting.push(call);
    else call();
    return next;
  }

  /** It never fails. */
  override catch<E = never>(_onError?: ((reason: unknown) => E | PromiseLike<E>) | null): Promise<T | E> {
    return this;
  }
}

/** The value, after so many milliseconds of the clock. */
export function laterBy<T>(clock: Clock, ms: number, value: T): Promise<T> {
  const later = new Later<T>();
  clock.setTimer(() => later.settle(value), ms);
  return later;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** One who waits to be let in. */
export interface Guest {
  /** It is let in now. */
  letIn(): void;
}

/** Lets in so many at a time; the others in the order in which they came. */
export class Turnstile {
  readonly #most: number;
  readonly #inside = new Set<Guest>();
  readonly #waiting = new Set<Guest>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a guest is inside from now on; otherwise it waits, and `letIn` is called later. */
  enter(guest: Guest): boolean {
    if (this.#inside.has(guest)) return true;
    if (this.#inside.size >= this.#most) {
      this.#waiting.add(guest);
      return false;
    }
    this.#inside.add(guest);
    return true;
  }

  /** A guest leaves, or waits no longer. Harmless where it is neither. */
  leave(guest: Guest): void {
    this.#waiting.delete(guest);
    if (!this.#inside.delete(guest)) return;
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      this.#inside.add(next);
      return next.letIn();
    }
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Those inside, and those who wait. */
  get size(): number {
    return this.#inside.size + this.#waiting.size;
  }
}

/** Lets others wait until something is so, without looking again and again. */
export class Conditions {
  readonly #waiting = new Set<() => void>();

  /** Resolves once `isSo` holds: at once, or when `changed` is called and it does. Never times out; the test's own limit does. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Looks at every condition that is waited for. */
  changed(): void {
    for (const look of this.#waiting) look();
  }
}

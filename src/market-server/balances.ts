import { type Fixed, fixedText } from './fixed.ts';
import { refusals } from './refusal.ts';

/** What an account holds of one currency. */
export interface Balance {
  readonly asset: string;
  readonly free: Fixed;
  /** Set aside for open orders. */
  readonly locked: Fixed;
}

/** An account's money. Neither what is free nor what is locked is ever below nothing. */
export class Balances {
  readonly #held = new Map<string, { free: Fixed; locked: Fixed }>();

  constructor(start: ReadonlyMap<string, Fixed>) {
    for (const [asset, free] of start) this.#held.set(asset, { free, locked: 0n });
  }

  list(): readonly Balance[] {
    return Array.from(this.#held, ([asset, { free, locked }]) => ({ asset, free, locked }));
  }

  free(asset: string): Fixed {
    return this.#held.get(asset)?.free ?? 0n;
  }

  add(asset: string, amount: Fixed): void {
    this.#of(asset).free += amount;
  }

  /** @throws Refusal -2010 where there is less free */
  spend(asset: string, amount: Fixed): void {
    const held = this.#of(asset);
    if (held.free < amount) throw refusals.insufficientBalance();
    held.free -= amount;
  }

  /** Sets money aside. @throws Refusal -2010 where there is less free */
  lock(asset: string, amount: Fixed): void {
    this.spend(asset, amount);
    this.#of(asset).locked += amount;
  }

  /** Makes money that was set aside free again. */
  unlock(asset: string, amount: Fixed): void {
    const held = this.#of(asset);
    if (held.locked < amount)
      throw new Error(`${asset}: ${fixedText(held.locked)} locked, less than ${fixedText(amount)}`);
    held.locked -= amount;
    held.free += amount;
  }

  #of(asset: string): { free: Fixed; locked: Fixed } {
    const known = this.#held.get(asset);
    if (known !== undefined) return known;
    const made = { free: 0n, locked: 0n };
    this.#held.set(asset, made);
    return made;
  }
}

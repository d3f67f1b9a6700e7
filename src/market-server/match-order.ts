import type { BookLevel } from '../exchange/index.ts';
import type { Candle } from '../market/index.ts';
import { type Fixed, downTo, fixedOf, least, per, times } from './fixed.ts';

export type Side = 'BUY' | 'SELL';

/** What an order got, at one price. */
export interface Fill {
  readonly price: Fixed;
  readonly amount: Fixed;
}

/** What an order wants from a book. */
export interface Want {
  readonly side: Side;
  /** The worst price that it takes; undefined for any. */
  readonly limitPrice: Fixed | undefined;
  /** How much in the base currency; undefined where it is told by `cost`. */
  readonly amount: Fixed | undefined;
  /** How much in the quote currency, where `amount` is not told. */
  readonly cost: Fixed | undefined;
  /** What amounts are multiples of. */
  readonly amountStep: Fixed;
}

/** What an order gets at once from the other side of a book, best price first. It may be less than it wants. */
export function takeFromBook(levels: readonly BookLevel[], want: Want): readonly Fill[] {
  const fills: Fill[] = [];
  let { amount, cost } = want;
  for (const [levelPrice, levelAmount] of levels) {
    const price = fixedOf(levelPrice);
    if (want.limitPrice !== undefined && !accepts(want.side, want.limitPrice, price)) break;
    const wanted = amount ?? (cost === undefined || price === 0n ? 0n : downTo(per(cost, price), want.amountStep));
    const got = least(wanted, downTo(fixedOf(levelAmount), want.amountStep));
    if (wanted === 0n) break;
    if (got === 0n) continue;
    fills.push({ price, amount: got });
    if (amount !== undefined) amount -= got;
    if (cost !== undefined) cost -= times(price, got);
  }
  return fills;
}

/** Whether an order with a limit trades at a price. */
export function accepts(side: Side, limitPrice: Fixed, price: Fixed): boolean {
  return side === 'BUY' ? price <= limitPrice : price >= limitPrice;
}

/** Whether the prices of a candle have come to an order that rests in the book. */
export function reaches(candle: Candle, side: Side, limitPrice: Fixed): boolean {
  return accepts(side, limitPrice, fixedOf(side === 'BUY' ? candle.low : candle.high));
}

/** What fills are of in sum. */
export function sumOf(fills: readonly Fill[]): { readonly amount: Fixed; readonly cost: Fixed } {
  let [amount, cost] = [0n, 0n];
  for (const fill of fills) {
    amount += fill.amount;
    cost += times(fill.price, fill.amount);
  }
  return { amount, cost };
}

import { computeAfresh, type Computation, type Keeper, keptBy } from '../define/compute-columns.ts';
import { KeptCall } from './kept-call.ts';

/** More calls than this in one analysis are computed from the start each time. */
const MOST_CALLS = 1_000;

/** The call whose first value comes latest. */
export interface WarmUp {
  /** The indicator's name. */
  readonly indicator: string;
  /** The row, from 0, that holds its first complete value. */
  readonly row: number;
}

/**
 * The indicator calls of one analysis, so that the next analysis of the same pair goes on from them.
 *
 * Calls are known by their order: the third call of an analysis goes on from the third of the one before, if it is of the same
 * indicator with the same parameters and its inputs only grew, or changed in their last row. A call that is not there any more is
 * forgotten; one that is new, or whose inputs changed further back, is computed from the start. Either way the numbers are those
 * of a computation from the start, to the bit.
 */
export class KeptCalls implements Keeper {
  #calls: KeptCall[] = [];
  /** The place of the call that comes next. */
  #next = 0;

  /** Calls `run` and keeps the indicators that it calls. Throws what it throws, and has then forgotten all. */
  keep<T>(run: () => T): T {
    this.#next = 0;
    try {
      const result = keptBy(this, run);
      this.#calls.length = this.#next;
      return result;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Whether no result was written to by those who were given it. */
  get isIntact(): boolean {
    for (const call of this.#calls) if (!call.isIntact) return false;
    return true;
  }

  /** The call of the last analysis whose first value came latest; undefined where there was no call. */
  get longestWarmUp(): WarmUp | undefined {
    let longest: WarmUp | undefined;
    for (const { computation, dueRow } of this.#calls) {
      if (dueRow !== undefined && dueRow > (longest?.row ?? -1)) longest = { indicator: computation.name, row: dueRow };
    }
    return longest;
  }

  /** Lets go of everything: the next analysis starts from the start. */
  forget(): void {
    this.#calls = [];
    this.#next = 0;
  }

  compute<Values>(
    computation: Computation<Values>,
    values: Values,
    inputs: readonly Float64Array[],
  ): readonly Float64Array[] {
    const known = this.#find(computation, values);
    if (known !== undefined) return known.compute(inputs);
    if (this.#next >= MOST_CALLS) return computeAfresh(computation, values, inputs);
    const call = new KeptCall(computation, values, inputs);
    this.#calls.splice(this.#next++, 0, call);
    return call.views;
  }

  /** The call of the last time that this one goes on from; those before it were left out this time and are forgotten. */
  #find(computation: Computation<never>, values: unknown): KeptCall | undefined {
    const calls = this.#calls;
    const expected = calls[this.#next];
    if (expected?.isOf(computation, values)) {
      this.#next++;
      return expected;
    }
    const place = calls.findIndex((call, i) => i > this.#next && call.isOf(computation, values));
    if (place === -1) return undefined;
    calls.splice(this.#next, place - this.#next);
    return calls[this.#next++];
  }
}

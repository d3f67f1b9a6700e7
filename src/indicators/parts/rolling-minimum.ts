import type { Core } from '../define/core.ts';
import { RollingMaximum } from './rolling-maximum.ts';

/**
 * The lowest of the last `period` values as TA-Lib finds it: the highest of their negations, negated, to the bit. So a value that is as
 * low or lower takes its place at once, and NaN is as in `RollingMaximum`.
 */
export class RollingMinimum implements Core<number, number> {
  private readonly negated: RollingMaximum;

  constructor(period: number) {
    this.negated = new RollingMaximum(period);
  }

  /** Takes the next value. NaN until `period` values came. */
  update(value: number): number {
    return -this.negated.update(-value);
  }

  assign(from: RollingMinimum): void {
    this.negated.assign(from.negated);
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

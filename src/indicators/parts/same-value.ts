import type { Average } from './average.ts';

/** The average of one value: that value, whatever it is. */
export class SameValue implements Average {
  ready = false;

  update(value: number): number {
    this.ready = true;
    return value;
  }

  assign(from: SameValue): void {
    this.ready = from.ready;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    out.set(values.subarray(start, end), start);
    this.ready ||= end > start;
  }
}

import type { Average, MaType } from './average.ts';
import { startAverage } from './start-average.ts';
import { WarmUp } from './warm-up.ts';

/** A moving average that passes over the first `delay` values, which are the warm-up of what it averages. */
export class LateAverage implements Average {
  private readonly average: Average;
  private readonly delay: WarmUp;

  constructor(type: MaType, period: number, delay: number) {
    this.average = startAverage(type, period);
    this.delay = new WarmUp(delay);
  }

  get ready(): boolean {
    return this.average.ready;
  }

  update(value: number): number {
    return this.delay.passes() ? Number.NaN : this.average.update(value);
  }

  assign(from: LateAverage): void {
    this.average.assign(from.average);
    this.delay.assign(from.delay);
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], start: number, end: number): void {
    this.average.run(inputs, outputs, this.delay.blank(outputs[0], start, end), end);
  }
}

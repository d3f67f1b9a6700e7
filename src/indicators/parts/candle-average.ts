import type { CandleMean } from './candle-mean.ts';
import type { CandleSetting } from './candle-settings.ts';

/** What a setting means for one candle of a pattern: a length, in the unit of the prices. */
export class CandleAverage {
  private readonly mean: CandleMean;
  private readonly factor: number;

  constructor(mean: CandleMean, { range, factor }: CandleSetting) {
    this.mean = mean;
    // For one shadow, where the range is that of both; halving is exact.
    this.factor = range === 'shadows' ? factor / 2 : factor;
  }

  get value(): number {
    return this.factor * this.mean.value;
  }
}

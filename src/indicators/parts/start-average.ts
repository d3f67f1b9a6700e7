import { DemaCore } from '../overlap/dema.ts';
import { EmaCore } from '../overlap/ema.ts';
import { SmaCore } from '../overlap/sma.ts';
import { TemaCore } from '../overlap/tema.ts';
import type { Average, MaType } from './average.ts';

/** A moving average of this kind at its first row. */
export function startAverage(type: MaType, period: number): Average {
  switch (type) {
    case 'ema':
      return new EmaCore(period);
    case 'dema':
      return new DemaCore(period);
    case 'tema':
      return new TemaCore(period);
    case 'sma':
    default:
      return new SmaCore(period);
  }
}

/** How many values a moving average of this kind takes before it gives its first. */
export function averageLookback(type: MaType, period: number): number {
  switch (type) {
    case 'dema':
      return 2 * (period - 1);
    case 'tema':
      return 3 * (period - 1);
    case 'sma':
    case 'ema':
    default:
      return period - 1;
  }
}

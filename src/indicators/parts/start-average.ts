import { DemaCore } from '../overlap/dema.ts';
import { EmaCore } from '../overlap/ema.ts';
import { KamaCore } from '../overlap/kama.ts';
import { MAMA_LOOKBACK, MamaCore } from '../overlap/mama.ts';
import { SmaCore } from '../overlap/sma.ts';
import { T3Core } from '../overlap/t3.ts';
import { TemaCore } from '../overlap/tema.ts';
import { TrimaCore } from '../overlap/trima.ts';
import { WmaCore } from '../overlap/wma.ts';
import type { Average, MaType } from './average.ts';
import { SameValue } from './same-value.ts';

/**
 * A moving average of this kind at its first row, as TA-Lib's MA has it: a period of 1 copies values, of whatever kind; MAMA has
 * no period, and its limits are 0.5 and 0.05; T3's volume factor is 0.7.
 */
export function startAverage(type: MaType, period: number): Average {
  if (period === 1) return new SameValue();
  switch (type) {
    case 'ema':
      return new EmaCore(period);
    case 'wma':
      return new WmaCore(period);
    case 'dema':
      return new DemaCore(period);
    case 'tema':
      return new TemaCore(period);
    case 'trima':
      return new TrimaCore(period);
    case 'kama':
      return new KamaCore(period);
    case 'mama':
      return new MamaCore();
    case 't3':
      return new T3Core(period);
    case 'sma':
    default:
      return new SmaCore(period);
  }
}

/** How many values a moving average of this kind takes before it gives its first. */
export function averageLookback(type: MaType, period: number): number {
  if (period === 1) return 0;
  switch (type) {
    case 'dema':
      return 2 * (period - 1);
    case 'tema':
      return 3 * (period - 1);
    case 'kama':
      return period;
    case 'mama':
      return MAMA_LOOKBACK;
    case 't3':
      return 6 * (period - 1);
    case 'sma':
    case 'ema':
    case 'wma':
    case 'trima':
    default:
      return period - 1;
  }
}

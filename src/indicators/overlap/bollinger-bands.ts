import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { RollingMoments } from '../parts/rolling-moments.ts';

interface Bands {
  lower: number;
  middle: number;
  upper: number;
}

class BollingerBandsCore implements Core<number, Bands> {
  private readonly moments: RollingMoments;
  private readonly stds: number;

  constructor(window: number, stds: number) {
    this.moments = new RollingMoments(window);
    this.stds = stds;
  }

  update(value: number): Bands {
    const { moments } = this;
    moments.update(value);
    const reach = Math.sqrt(moments.variance) * this.stds;
    return { lower: moments.mean - reach, middle: moments.mean, upper: moments.mean + reach };
  }

  assign(from: BollingerBandsCore): void {
    this.moments.assign(from.moments);
  }

  run(
    [values]: readonly Float64Array[],
    [lower, middle, upper]: readonly Float64Array[],
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      const bands = this.update(values[i]);
      lower[i] = bands.lower;
      middle[i] = bands.middle;
      upper[i] = bands.upper;
    }
  }
}

/**
 * Bollinger Bands as freqtrade's strategies compute them: the rolling mean of `window` rows (2 to 100,000; 20 by default), and
 * `stds` (2) sample standard deviations below and above it.
 *
 * One value is enough for the middle and two for the bands, so the first rows have bands over fewer rows than `window`: the first
 * full window is row `window - 1`. NaN and infinite rows are left out of the window they fall in. Source: `bollinger_bands` of
 * qtpylib as vendored by freqtrade, which is pandas' `rolling(window, min_periods=1)`.
 */
export const bollingerBands = defineIndicator({
  name: 'bollingerBands',
  title: 'Bollinger Bands (qtpylib)',
  source: "freqtrade's qtpylib bollinger_bands on pandas 3.1",
  input: oneSeries,
  output: namedColumns('lower', 'middle', 'upper'),
  settings: options({ window: rowCount(20), stds: factor(2) }),
  lookback: () => 1,
  start: ({ window, stds }) => new BollingerBandsCore(window, stds),
});

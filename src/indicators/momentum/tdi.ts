import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { namedColumns } from '../define/output-shape.ts';
import { factor, options, rowCount } from '../define/settings.ts';
import { EagerStrength } from '../parts/eager-strength.ts';
import { RollingMoments } from '../parts/rolling-moments.ts';
import { SummedMean } from '../parts/summed-mean.ts';

const lines = ['rsi', 'rsiSignal', 'rsiSmooth', 'rsiBbUpper', 'rsiBbLower', 'rsiBbMid'] as const;

type Lines = Record<(typeof lines)[number], number>;

interface TdiValues {
  readonly rsiLookback: number;
  readonly rsiSmoothLen: number;
  readonly rsiSignalLen: number;
  readonly bbLookback: number;
  readonly bbStd: number;
}

class TdiCore implements Core<number, Lines> {
  private readonly strength: EagerStrength;
  private readonly signalMean: SummedMean;
  private readonly smoothMean: SummedMean;
  private readonly moments: RollingMoments;
  private readonly stds: number;
  private rsi = 0;
  private signal = 0;
  private smooth = 0;
  private reach = 0;

  constructor(values: TdiValues) {
    this.strength = new EagerStrength(values.rsiLookback);
    this.signalMean = new SummedMean(values.rsiSignalLen);
    this.smoothMean = new SummedMean(values.rsiSmoothLen);
    this.moments = new RollingMoments(values.bbLookback);
    this.stds = values.bbStd;
  }

  update(value: number): Lines {
    this.next(value);
    const { mean } = this.moments;
    return {
      rsi: this.rsi,
      rsiSignal: this.signal,
      rsiSmooth: this.smooth,
      rsiBbUpper: mean + this.reach,
      rsiBbLower: mean - this.reach,
      rsiBbMid: mean,
    };
  }

  private next(value: number): void {
    this.rsi = this.strength.update(value);
    this.signal = this.signalMean.update(this.rsi);
    this.smooth = this.smoothMean.update(this.rsi);
    this.moments.update(this.rsi);
    this.reach = Math.sqrt(this.moments.variance) * this.stds;
  }

  assign(from: TdiCore): void {
    this.strength.assign(from.strength);
    this.signalMean.assign(from.signalMean);
    this.smoothMean.assign(from.smoothMean);
    this.moments.assign(from.moments);
  }

  run([values]: readonly Float64Array[], outputs: readonly Float64Array[], start: number, end: number): void {
    const [rsi, signal, smooth, upper, lower, mid] = outputs;
    for (let i = start; i < end; i++) {
      this.next(values[i]);
      const { mean } = this.moments;
      rsi[i] = this.rsi;
      signal[i] = this.signal;
      smooth[i] = this.smooth;
      upper[i] = mean + this.reach;
      lower[i] = mean - this.reach;
      mid[i] = mean;
    }
  }
}

/**
 * Traders dynamic index: a relative strength index over `rsiLookback` rows (2 to 100,000; 13 by default), its plain means over
 * `rsiSmoothLen` (1 to 100,000; 2) and `rsiSignalLen` (1 to 100,000; 7) rows, and its Bollinger Bands over `bbLookback` rows
 * (2 to 100,000; 34), `bbStd` (1.6185) sample deviations wide.
 *
 * The strength is qtpylib's own, 0 to 100, and differs from `rsi` until its beginning has faded. Its first `rsiLookback + 1` rows are
 * NaN: qtpylib fills them with numbers that look ahead, and those reach into its means and bands for as many rows as these span. From
 * there on `rsi`, `rsiSmooth` and `rsiSignal` equal qtpylib's to the bit; `rsiBbMid`, `rsiBbUpper` and `rsiBbLower` are exact to a few
 * units in the last place, where pandas carries rounding errors along. One value of the strength is enough for `rsiBbMid` and two for the bands.
 * Lookback `rsiLookback` plus the largest of the two lengths and 2. Source: `tdi` of qtpylib as vendored by freqtrade, after Dean Malone.
 */
export const tdi = defineIndicator({
  name: 'tdi',
  title: 'Traders Dynamic Index',
  source: "freqtrade's qtpylib tdi (technical 1.7) on pandas 3.1",
  input: oneSeries,
  output: namedColumns(...lines),
  settings: options({
    rsiLookback: rowCount(13),
    rsiSmoothLen: rowCount(2, 1),
    rsiSignalLen: rowCount(7, 1),
    bbLookback: rowCount(34),
    bbStd: factor(1.6185),
  }),
  lookback: ({ rsiLookback, rsiSmoothLen, rsiSignalLen }) => rsiLookback + Math.max(rsiSmoothLen, rsiSignalLen, 2),
  start: (values) => new TdiCore(values),
});

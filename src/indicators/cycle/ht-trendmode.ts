import type { Core } from '../define/core.ts';
import { defineIndicator } from '../define/define-indicator.ts';
import { oneSeries } from '../define/input-shape.ts';
import { oneIntegerColumn } from '../define/output-shape.ts';
import { noSettings } from '../define/settings.ts';
import { CyclePhase, PHASE_LOOKBACK } from '../parts/cycle-phase.ts';
import { CycleTrendline } from '../parts/cycle-trendline.ts';
import { sineOfPhase } from '../parts/sine-of-phase.ts';

class HtTrendmodeCore implements Core<number, number> {
  private readonly phase = new CyclePhase();
  private readonly trendline = new CycleTrendline();
  private previousPhase = 0;
  private sine = 0;
  private leadSine = 0;
  /** Since the two sines crossed last. */
  private rows = 0;

  update(value: number): number {
    const { phase } = this;
    this.trendline.add(value);
    if (!phase.update(value)) return 0;
    const isTrend = this.judge(this.trendline.next(phase.cycle.smoothPeriod));
    return isTrend && phase.ready ? 1 : 0;
  }

  /** Every row is judged, since rows are counted and the sines compared with those before. */
  private judge(trendline: number): boolean {
    const { phase } = this.phase;
    const { smoothed, smoothPeriod } = this.phase.cycle;
    const hasCrossed = this.cross(sineOfPhase(phase), sineOfPhase(phase + 45));
    this.rows = hasCrossed ? 1 : this.rows + 1;
    const turned = phase - this.previousPhase;
    this.previousPhase = phase;
    if (trendline !== 0 && Math.abs((smoothed - trendline) / trendline) >= 0.015) return true;
    if (hasCrossed || this.rows < 0.5 * smoothPeriod) return false;
    return !isSteady(turned, smoothPeriod);
  }

  private cross(sine: number, leadSine: number): boolean {
    const rose = sine > leadSine && this.sine <= this.leadSine;
    const fell = sine < leadSine && this.sine >= this.leadSine;
    this.sine = sine;
    this.leadSine = leadSine;
    return rose || fell;
  }

  assign(from: HtTrendmodeCore): void {
    this.phase.assign(from.phase);
    this.trendline.assign(from.trendline);
    this.previousPhase = from.previousPhase;
    this.sine = from.sine;
    this.leadSine = from.leadSine;
    this.rows = from.rows;
  }

  run([values]: readonly Float64Array[], [out]: readonly Float64Array[], start: number, end: number): void {
    for (let i = start; i < end; i++) out[i] = this.update(values[i]);
  }
}

/** Whether the phase turned by about what the cycle's length lets expect of a row. */
function isSteady(turned: number, smoothPeriod: number): boolean {
  return smoothPeriod !== 0 && turned > (0.67 * 360) / smoothPeriod && turned < (1.5 * 360) / smoothPeriod;
}

/**
 * 1 where the series is in a trend, 0 where it is in a cycle: for half a cycle after the sines of `htSine` crossed, and where the
 * phase turns steadily. Whatever these say, a smoothed price 1.5% or more away from the trendline is a trend. The first value is
 * at row 63.
 *
 * Equal to TA-Lib in all of 1.8 million rows. A row in which one of these comparisons is decided by the last digits may differ,
 * as it may between two machines with TA-Lib. Source: TA-Lib HT_TRENDMODE, after John Ehlers (2001).
 */
export const htTrendmode = defineIndicator({
  name: 'htTrendmode',
  title: 'Hilbert Transform: Trend vs Cycle Mode',
  source: 'TA-Lib 0.6 HT_TRENDMODE',
  input: oneSeries,
  output: oneIntegerColumn,
  settings: noSettings,
  lookback: () => PHASE_LOOKBACK,
  start: () => new HtTrendmodeCore(),
});

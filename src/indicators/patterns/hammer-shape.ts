import { CandlePattern } from '../parts/candle-pattern.ts';
import { candleSettings } from '../parts/candle-settings.ts';

/** What hammers, hanging men, inverted hammers and shooting stars share: a short body at one end of a long shadow. */
export abstract class HammerShape extends CandlePattern {
  protected readonly previous = this.candle(1);
  protected readonly last = this.candle(0);
  private readonly short = this.average(this.last, candleSettings.bodyShort);
  private readonly long = this.average(this.last, candleSettings.shadowLong);
  private readonly veryShort = this.average(this.last, candleSettings.shadowVeryShort);

  /** The body is on top: a long lower shadow and hardly an upper one. */
  protected standsUpright(): boolean {
    const { last, short, long, veryShort } = this;
    return last.body < short.value && last.lowerShadow > long.value && last.upperShadow < veryShort.value;
  }

  /** The body is at the bottom: a long upper shadow and hardly a lower one. */
  protected standsInverted(): boolean {
    const { last, short, long, veryShort } = this;
    return last.body < short.value && last.upperShadow > long.value && last.lowerShadow < veryShort.value;
  }
}

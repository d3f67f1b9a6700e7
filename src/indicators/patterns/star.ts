import type { CandleAverage } from '../parts/candle-average.ts';
import { CandlePattern } from '../parts/candle-pattern.ts';
import { type CandleSetting, candleSettings } from '../parts/candle-settings.ts';

/** What tells the stars apart. */
interface StarKind {
  /** Morning stars turn prices up, evening stars down. */
  readonly turns: 'up' | 'down';
  /** How small the body of the star itself is. */
  readonly star: CandleSetting;
  /** How deep into the first body the third candle closes, as a share of that body. */
  readonly penetration: number;
}

/** A long candle, a star that its body leaves a gap to, and a candle that comes back into the first body. */
export class Star extends CandlePattern {
  private readonly isUp: boolean;
  private readonly penetration: number;
  private readonly first = this.candle(2);
  private readonly star = this.candle(1);
  private readonly third = this.candle(0);
  private readonly long = this.average(this.first, candleSettings.bodyLong);
  private readonly small: CandleAverage;
  private readonly short = this.average(this.third, candleSettings.bodyShort);

  constructor({ turns, star, penetration }: StarKind) {
    super();
    this.isUp = turns === 'up';
    this.penetration = penetration;
    this.small = this.average(this.star, star);
  }

  judge(): number {
    const { first, star, third } = this;
    const haveBodies = first.body > this.long.value && star.body <= this.small.value && third.body > this.short.value;
    if (!haveBodies) return 0;
    return this.isUp ? this.judgeUp() : this.judgeDown();
  }

  private judgeUp(): number {
    const { first, star, third } = this;
    const isBelow = first.isBlack && star.bodyTop < first.bodyBottom;
    return isBelow && third.isWhite && third.close > first.close + first.body * this.penetration ? 100 : 0;
  }

  private judgeDown(): number {
    const { first, star, third } = this;
    const isAbove = first.isWhite && star.bodyBottom > first.bodyTop;
    return isAbove && third.isBlack && third.close < first.close - first.body * this.penetration ? -100 : 0;
  }
}

import type { CandleCursor } from './candle-cursor.ts';

/** One candle of a pattern: the one `back` rows before the row that is looked at, whichever that is. */
export class Candle {
  private readonly cursor: CandleCursor;
  readonly back: number;

  constructor(cursor: CandleCursor, back: number) {
    this.cursor = cursor;
    this.back = back;
  }

  get open(): number {
    return this.cursor.open[this.row];
  }

  get high(): number {
    return this.cursor.high[this.row];
  }

  get low(): number {
    return this.cursor.low[this.row];
  }

  get close(): number {
    return this.cursor.close[this.row];
  }

  /** Closed at its open or above. */
  get isWhite(): boolean {
    return this.cursor.isWhiteAt(this.row);
  }

  /** Closed below its open. */
  get isBlack(): boolean {
    return !this.isWhite;
  }

  /** 1 for white, -1 for black. */
  get color(): 1 | -1 {
    return this.isWhite ? 1 : -1;
  }

  /** The length of the real body, from open to close. */
  get body(): number {
    return this.cursor.bodyAt(this.row);
  }

  /** The upper end of the real body. */
  get bodyTop(): number {
    const { open, close } = this;
    return open > close ? open : close;
  }

  /** The lower end of the real body. */
  get bodyBottom(): number {
    const { open, close } = this;
    return open < close ? open : close;
  }

  get upperShadow(): number {
    return this.cursor.upperShadowAt(this.row);
  }

  get lowerShadow(): number {
    return this.cursor.lowerShadowAt(this.row);
  }

  private get row(): number {
    return this.cursor.row - this.back;
  }
}

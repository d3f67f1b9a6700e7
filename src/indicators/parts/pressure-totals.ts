import { NEAR_ZERO } from './near-zero.ts';

/** Running totals of buying pressure and true range over the last `period` rows, as TA-Lib keeps them. */
export class PressureTotals {
  readonly period: number;
  private pressure = 0;
  private range = 0;

  constructor(period: number) {
    this.period = period;
  }

  add(pressure: number, range: number): void {
    this.pressure += pressure;
    this.range += range;
  }

  /** `weight` times the share of pressure in range; 0 where there is no range. */
  share(weight: number): number {
    const { range } = this;
    return range > -NEAR_ZERO && range < NEAR_ZERO ? 0 : weight * (this.pressure / range);
  }

  drop(pressure: number, range: number): void {
    this.pressure -= pressure;
    this.range -= range;
  }

  assign(from: PressureTotals): void {
    this.pressure = from.pressure;
    this.range = from.range;
  }
}

import type { AnyIndicator } from '../../src/indicators/index.ts';
import type { Market } from './market.ts';

/** A library that has some of the indicators too. */
export interface Rival {
  /** As the table shows it. */
  readonly name: string;
  /** A call that does what the indicator does at its defaults, or undefined where the library does not have it. */
  callOf(indicator: AnyIndicator, market: Market): (() => unknown) | undefined;
  /** Throws where the call's result is not what it should be. */
  check(indicator: AnyIndicator, market: Market, result: unknown): void;
}

import type { AnyFrame } from '../../../src/frame/index.ts';
import { type Timeframe, nextCandleOpen } from '../../../src/market/index.ts';
import { type Clock, systemClock } from '../../../src/util/clock.ts';

/**
 * A market's time that goes by the candles which arrived: the newest one has just closed. So made candles may come at any pace, and a
 * copy that is two candles behind the others counts as late.
 */
export function dataClock(timeframe: Timeframe): { readonly clock: Clock; note(frame: AnyFrame): void } {
  let newest = 0;
  return {
    clock: { now: () => nextCandleOpen(newest, timeframe), setTimer: (act, ms) => systemClock.setTimer(act, ms) },
    note: (frame) => void (newest = Math.max(newest, Number(frame.at(frame.length - 1, 'date')))),
  };
}

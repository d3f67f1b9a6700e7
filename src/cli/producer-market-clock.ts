import { nextCandleOpen, type Timeframe, timeframeMs, type TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';

/** A market clock that is set by what a producer sends. */
export interface ProducerMarketClock extends Clock {
  /** To be told of every frame: when its last candle opened. */
  heard(date: TimestampMs, timeframe: Timeframe): void;
}

/** Candles that are so many timeframes away from the wall's time are of another time: simulated or recorded. */
const OTHER_TIME = 10;

/** What comes on connecting comes at once, and says nothing of the pace. */
const LEAST_WAIT_MS = 50;

/**
 * The time of a producer's market, for one who knows nothing of it but its candles: wall time where they are of now. Where they are
 * of another time it goes on from the newest candle at the pace at which candles came before, so that one that stops coming is
 * missed there too.
 */
export function producerMarketClock(wall: Clock): ProducerMarketClock {
  let newest: { readonly closes: TimestampMs; readonly heardAt: TimestampMs } | undefined;
  let isOtherTime = false;
  let speed = 1;
  return {
    now() {
      if (newest === undefined || !isOtherTime) return wall.now();
      return newest.closes + (wall.now() - newest.heardAt) * speed;
    },
    heard(date, timeframe) {
      const closes = nextCandleOpen(date, timeframe);
      const heardAt = wall.now();
      if (newest !== undefined && closes <= newest.closes) return;
      const waited = newest === undefined ? 0 : heardAt - newest.heardAt;
      if (newest !== undefined && waited >= LEAST_WAIT_MS) speed = (closes - newest.closes) / waited;
      isOtherTime = Math.abs(closes - heardAt) > OTHER_TIME * timeframeMs(timeframe);
      newest = { closes, heardAt };
    },
    setTimer: (callback, delayMs) => wall.setTimer(callback, delayMs),
  };
}

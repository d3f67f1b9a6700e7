import type { Consumer } from '../consumer/index.ts';
import { candleOpen, nextCandleOpen, type Pair, type Timeframe, type TimestampMs } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { ProducerRead } from './bot-data-provider.ts';

/** What the wait for producers goes by. */
export interface ProducerWaitParts {
  /** Undefined where there is nobody to wait for. */
  readonly consumer: Consumer | undefined;
  readonly timeframe: Timeframe;
  /** The market's. */
  readonly clock: Clock;
  /** Which producers' frames each pair's last analysis read. */
  readonly reads: ReadonlyMap<Pair, readonly ProducerRead[]>;
  /** When our own newest candle of a pair opened. */
  readonly newest: (pair: Pair) => TimestampMs | undefined;
  /** Called for each pair whose wait is over, with whether the producer's part of the candle is there. */
  readonly onDue: (pair: Pair, complete: boolean) => void;
}

/** A candle's analysis waits for a producer's part of it for this share of the timeframe. */
const PATIENCE_SHARE = 0.25;

/** Holds new candles back until producers have sent their part of them, so that nothing is decided on half of a row. */
export class ProducerWait {
  readonly #parts: ProducerWaitParts;
  readonly #waiting = new Map<Pair, Timer>();

  constructor(parts: ProducerWaitParts) {
    this.#parts = parts;
  }

  /** How many pairs wait. */
  get size(): number {
    return this.#waiting.size;
  }

  has(pair: Pair): boolean {
    return this.#waiting.has(pair);
  }

  /** A pair has a new candle: it is due at once where no producer is behind with it. */
  onNewCandle(pair: Pair): void {
    if (this.#waiting.has(pair)) return;
    if (!this.#isLagging(pair)) return this.#parts.onDue(pair, true);
    const { clock, timeframe } = this.#parts;
    const opened = candleOpen(clock.now(), timeframe);
    const patience = (nextCandleOpen(opened, timeframe) - opened) * PATIENCE_SHARE;
    const timer = clock.setTimer(() => {
      this.#waiting.delete(pair);
      this.#parts.onDue(pair, false);
    }, patience);
    this.#waiting.set(pair, timer);
  }

  /** A frame that the waiting pair's strategy reads has changed. */
  onReadChanged(pair: Pair): void {
    if (!this.#waiting.has(pair) || this.#isLagging(pair)) return;
    this.#waiting.get(pair)?.cancel();
    this.#waiting.delete(pair);
    this.#parts.onDue(pair, true);
  }

  /** Waits for nothing any more. */
  stop(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
  }

  /** Whether a producer that is up has not sent its part of our newest candle yet. */
  #isLagging(pair: Pair): boolean {
    const { consumer, timeframe, reads } = this.#parts;
    const newest = this.#parts.newest(pair);
    if (consumer === undefined || newest === undefined) return false;
    return (reads.get(pair) ?? []).some(({ producer, key }) => {
      if (!consumer.isConnected(producer) || key.timeframe !== timeframe) return false;
      const view = consumer.view(producer, key);
      if (view === undefined || view.status === 'missing' || !consumer.pairs(producer).includes(key.pair)) return false;
      const dates = view.frame.numbers('date');
      return dates[dates.length - 1] < newest;
    });
  }
}

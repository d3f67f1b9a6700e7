import { candlePatienceMs, type Consumer } from '../consumer/index.ts';
import { candleOpen, nextCandleOpen, type Pair, type Timeframe, type TimestampMs } from '../market/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { ProducerRead } from './bot-data-provider.ts';

/** What the wait for producers goes by. */
export interface ProducerWaitParts {
  /** Undefined where there is no producer to wait for. */
  readonly consumer: Consumer | undefined;
  readonly timeframe: Timeframe;
  /** The market's. */
  readonly clock: Clock;
  /** Which producers' frames each pair's last analysis read. */
  readonly reads: ReadonlyMap<Pair, readonly ProducerRead[]>;
  /** When our own newest candle of a pair opened. */
  readonly newest: (pair: Pair) => TimestampMs | undefined;
  /** Whether own candles that closed with a pair's newest one are still to come. */
  readonly isShort: (pair: Pair) => boolean;
  /** Called for each pair whose wait is over, with the producers' frames whose part of the candle was waited for in vain. */
  readonly onDue: (pair: Pair, late: readonly ProducerRead[]) => void;
}

/**
 * Holds new candles back until what belongs to them is there, from producers and of our own other timeframes, so that nothing is
 * decided on half of a row; for `candlePatienceMs` at most.
 */
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

  /** A pair has a new candle: it is due at once where nothing of it is behind. */
  onNewCandle(pair: Pair): void {
    if (this.#waiting.has(pair)) return;
    if (!this.#isBehind(pair)) return this.#parts.onDue(pair, []);
    const { clock, timeframe } = this.#parts;
    const timer = clock.setTimer(() => {
      this.#waiting.delete(pair);
      this.#parts.onDue(pair, this.#lateReads(pair));
    }, candlePatienceMs(timeframe));
    this.#waiting.set(pair, timer);
  }

  /** Something that pairs wait for has come, or will not come any more. */
  look(): void {
    for (const pair of this.#waiting.keys()) this.lookAt(pair);
  }

  /** Something that a pair waits for has changed. */
  lookAt(pair: Pair): void {
    if (!this.#waiting.has(pair) || this.#isBehind(pair)) return;
    this.#waiting.get(pair)?.cancel();
    this.#waiting.delete(pair);
    this.#parts.onDue(pair, []);
  }

  /** Waits for nothing any more. */
  stop(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
  }

  #isBehind(pair: Pair): boolean {
    return this.#parts.isShort(pair) || this.#lateReads(pair).length > 0;
  }

  /** The frames of producers that are up and have not sent what closed by our newest candle's close. */
  #lateReads(pair: Pair): readonly ProducerRead[] {
    const { consumer, timeframe, reads } = this.#parts;
    const newest = this.#parts.newest(pair);
    if (consumer === undefined || newest === undefined) return [];
    const closed = nextCandleOpen(newest, timeframe);
    return (reads.get(pair) ?? []).filter(({ producer, key }) => {
      if (!consumer.isConnected(producer)) return false;
      const view = consumer.view(producer, key);
      if (view === undefined || view.status === 'missing' || !consumer.pairs(producer).includes(key.pair)) return false;
      const dates = view.frame.numbers('date');
      return dates[dates.length - 1] < nextCandleOpen(candleOpen(closed, key.timeframe), key.timeframe, -1);
    });
  }
}

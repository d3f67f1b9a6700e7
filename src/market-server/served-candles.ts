import {
  type Candle,
  type Candles,
  type PairKey,
  type Timeframe,
  type TimestampMs,
  candleOpen,
  nextCandleOpen,
  pairKeyText,
} from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { CandleWindow, MarketView } from './market-view.ts';

/** A candle as it is given out. */
export interface ServedCandle extends Candle {
  /** Whether it has closed, by the time that the answer tells of. */
  readonly isClosed: boolean;
}

/** Candles that open late may stand in a row; so many are looked through. */
const MOST_LATE = 1000;

/** The market's candles as clients see them: the exchange's own, unless a fault is injected. */
export class CandleDesk {
  readonly #view: MarketView;
  readonly #clock: Clock;
  readonly #faults: FaultInjector;

  constructor(options: { readonly view: MarketView; readonly clock: Clock; readonly faults: FaultInjector }) {
    this.#view = options.view;
    this.#clock = options.clock;
    this.#faults = options.faults;
  }

  /** The moment that a key's candles are told of now: the present, or earlier while candles are late or yesterday's. */
  asOf(key: PairKey): TimestampMs {
    const text = pairKeyText(key);
    const now = this.#clock.now() - this.#faults.setBackMs;
    let asOf = now;
    for (let i = 0; i < MOST_LATE; i++) {
      const open = candleOpen(asOf, key.timeframe);
      const late = this.#faults.candle('late', text, open);
      if (late === 0 || now >= open + late) return asOf;
      asOf = open - 1;
    }
    return asOf;
  }

  /** The candles of a window that ends now at the latest. */
  async candles(key: PairKey, window: Omit<CandleWindow, 'asOf'>): Promise<readonly ServedCandle[]> {
    const asOf = this.asOf(key);
    const candles = await this.#view.candles(key, { ...window, asOf });
    const served: ServedCandle[] = [];
    for (const candle of rowsOf(candles)) {
      const changed = this.#faulty(key, candle, asOf);
      if (changed !== undefined) served.push(changed);
    }
    return served;
  }

  /** A candle with its fault; undefined while it is missing. Open candles have none. */
  #faulty(key: PairKey, candle: Candle, asOf: TimestampMs): ServedCandle | undefined {
    const closedAt = nextCandleOpen(candle.date, key.timeframe);
    if (closedAt > asOf) return { ...candle, isClosed: false };
    const age = asOf - closedAt;
    const lasts = (name: 'missing' | 'repainted') => age < this.#faults.candle(name, pairKeyText(key), candle.date);
    if (lasts('missing')) return undefined;
    return { ...(lasts('repainted') ? repaint(candle) : candle), isClosed: true };
  }
}

/** Another candle in the same range: it closes at the range's other end, on half the volume. */
function repaint(candle: Candle): Candle {
  const { high, low, close, volume } = candle;
  return { ...candle, close: high - close > close - low ? high : low, volume: volume / 2 };
}

/** The rows of candles as objects. */
export function rowsOf(candles: Candles): readonly Candle[] {
  const { date, open, high, low, close, volume } = candles.columns;
  return Array.from(date, (time, i) => ({
    date: time,
    open: open[i],
    high: high[i],
    low: low[i],
    close: close[i],
    volume: volume[i],
  }));
}

/** The last millisecond of a candle, as Binance gives its end. */
export function closeTimeOf(open: TimestampMs, timeframe: Timeframe): TimestampMs {
  return nextCandleOpen(open, timeframe) - 1;
}

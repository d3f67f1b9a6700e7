import { type Exchange, ExchangeError } from '../exchange/index.ts';
import {
  candleOpen,
  type Candles,
  type CandleType,
  nextCandleOpen,
  type Pair,
  type Timeframe,
} from '../market/index.ts';

/** So many requests are under way at a time, as freqtrade has it. */
const MOST_AT_ONCE = 100;

/** Which candles of each pair: those of the last `count` that have closed by now. */
export interface RecentRequest {
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  readonly count: number;
  readonly signal: AbortSignal | undefined;
}

/** What was fetched of each pair: its candles, or why there are none. */
export type Fetched = ReadonlyMap<Pair, Candles | ExchangeError>;

/**
 * Fetches the newest candles of many pairs. One pair's failure is its own.
 *
 * @throws ExchangeError of kind `account`: then nothing can be asked of the exchange any more.
 */
export async function fetchRecent(
  exchange: Exchange,
  pairs: readonly Pair[],
  request: RecentRequest,
): Promise<Fetched> {
  const { timeframe, candleType, count, signal } = request;
  const since = nextCandleOpen(candleOpen(exchange.clock.now(), timeframe), timeframe, -count);
  const options = { limit: count, since, ...(signal === undefined ? {} : { signal }) };
  const fetched = new Map<Pair, Candles | ExchangeError>();
  const fetchOne = async (pair: Pair) => {
    try {
      fetched.set(pair, await exchange.fetchCandles({ pair, timeframe, candleType }, options));
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.kind === 'account') throw error;
      fetched.set(pair, error);
    }
  };
  for (let from = 0; from < pairs.length; from += MOST_AT_ONCE) {
    await Promise.all(pairs.slice(from, from + MOST_AT_ONCE).map(fetchOne));
  }
  return fetched;
}

/** Throws the first failure where there is nothing else: then it says nothing about the pairs, but about the exchange. */
export function expectSome(fetched: Fetched): void {
  const [first] = fetched.values();
  if (!(first instanceof ExchangeError)) return;
  for (const each of fetched.values()) if (!(each instanceof ExchangeError)) return;
  throw first;
}

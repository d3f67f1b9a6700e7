import { type Exchange, longestFetch } from '../exchange/index.ts';
import { type Candles, type PairKey, type TimestampMs, pairKeyText, timeframeMs } from '../market/index.ts';
import { timeText } from '../util/time-text.ts';
import { DownloadError } from './download-error.ts';

/** The candles that open from `since` on and before `until`. */
export interface PageRequest {
  readonly since: TimestampMs;
  readonly until: TimestampMs;
  readonly signal?: AbortSignal;
}

/** One page of a key's candles, none where there were no trades. */
export type FetchPage = (key: PairKey, request: PageRequest) => Promise<Candles>;

/** Pages of an exchange's history. */
export function pageFetcher(exchange: Exchange): FetchPage {
  return async (key, { since, until, signal }) => {
    const limit = Math.min(longestFetch, candlesIn(key, since, until));
    const page = await exchange.fetchCandles(key, { since, until, limit, ...(signal && { signal }) });
    const first = page.at(0, 'date');
    if (first !== undefined && first < since) throw wrongAnswer(exchange, key, since, first);
    return page;
  };
}

/** Never less than there can be: a month's nominal length is 30 days, and some have 28. */
function candlesIn({ timeframe }: PairKey, since: TimestampMs, until: TimestampMs): number {
  const nominal = (until - since) / timeframeMs(timeframe);
  return Math.max(1, Math.ceil(/[My]$/.test(timeframe) ? nominal * (30 / 28) : nominal));
}

function wrongAnswer(exchange: Exchange, key: PairKey, since: TimestampMs, first: TimestampMs): DownloadError {
  const message = `${exchange.name} was asked for ${pairKeyText(key)} from ${timeText(since)} on, and answered from ${timeText(first)}`;
  return new DownloadError('DOWNLOAD_WRONG_ANSWER', message, { value: first });
}

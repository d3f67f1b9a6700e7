import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Exchange, ExchangeError, readCandles, writeCandles } from '../exchange/index.ts';
import { firstDifference, framesEqual } from '../frame/index.ts';
import {
  type Candles,
  type PairKey,
  type TimestampMs,
  candleOpen,
  nextCandleOpen,
  noCandles,
} from '../market/index.ts';
import { countHoles } from './candle-holes.ts';
import { DownloadError } from './download-error.ts';
import { earliestOpening } from './earliest-opening.ts';
import type { FetchPage } from './fetch-page.ts';
import { type DownloadPlan, type HeldRange, planDownload, type PlanWish } from './plan-download.ts';

/** A file after a page more has been stored in it. */
export interface StoredPage {
  readonly rows: number;
  /** Candles of this page. */
  readonly added: number;
  /** How much of the plan is done: 0 to 1. */
  readonly share: number;
}

/** A candle file as a download left it. */
export interface FileReport {
  readonly key: PairKey;
  readonly path: string;
  /** Candles that were not there before. */
  readonly added: number;
  readonly rows: number;
  /** When the first and last candle opened; undefined in a file without candles, which is not written. */
  readonly from: TimestampMs | undefined;
  readonly until: TimestampMs | undefined;
  /** Candles missing between them. */
  readonly holes: number;
  readonly note?: string;
}

export interface DownloadFileOptions extends Omit<PlanWish, 'timeframe' | 'now'> {
  readonly exchange: Exchange;
  readonly fetchPage: FetchPage;
  readonly path: string;
  /** Starts anew: the file that is there is replaced with the first page, and removed where there is none. */
  readonly erase: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStored?: (page: StoredPage) => void;
}

/** A page has a tenth of what the file holds, so that writing a long file again and again stays a small part of the work. */
const SHORTEST_PAGE = 5000;
const LONGEST_PAGE = 100_000;

/**
 * Fetches what a candle file lacks, page by page. Every page is stored before the next is asked for, in a file that is whole
 * and without a gap at any moment, so that what is killed goes on where it was. Ends by reading the file back.
 *
 * @throws ExchangeError; DownloadError DOWNLOAD_WRONG_ANSWER, DOWNLOAD_NOT_STORED; the signal's reason.
 */
export async function downloadFile(key: PairKey, options: DownloadFileOptions): Promise<FileReport> {
  const { path, erase, exchange } = options;
  const before = erase ? noCandles : await heldCandles(path, key);
  const plan = planDownload(rangeOf(before), { ...options, timeframe: key.timeframe, now: exchange.clock.now() });
  const after = await fetchPlan({ key, plan, before }, options);
  if (after !== before) await expectStored(path, key, after);
  else if (erase) await rm(path, { force: true });
  return {
    key,
    path,
    added: after.length - before.length,
    rows: after.length,
    from: after.at(0, 'date'),
    until: after.last('date'),
    holes: countHoles(after, key),
    ...(plan.note === undefined ? {} : { note: plan.note }),
  };
}

interface Fetching {
  readonly key: PairKey;
  readonly plan: DownloadPlan;
  readonly before: Candles;
}

async function fetchPlan({ key, plan, before }: Fetching, options: DownloadFileOptions): Promise<Candles> {
  const { path, fetchPage, signal, onStored } = options;
  const { direction } = plan;
  let { since, until } = plan;
  let candles = before;
  let hasLookedForStart = false;
  while (since < until) {
    signal?.throwIfAborted();
    const page = nextPage({ since, until, direction }, key, candles.length);
    const fetched = await fetchPage(key, { ...page, ...(signal && { signal }) });
    if (direction === 'after') since = page.until;
    else until = page.since;
    if (fetched.length > 0) {
      const joined = direction === 'after' ? joinAfter(candles, fetched) : fetched.append(candles);
      if (joined !== candles) await writeCandles(path, joined, key.candleType);
      candles = joined;
      const left = (until - since) / (plan.until - plan.since);
      onStored?.({ rows: candles.length, added: fetched.length, share: 1 - left });
    } else if (!hasLookedForStart && since < until && (direction === 'before' || candles.length === 0)) {
      hasLookedForStart = true;
      const earliest = await earliestOpening(options.exchange, key, signal);
      if (earliest !== undefined) since = Math.max(since, candleOpen(earliest, key.timeframe));
    }
  }
  return candles;
}

function nextPage({ since, until, direction }: DownloadPlan, { timeframe }: PairKey, rows: number) {
  const count = Math.min(LONGEST_PAGE, Math.max(SHORTEST_PAGE, Math.floor(rows / 10)));
  return direction === 'after'
    ? { since, until: Math.min(until, nextCandleOpen(since, timeframe, count)) }
    : { since: Math.max(since, nextCandleOpen(until, timeframe, -count)), until };
}

/** The last candle that a file holds may have been stored while it was open, so a fetched one takes its place. */
function joinAfter(held: Candles, fetched: Candles): Candles {
  if (held.length === 0 || held.last('date') !== fetched.at(0, 'date')) return held.append(fetched);
  const isKnown = fetched.length === 1 && framesEqual(held.tail(1), fetched);
  return isKnown ? held : held.slice(0, -1).append(fetched);
}

function rangeOf(candles: Candles): HeldRange | undefined {
  const [first, last] = [candles.at(0, 'date'), candles.last('date')];
  return first === undefined || last === undefined ? undefined : { first, last };
}

async function heldCandles(path: string, { candleType }: PairKey): Promise<Candles> {
  if (!existsSync(path)) return noCandles;
  try {
    return await readCandles(path, candleType);
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.kind !== 'data') throw error;
    throw new ExchangeError(error.code, `${error.message}; --erase downloads it anew`, { value: path, cause: error });
  }
}

async function expectStored(path: string, { candleType }: PairKey, candles: Candles): Promise<void> {
  // Of a funding rate, freqtrade's files hold nothing else.
  const written = (all: Candles) => (candleType === 'funding_rate' ? all.select(['date', 'open']) : all);
  const difference = firstDifference(written(candles), written(await readCandles(path, candleType)));
  if (difference === undefined) return;
  const message = `${path} does not hold what was written to it: ${JSON.stringify(difference)}`;
  throw new DownloadError('DOWNLOAD_NOT_STORED', message, { value: path });
}

import { type Timeframe, isTimeframe } from '../market/index.ts';
import type { Listing, Listings, Section } from './symbols.ts';

/** What a stream tells of. */
export type Stream =
  | { readonly kind: 'kline'; readonly name: string; readonly listing: Listing; readonly timeframe: Timeframe }
  | { readonly kind: 'ticker' | 'miniTicker' | 'bookTicker'; readonly name: string; readonly listing: Listing }
  | { readonly kind: 'allTickers' | 'allMiniTickers' | 'allBookTickers'; readonly name: string };

const allStreams: ReadonlyMap<string, Stream> = new Map(
  (
    [
      ['!ticker@arr', 'allTickers'],
      ['!miniTicker@arr', 'allMiniTickers'],
      ['!bookTicker', 'allBookTickers'],
    ] as const
  ).map(([name, kind]) => [name, { kind, name }]),
);

/** Reads a stream's name, `btcusdt@kline_5m`; undefined for streams that are not served, and for symbols that there are not. */
export function parseStream(
  name: string,
  section: Section,
  market: { readonly listings: Listings; readonly timeframes: readonly Timeframe[] },
): Stream | undefined {
  const all = allStreams.get(name);
  if (all !== undefined) return all;
  const [symbol, channel = ''] = name.split('@');
  const listing = market.listings.find(section, symbol.toUpperCase());
  if (listing === undefined || symbol !== symbol.toLowerCase() || name.split('@').length !== 2) return undefined;
  if (channel === 'ticker' || channel === 'miniTicker' || channel === 'bookTicker')
    return { kind: channel, name, listing };
  const interval = /^kline_(.+)$/.exec(channel)?.[1] ?? '';
  if (!isTimeframe(interval) || !market.timeframes.includes(interval)) return undefined;
  return { kind: 'kline', name, listing, timeframe: interval };
}

/** How a websocket is to be served, by where it was opened. */
export interface StreamTarget {
  readonly section: Section;
  /** Whether messages stand beside their stream's name. */
  readonly isCombined: boolean;
  /** Names of streams to begin with. */
  readonly names: readonly string[];
}

/** `/ws` and `/stream` below nothing or `/stream` for spot, and below `/fstream` for futures; futures' paths may have a category. */
const TARGET_PATTERN = /^(?:\/(f?)stream(?:\/(?:market|public|private))?)?\/(ws|stream)(\/.*)?$/;

/** What a websocket's path and query ask for; undefined for a path that has no streams. */
export function streamTarget(path: string, query: URLSearchParams): StreamTarget | undefined {
  // Spot's own combined streams stand right at /stream.
  const match = TARGET_PATTERN.exec(path) ?? (path === '/stream' ? [path, '', 'stream', ''] : null);
  if (match === null) return undefined;
  const [, futures = '', kind, rest = ''] = match;
  const listed = kind === 'stream' ? (query.get('streams') ?? '') : rest.slice(1);
  // ccxt numbers its connections: what is no stream's name is no stream.
  const names = listed.split('/').filter((name) => name.includes('@') || name.startsWith('!'));
  return { section: futures === 'f' ? 'futures' : 'spot', isCombined: kind === 'stream', names };
}

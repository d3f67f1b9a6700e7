import type { Exchange } from '../exchange/index.ts';
import type { TimestampMs } from '../market/index.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { PaperAccount } from './paper-account.ts';
import { refusals } from './refusal.ts';
import type { RequestParameters } from './request-parameters.ts';
import type { CandleDesk } from './served-candles.ts';
import type { Listing, Listings, Section } from './symbols.ts';

/** What requests are answered from. */
export interface Scene {
  readonly exchange: Exchange;
  readonly listings: Listings;
  readonly desk: CandleDesk;
  readonly faults: FaultInjector;
  /** Undefined where there is none: then every key is unknown. */
  readonly account: PaperAccount | undefined;
}

/** One request that is served. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly section: Section;
  readonly parameters: RequestParameters;
  /** What the signature covers, and the key that was sent. */
  readonly signedText: string;
  readonly apiKey: string | undefined;
}

/** A request that is known: what it weighs, whether it is signed, and its answer, which becomes JSON. */
export interface Route {
  readonly weight: number;
  /** `key`: the account's key alone; `signed`: its signature too. */
  readonly access?: 'key' | 'signed';
  answer(call: ApiCall, scene: Scene): unknown;
}

/** Routes by method and path, as in `GET /api/v3/time`. */
export type RouteTable = Readonly<Record<string, Route>>;

/** The exchange's own time, which a fault may skew. */
export function serverTime({ exchange, faults }: Scene): TimestampMs {
  return Math.floor(exchange.clock.now()) + faults.skewMs;
}

/** The market that a request names. @throws Refusal -1102, -1121 */
export function askedListing({ section, parameters }: ApiCall, { listings }: Scene): Listing {
  const listing = listings.find(section, parameters.needText('symbol'));
  if (listing === undefined) throw refusals.badSymbol();
  return listing;
}

/** The markets that a request names, all without a name, and whether it named one alone. @throws Refusal -1100, -1121 */
export function askedListings(
  { section, parameters }: ApiCall,
  { listings }: Scene,
): { readonly asked: readonly Listing[]; readonly isOne: boolean } {
  const symbols = parameters.symbols();
  if (symbols === undefined) return { asked: listings.of(section), isOne: false };
  const asked = symbols.map((symbol) => {
    const listing = listings.find(section, symbol);
    if (listing === undefined) throw refusals.badSymbol();
    return listing;
  });
  return { asked, isOne: parameters.text('symbols') === undefined };
}

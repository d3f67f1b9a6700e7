import { type Server, createServer } from 'node:http';
import type { Exchange, Market } from '../exchange/index.ts';
import type { Pair } from '../market/index.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { Scene } from './api-call.ts';
import { ccxtUrls } from './ccxt-urls.ts';
import { FaultInjector } from './fault-injector.ts';
import type { FaultPlan } from './fault-plan.ts';
import { HttpEndpoint } from './http-endpoint.ts';
import { MarketServerError } from './market-server-error.ts';
import { marketView } from './market-view.ts';
import { unknownPair } from './open-market.ts';
import { PaperAccount, type PaperAccountOptions } from './paper-account.ts';
import { RequestLog } from './request-log.ts';
import { CandleDesk } from './served-candles.ts';
import { mountStreams } from './stream-endpoint.ts';
import { listMarkets } from './symbols.ts';

export interface MarketServerOptions {
  /** The market to serve. Its clock is the market's time; it is not closed by the server. */
  readonly exchange: Exchange;
  /**
   * Opens the same market once more, under a clock that it is given. With it any old candles can be asked for, and what was to be
   * seen at an earlier moment; without it, the newest `longestFetch` of each timeframe. Closed with the server.
   */
  readonly openView?: (clock: Clock) => Exchange;
  /** Which pairs to serve; all without it. */
  readonly pairs?: readonly Pair[];
  /** An account to trade with on paper. Without one every key is refused. */
  readonly account?: PaperAccountOptions;
  readonly faults?: FaultPlan;
  /** Of the faults' chance. Default 0. */
  readonly seed?: string | number;
  readonly logger: Logger;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, any free one. */
  readonly port?: number;
  /** What clients wait by. Default the wall's. */
  readonly wallClock?: Clock;
  /** How long between two rounds of stream messages, in ms of the wall. Default 1000. */
  readonly streamIntervalMs?: number;
}

const DEFAULT_STREAM_INTERVAL_MS = 1000;

/** A server that speaks Binance's API for a market. */
export interface MarketServer {
  /** @throws MarketServerError SERVER_PORT_IN_USE, SERVER_LISTEN_FAILED. */
  listen(): Promise<MarketServerAddress>;
  /** Ends every connection and stops listening. Harmless when repeated. */
  close(): Promise<void>;
  /** What is served. */
  readonly pairs: readonly Pair[];
  /** What was asked for so far. */
  readonly requests: RequestLog;
  /** What goes wrong; a new plan is in force at once. */
  faults: FaultPlan;
  /** How often each fault has struck a request so far, by all plans. */
  readonly struck: Readonly<Record<string, number>>;
}

export interface MarketServerAddress {
  readonly host: string;
  readonly port: number;
  /** What to give to ccxt's `binance` as `urls`. */
  readonly ccxtUrls: ReturnType<typeof ccxtUrls>;
}

/**
 * Builds a market server: Binance's REST API for spot and USDT futures, its streams, and faults on request.
 *
 * @throws MarketServerError SERVER_NO_MARKETS, SERVER_UNKNOWN_PAIR, SERVER_BAD_BALANCE; ExchangeError.
 */
export async function createMarketServer(options: MarketServerOptions): Promise<MarketServer> {
  const { exchange, logger, wallClock = systemClock, seed = 0 } = options;
  const listings = listMarkets(chosenMarkets(await exchange.fetchMarkets(), options.pairs));
  if (listings.all.length === 0) {
    throw new MarketServerError('SERVER_NO_MARKETS', `${exchange.name} has no pair that Binance could have`);
  }
  if (listings.leftOut.length > 0)
    logger.warn(`not served, having no symbol of their own: ${listings.leftOut.join(', ')}`);
  const faults = new FaultInjector({ seed, clock: exchange.clock, wallClock, plan: options.faults ?? {} });
  const view = marketView(exchange, options.openView);
  const desk = new CandleDesk({ view, clock: exchange.clock, faults });
  const account = options.account === undefined ? undefined : new PaperAccount(options.account, { exchange, view });
  const scene: Scene = { exchange, listings, desk, faults, account };
  const requests = new RequestLog();
  const http = new HttpEndpoint({ scene, log: requests, logger, wallClock });
  const server = createServer((request, response) => void http.serve(request, response));
  const streamIntervalMs = options.streamIntervalMs ?? DEFAULT_STREAM_INTERVAL_MS;
  const streams = mountStreams(server, { scene, logger, wallClock, intervalMs: streamIntervalMs });
  return {
    requests,
    pairs: listings.all.map(({ market }) => market.pair),
    listen: () => listen(server, options.host ?? '127.0.0.1', options.port ?? 0),
    async close() {
      streams.close();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
      await view.close();
    },
    get struck() {
      return faults.struck;
    },
    get faults() {
      return faults.plan;
    },
    set faults(plan) {
      faults.plan = plan;
    },
  };
}

function chosenMarkets(markets: readonly Market[], pairs: readonly Pair[] | undefined): readonly Market[] {
  if (pairs === undefined) return markets;
  const byPair = new Map(markets.map((market) => [market.pair, market]));
  return [...new Set(pairs)].map((pair) => {
    const market = byPair.get(pair);
    if (market === undefined) throw unknownPair(pair, [...byPair.keys()]);
    return market;
  });
}

function listen(server: Server, host: string, port: number): Promise<MarketServerAddress> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown) => reject(listenError(error, host, port));
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ host, port: taken, ccxtUrls: ccxtUrls(host, taken) });
    });
  });
}

function listenError(error: unknown, host: string, port: number): MarketServerError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `${host}:${port} is in use by another program; stop it, or choose another port`;
    return new MarketServerError('SERVER_PORT_IN_USE', message, { value: port, cause: error });
  }
  const message = `cannot listen on ${host}:${port}: ${messageOf(error)}`;
  return new MarketServerError('SERVER_LISTEN_FAILED', message, { value: host, cause: error });
}

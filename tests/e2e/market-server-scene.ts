import ccxt, { type binance } from 'ccxt';
import { afterEach } from 'vitest';
import { type Exchange, simulatedExchange } from '../../src/exchange/index.ts';
import {
  type MarketServer,
  type MarketServerAddress,
  type MarketServerOptions,
  createMarketServer,
} from '../../src/market-server/index.ts';
import { parsePair } from '../../src/market/index.ts';
import { type ManualClock, manualClock } from '../../src/testing/index.ts';
import { type Clock, systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/logger.ts';

export const START = Date.UTC(2026, 0, 15, 6, 45, 30);
export const KEY = 'paper-key';
export const SECRET = 'paper-secret';
/** One whose price has ten decimals among them. */
export const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SHIB/USDT', 'BTC/USDT:USDT'].map(parsePair);

type Pro = InstanceType<typeof ccxt.pro.binance>;

/** A market server over a simulated market whose time stands until it is told to move, and clients of it. */
export interface MarketScene {
  readonly clock: ManualClock;
  readonly exchange: Exchange;
  readonly server: MarketServer;
  readonly address: MarketServerAddress;
  /** Lets time go on by itself, 10 s of the market's every 20 ms, until the test ends. */
  readonly flow: () => void;
  /** ccxt's class for Binance, pointed at the server. */
  readonly client: (settings?: Readonly<Record<string, unknown>>) => binance;
  /** The same with websockets. */
  readonly pro: (settings?: Readonly<Record<string, unknown>>) => Promise<Pro>;
}

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

export async function marketScene(
  options: Partial<MarketServerOptions> & {
    readonly holes?: number;
    /** Whether old candles can be had at any depth; default true. */
    readonly hasView?: boolean;
    readonly hasAccount?: boolean;
  } = {},
): Promise<MarketScene> {
  const { holes = 0, hasView = true, hasAccount = true, ...serverOptions } = options;
  const account = { apiKey: KEY, secret: SECRET, balances: { USDT: '1000', BTC: '0.5' }, signingClock: systemClock };
  const clock = manualClock(START);
  const openView = (at: Clock) => simulatedExchange({ seed: 'market server', pairs: PAIRS, clock: at, holes });
  const exchange = openView(clock);
  const server = await createMarketServer({
    exchange,
    ...(hasView ? { openView } : {}),
    ...(hasAccount ? { account } : {}),
    logger: silentLogger,
    streamIntervalMs: 10,
    ...serverOptions,
  });
  const address = await server.listen();
  cleanUps.push(() => server.close());
  const settings = { urls: address.ccxtUrls, apiKey: KEY, secret: SECRET, enableRateLimit: false };
  return {
    clock,
    exchange,
    server,
    address,
    flow() {
      const timer = setInterval(() => clock.advance(10_000), 20);
      cleanUps.push(async () => clearInterval(timer));
    },
    client: (more) => new ccxt.binance({ ...settings, ...more }),
    async pro(more) {
      const made = new ccxt.pro.binance({ ...settings, ...more });
      // Without it ccxt refuses addresses without TLS.
      await made.loadHttpProxyAgent();
      cleanUps.push(() => made.close());
      return made;
    },
  };
}

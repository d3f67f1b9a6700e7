import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '../../python-environment.ts';
import type { RunningBot, StartBot } from './running-bot.ts';
import { type Market, startMarket } from './start-market.ts';
import { startOwnBot } from './start-own-bot.ts';
import { startStockBot } from './start-stock-bot.ts';

/** From the first producer over one that consumes it and produces itself to the last consumer. */
export type Chain = readonly [RunningBot, RunningBot, RunningBot];

/** Two chains on one market. */
export interface SixBots {
  readonly market: Market;
  /** freqtrade → Candlecast → freqtrade. */
  readonly stockFirst: Chain;
  /** Candlecast → freqtrade → Candlecast. */
  readonly oursFirst: Chain;
  readonly bots: readonly RunningBot[];
}

const OURS = {
  producer: fileURLToPath(new URL('producer-strategy.ts', import.meta.url)),
  consumer: fileURLToPath(new URL('consumer-strategy.ts', import.meta.url)),
  chain: fileURLToPath(new URL('chain-strategy.ts', import.meta.url)),
};

/** More pairs, more decisions; two of the first twenty cost less than a thousandth of a USDT. */
export const PAIRS = 22;

/**
 * Starts a market and six bots on it, each after the one that it consumes, as an operator would.
 *
 * @param freqtrade the release of the first chain's two stock bots, and of the second chain's one.
 */
export async function startSixBots(freqtrade: {
  readonly outer: PythonEnvironment;
  readonly inner: PythonEnvironment;
}): Promise<SixBots> {
  const market = await startMarket(PAIRS);
  const outer: StartBot = (plan) => startStockBot(freqtrade.outer, plan);
  const inner: StartBot = (plan) => startStockBot(freqtrade.inner, plan);

  const stockFirst = async (): Promise<Chain> => {
    const first = await outer({ name: 'stock producer', strategy: 'ProducerStrategy', market });
    const middle = await startOwnBot({
      name: 'our consumer of the stock producer',
      strategy: OURS.consumer,
      market,
      producerPort: first.port,
    });
    const name = 'stock consumer of our consumer';
    return [first, middle, await outer({ name, strategy: 'ChainStrategy', market, producerPort: middle.port })];
  };
  const oursFirst = async (): Promise<Chain> => {
    const first = await startOwnBot({ name: 'our producer', strategy: OURS.producer, market });
    const middle = await inner({
      name: 'stock consumer of our producer',
      strategy: 'ConsumerStrategy',
      market,
      producerPort: first.port,
    });
    const name = 'our consumer of the stock consumer';
    return [first, middle, await startOwnBot({ name, strategy: OURS.chain, market, producerPort: middle.port })];
  };
  const chains = await Promise.all([stockFirst(), oursFirst()]);
  return { market, stockFirst: chains[0], oursFirst: chains[1], bots: chains.flat() };
}

import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { simulatedExchange } from '../exchange/index.ts';
import { parsePair } from '../market/index.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { silentLogger } from '../util/logger.ts';
import { FaultInjector } from './fault-injector.ts';
import { marketView } from './market-view.ts';
import { CandleDesk } from './served-candles.ts';
import { mountStreams } from './stream-endpoint.ts';
import { listMarkets } from './symbols.ts';

const releases: (() => void)[] = [];
afterEach(() => {
  for (const release of releases.splice(0)) release();
});

/** Streams of a market in which looking for the symbol BAD fails, and what is logged as an error. */
async function serveStreams() {
  const clock = manualClock(Date.UTC(2026, 0, 15));
  const exchange = simulatedExchange({ seed: 1, pairs: [parsePair('BTC/USDT')], clock });
  const listings = listMarkets(await exchange.fetchMarkets());
  const find: typeof listings.find = (section, symbol) => {
    if (symbol === 'BAD') throw new Error('a mistake in the market');
    return listings.find(section, symbol);
  };
  const faults = new FaultInjector({ seed: 1, clock, wallClock: clock, plan: {} });
  const desk = new CandleDesk({ view: marketView(exchange), clock, faults });
  const scene = { exchange, listings: { ...listings, find }, faults, desk, account: undefined };
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const server = createServer();
  const streams = mountStreams(server, { scene, logger, wallClock: clock, intervalMs: 1000 });
  releases.push(() => {
    streams.close();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { errors, url: `ws://127.0.0.1:${port}/ws` };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return socket;
}

describe('streams', () => {
  it('cut the one client whose message fails, and serve the others', async () => {
    const { url, errors } = await serveStreams();
    const [bad, good] = [await connect(url), await connect(url)];
    const cut = new Promise((resolve) => bad.on('close', resolve));
    bad.send('{"method": "SUBSCRIBE", "params": ["bad@ticker"], "id": 1}');
    expect(await cut).toBe(1006);
    expect(errors).toEqual([expect.stringContaining('a mistake in the market')]);
    const answer = new Promise((resolve) => good.on('message', (data: Buffer) => resolve(data.toString('utf8'))));
    good.send('{"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": 2}');
    expect(await answer).toBe('{"result":null,"id":2}');
    good.terminate();
  });
});

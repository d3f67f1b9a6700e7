import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromArrow } from '../../../../src/arrow/index.ts';
import { type AnyFrame, framesEqual } from '../../../../src/frame/index.ts';
import { parsePair } from '../../../../src/market/index.ts';
import type { ProducerOptions } from '../../../../src/producer/index.ts';
import { manualClock, sampleKey } from '../../../../src/testing/index.ts';
import {
  type RunningProducer,
  runningProducer,
  TOKEN,
  type WatchedClient,
  watchedClient,
} from '../../../e2e/wire-scene.ts';
import { eventually } from '../../eventually.ts';
import { differenceFromPublished } from '../compare/cells-as-pandas-reads.ts';
import { differenceFromHeld } from '../compare/compare-held.ts';
import { rowTexts, stockClients } from './fault-clients.ts';
import { frameOf } from './fault-frames.ts';
import { type FaultProcess, faultProcess } from './fault-process.ts';
import { eventsOf, untilAllEqual, whileFrozen } from './fault-scene.ts';
import { PLAIN_TOKEN, writtenFrame } from '../consumer/stock-consumer-scene.ts';
import { freePort } from '../../free-port.ts';
import type { StockPeer } from '../peer/stock-peer.ts';
import { useFreqtrade, useStockPeer } from '../peer/use-stock-peer.ts';
import { servingPeer, type StockProducerScene } from '../producer/stock-producer-scene.ts';
import { freqtradeVersions, newestFreqtrade } from '../versions.ts';

/** All that is told after a fault is over is at the other end by then, and equal. Stock consumers wait a second between attempts here. */
const CONVERGED_MS = 20_000;

/** Between candles that go on during a fault. */
const EVERY_MS = 300;

/** As many whole frames of 200 columns as no socket's buffers hold. */
const FROZEN_CANDLES = 20;

/** Longer than any test. */
const FOREVER_MS = 600_000;

const ROWS = 150;
const PAIRS = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT'];
const KEYS = PAIRS.map((pair) => sampleKey(pair));

describe.each(freqtradeVersions)('freqtrade %s, with faults', (version) => {
  const peer = useFreqtrade(version);

  it('as a consumer comes back to our producer that was killed while candles went on, and is killed itself, and holds all', async () => {
    const stream = { pairs: PAIRS, rows: ROWS, everyMs: EVERY_MS, anchorMs: Date.now() };
    const settings = { ...stream, port: await freePort(), token: PLAIN_TOKEN };
    const target = [{ port: settings.port, ws_token: PLAIN_TOKEN }];
    const first = await faultProcess('fault-producer', settings);
    let producer = first;
    let consumer = peer();
    try {
      await consumer.connect(target);
      await untilStockMoves(consumer);
      await producer.kill();
      producer = await faultProcess('fault-producer', settings);
      await untilStockMoves(consumer);
      await consumer.kill();
      consumer = peer();
      await consumer.connect(target);
      await untilStockMoves(consumer);
      const newest = Number(await producer.ask('end'));
      await untilStockEquals(consumer, (pair) => frameOf(pair, { first: newest + 1 - ROWS, rows: ROWS }));
      for (const { log } of [first, producer]) {
        expect(log).not.toBe('');
        expect(log).not.toContain(PLAIN_TOKEN);
      }
    } finally {
      await producer.kill();
      await consumer.kill();
    }
  });

  it('as a producer is killed while candles go on, as our consumer is: it is stale with a reason meanwhile, and holds all', async () => {
    let stock = peer();
    let consumer: FaultProcess | undefined;
    try {
      let scene = await servingPeer(stock);
      const { port } = scene;
      let first = 0;
      const candle = async () => {
        first += 1;
        for (const key of KEYS) await stock.publish(key, frameOf(key.pair, { first, rows: ROWS }));
      };
      await stock.setWhitelist(PAIRS);
      for (const key of KEYS) await stock.hold(key, frameOf(key.pair, { rows: ROWS }));
      await using client = watchedClient(port);
      consumer = await faultProcess('fault-consumer', { port, token: TOKEN });
      await untilAllEqual(scene, client, KEYS);
      await candle();
      await untilProcessEquals(scene, consumer);

      await stock.kill();
      await eventually('the loss of the producer', () => (client.client.connected ? undefined : true));
      expect(client.client.frame(PAIRS[0], '5m')).toMatchObject({
        status: 'stale',
        reason: expect.stringMatching(/^producer "default" is not connected: /),
      });
      // It was away for candles 2 to 4.
      first = 4;
      stock = peer();
      await servingPeer(stock, port);
      scene = { ...scene, stock };
      for (const key of KEYS) await stock.hold(key, frameOf(key.pair, { first, rows: ROWS }));
      await stock.setWhitelist(PAIRS);
      await untilAllEqual(scene, client, KEYS, { patienceMs: CONVERGED_MS });
      await candle();

      await consumer.kill();
      await candle();
      expect(consumer.log).not.toContain(TOKEN);
      consumer = await faultProcess('fault-consumer', { port, token: TOKEN });
      await candle();
      await untilAllEqual(scene, client, KEYS, { patienceMs: CONVERGED_MS });
      await untilProcessEquals(scene, consumer);
      expect(client.lines.join('\n')).not.toContain(TOKEN);
    } finally {
      await consumer?.kill();
      await stock.kill();
    }
  });
});

/** Waits until a stock consumer's copies end later than they do now. */
async function untilStockMoves(consumer: StockPeer): Promise<void> {
  const ends = async () => new Map((await consumer.extents()).map(({ key, last }) => [key[0], last]));
  const before = await ends();
  const haveMoved = async () => {
    const now = await ends();
    return PAIRS.every((pair) => (now.get(pair) ?? 0) > (before.get(pair) ?? 0)) ? true : undefined;
  };
  await eventually('newer candles at the stock consumer', haveMoved, {
    patienceMs: CONVERGED_MS,
    seen: async () => ({ extents: await consumer.extents(), log: (await consumer.takeLog()).slice(-10) }),
  });
}

/** Waits until a stock consumer's copies are these frames, or reach back further and end with them. */
async function untilStockEquals(
  consumer: StockPeer,
  frameOfPair: (pair: string) => AnyFrame,
  { pairs = PAIRS, producer = 'default' }: { readonly pairs?: readonly string[]; readonly producer?: string } = {},
): Promise<void> {
  for (const pair of pairs) {
    const frame = frameOfPair(pair);
    const difference = async () => {
      const copy = await consumer.copy(sampleKey(pair), producer);
      const columns = copy.columns.map(({ name, dtype, values }) => ({
        name,
        dtype,
        values: values.slice(-frame.length),
      }));
      return differenceFromPublished(frame, { ...copy, columns, rows: Math.min(copy.rows, frame.length) });
    };
    await eventually(
      `the stock consumer's copy of ${pair}, equal`,
      async () => ((await difference()) === undefined ? true : undefined),
      { patienceMs: CONVERGED_MS, seen: difference },
    );
  }
}

/** Waits until what a consumer process of ours holds is what the stock producer holds. */
async function untilProcessEquals({ stock, missingDatesAreNumbers }: StockProducerScene, consumer: FaultProcess) {
  for (const key of KEYS) {
    const held = await stock.held(key);
    const difference = async () => {
      const answer = await consumer.ask(key.pair);
      if (answer === '') return 'there is no copy';
      return differenceFromHeld(held, fromArrow(Buffer.from(answer, 'base64')), { missingDatesAreNumbers });
    };
    await eventually(
      `the copy of ${key.pair} in a process of its own, equal`,
      async () => ((await difference()) === undefined ? true : undefined),
      { patienceMs: CONVERGED_MS, seen: difference },
    );
  }
}

describe('a stock producer', () => {
  let stock: StockPeer;
  let scene: StockProducerScene;

  const freqtrade = useStockPeer(newestFreqtrade, servingPeer);
  beforeEach(async () => {
    scene = freqtrade.shared();
    ({ stock } = scene);
    for (const key of KEYS) await stock.hold(key, frameOf(key.pair, { rows: ROWS }));
    await stock.setWhitelist(PAIRS);
  });

  it('that refuses our token is told once, with the setting, then at widening intervals, and the token stands in no log', async () => {
    const wsToken = 'not+the/token of&that=producer';
    await using client = watchedClient(scene.port, { wsToken });
    await client.until(() => eventsOf(client, 'disconnected').length >= 4);
    const told = eventsOf(client, 'disconnected').slice(0, 4);
    for (const [i, { cause, reason, retryInMs, attempt }] of told.entries()) {
      expect({ cause, attempt }).toEqual({ cause: 'unauthorized', attempt: i + 1 });
      expect(reason).toContain("refused the token; ws_token must be one of the producer's api_server.ws_token");
      expect(retryInMs).toBeGreaterThanOrEqual(0.75 * 250 * 1.5 ** i);
    }
    // At the first, the second and the fourth attempt.
    expect(client.lines.filter((line) => line.startsWith('warn'))).toHaveLength(3);
    const all = JSON.stringify([client.lines, client.events]);
    expect(all).not.toContain(wsToken);
    expect(all).not.toContain(encodeURIComponent(wsToken));
    expect(client.client.frame(PAIRS[0], '5m').reason).toContain(told[0].reason);
  });

  it('whose strategy has other columns from a candle on is followed: no row of ours lacks them', async () => {
    await using client = watchedClient(scene.port);
    await untilAllEqual(scene, client, KEYS);
    for (const indicators of [6, 3]) {
      for (const key of KEYS)
        await stock.publish(key, frameOf(key.pair, { first: indicators, rows: ROWS, indicators }));
      await untilAllEqual(scene, client, KEYS, { patienceMs: CONVERGED_MS });
    }
    // Never was a window shown with rows of both.
    for (const { frame } of eventsOf(client, 'update')) {
      expect(frame.length).toBe(ROWS);
      for (const name of frame.names.filter((each) => each.startsWith('indicator'))) {
        expect(Array.from(frame.numbers(name)).some(Number.isNaN)).toBe(false);
      }
    }
  });

  it('that is frozen shows as stale with the reason, and comes back', async () => {
    const marketClock = manualClock(Date.UTC(2026, 0, 5) + ROWS * 300_000);
    await using client = watchedClient(scene.port, { marketClock, waitTimeoutMs: 1000, pingTimeoutMs: 1000 });
    const view = () => client.client.frame(PAIRS[0], '5m');
    await untilAllEqual(scene, client, KEYS);
    expect(view()).toMatchObject({ status: 'live', reason: undefined });
    await whileFrozen(stock, async () => {
      await eventually('a copy that is stale', () => (view().status === 'stale' ? true : undefined));
      expect(view().reason).toBe('producer "default" is not connected: no answer to a ping within 1 s');
    });
    await untilAllEqual(scene, client, KEYS, { patienceMs: CONVERGED_MS });
    await eventually('a live copy', () => (view().status === 'live' ? true : undefined), { seen: () => view().reason });
    // Candles that do not come are noticed without any fault of the connection.
    marketClock.advance(2 * 300_000);
    expect(view()).toMatchObject({ status: 'stale', reason: expect.stringContaining('should have come') });
  });

  it('that dies leaves the frames of another under another name untouched', async () => {
    const dying = freqtrade.another();
    try {
      const { port } = await servingPeer(dying);
      for (const key of KEYS) await dying.hold(key, frameOf(`${key.pair} other`, { rows: ROWS }));
      await dying.setWhitelist(PAIRS);
      const marketClock = manualClock(Date.UTC(2026, 0, 5) + ROWS * 300_000);
      await using living = watchedClient(scene.port, { name: 'living', marketClock });
      await using dead = watchedClient(port, { name: 'dead', marketClock });
      await untilAllEqual(scene, living, KEYS);
      await untilAllEqual({ ...scene, stock: dying }, dead, KEYS);
      await dying.kill();
      const view = (client: WatchedClient) => client.client.frame(PAIRS[0], '5m');
      await eventually('the loss of the one', () => (view(dead).status === 'stale' ? true : undefined));
      expect(view(dead).reason).toMatch(/^producer "dead" is not connected: /);
      expect(view(dead).frame.length).toBe(ROWS);
      expect(view(living)).toMatchObject({ status: 'live' });
      for (const key of KEYS) await stock.publish(key, frameOf(key.pair, { first: 1, rows: ROWS }));
      await untilAllEqual(scene, living, KEYS);
      expect(eventsOf(living, 'disconnected')).toEqual([]);
    } finally {
      await dying.kill();
    }
  });
});

describe('our producer, with stock consumers that', () => {
  let consumer: StockPeer;

  const freqtrade = useStockPeer(newestFreqtrade, (peer) => peer);
  beforeEach(() => {
    consumer = freqtrade.shared();
  });
  afterEach(async () => {
    await consumer?.disconnect();
  }, 60_000);

  async function producerOf(pairs: readonly string[], limits: ProducerOptions = {}): Promise<RunningProducer> {
    const running = await runningProducer({ settings: { wsTokens: [PLAIN_TOKEN] }, limits });
    running.producer.setWhitelist(pairs.map(parsePair));
    return running;
  }

  it('have a wrong token refuses them by a line that names the setting and no token, and serves them once it is right', async () => {
    await using running = await producerOf(PAIRS);
    for (const pair of PAIRS) running.publish(frameOf(pair, { rows: ROWS }), pair);
    const name = 'of_the_wrong_token';
    await consumer.connect([{ name, port: running.port, ws_token: 'a_wrong_token' }]);
    const refusals = () => running.lines.filter((line) => line.includes('it must be one of api_server.ws_token'));
    await eventually('two refusals', () => (refusals().length >= 2 ? true : undefined));
    expect(await consumer.extents(name)).toEqual([]);
    await consumer.disconnect();
    await consumer.connect([{ name, port: running.port, ws_token: PLAIN_TOKEN }]);
    await untilStockEquals(consumer, (pair) => frameOf(pair, { rows: ROWS }), { producer: name });
    expect(running.lines.join('\n')).not.toMatch(new RegExp(`a_wrong_token|${PLAIN_TOKEN}`));
  });

  it('are connected as its columns change has them hold the new ones', async () => {
    await using running = await producerOf(PAIRS);
    for (const pair of PAIRS) running.publish(frameOf(pair, { rows: ROWS }), pair);
    const name = 'of_other_columns';
    await consumer.connect([{ name, port: running.port, ws_token: PLAIN_TOKEN }]);
    await untilStockEquals(consumer, (pair) => frameOf(pair, { rows: ROWS }), { producer: name });
    for (const indicators of [7, 2]) {
      const frame = (pair: string) => frameOf(pair, { first: indicators, rows: ROWS, indicators });
      for (const pair of PAIRS) running.publish(frame(pair), pair);
      await untilStockEquals(consumer, frame, { producer: name });
    }
  });

  it('have it and another producer, which dies, serves on', async () => {
    await using running = await producerOf(PAIRS);
    await using dying = await producerOf(PAIRS);
    for (const pair of PAIRS) {
      running.publish(frameOf(pair, { rows: ROWS }), pair);
      dying.publish(frameOf(`${pair} other`, { rows: ROWS }), pair);
    }
    const addresses = [
      { name: 'living', port: running.port, ws_token: PLAIN_TOKEN },
      { name: 'dead', port: dying.port, ws_token: PLAIN_TOKEN },
    ];
    await consumer.connect(addresses);
    await untilStockEquals(consumer, (pair) => frameOf(pair, { rows: ROWS }), { producer: 'living' });
    await untilStockEquals(consumer, (pair) => frameOf(`${pair} other`, { rows: ROWS }), { producer: 'dead' });
    await dying.stop();
    const next = (pair: string) => frameOf(pair, { first: 1, rows: ROWS });
    for (const pair of PAIRS) running.publish(next(pair), pair);
    await untilStockEquals(consumer, next, { producer: 'living' });
    await untilStockEquals(consumer, (pair) => frameOf(`${pair} other`, { rows: ROWS }), { producer: 'dead' });
  });

  it('take shorter messages than its frames are loses none of the others, and says what their limit would have to be', async () => {
    await using running = await producerOf(PAIRS);
    const wide = { rows: 600, indicators: 150 };
    for (const pair of PAIRS) running.publish(frameOf(pair, wide), pair);
    const name = 'of_a_small_limit';
    await consumer.connect([{ name, port: running.port, ws_token: PLAIN_TOKEN }], {
      message_size_limit: 1,
      sleep_time: 1,
    });
    const leavings = () => running.lines.filter((line) => line.includes('longer than its message_size_limit'));
    await using neighbour = watchedClient(running.port, { wsToken: PLAIN_TOKEN });
    await eventually('a second attempt of the stock consumer', () => (leavings().length >= 2 ? true : undefined), {
      seen: () => running.lines.slice(-10),
    });
    running.publish(frameOf(PAIRS[0], { ...wide, rows: 601 }), PAIRS[0]);
    await neighbour.until(() => neighbour.frame(PAIRS[0]).length === 601);
    expect(framesEqual(neighbour.frame(PAIRS[0]), frameOf(PAIRS[0], { ...wide, rows: 601 }))).toBe(true);
    expect(eventsOf(neighbour, 'disconnected')).toEqual([]);
    expect(await consumer.extents(name)).toEqual([]);
  });

  it.each([
    { drainTimeoutMs: FOREVER_MS, becomes: 'catches up when it reads again' },
    { drainTimeoutMs: 1000, becomes: 'is closed, and comes back' },
  ])(
    'stop reading: bounded memory, its neighbour gets every candle, and it $becomes, and holds all',
    async ({ drainTimeoutMs }) => {
      const limits = { softLimitBytes: 256 * 1024, hardLimitBytes: 2 ** 20, drainTimeoutMs };
      await using running = await producerOf(PAIRS, limits);
      // Of every candle the strategy rewrites the whole past, so that much is to be sent.
      const frame = (pair: string, candle: number) =>
        frameOf(`${pair} ${candle}`, { first: candle, rows: ROWS, indicators: 200 });
      for (const pair of PAIRS) running.publish(frame(pair, 0), pair);
      const name = `that_stops_for_${drainTimeoutMs}`;
      await consumer.connect([{ name, port: running.port, ws_token: PLAIN_TOKEN }]);
      await untilStockEquals(consumer, (pair) => frame(pair, 0), { producer: name });
      await using neighbour = watchedClient(running.port, { wsToken: PLAIN_TOKEN });
      await neighbour.until(() => PAIRS.every((pair) => neighbour.frame(pair).length === ROWS));
      let mostQueued = 0;
      await whileFrozen(consumer, async () => {
        for (let candle = 1; candle <= FROZEN_CANDLES; candle++) {
          for (const pair of PAIRS) {
            const published = frame(pair, candle);
            running.publish(published, pair);
            await neighbour.until(() => neighbour.frame(pair).last('date') === published.last('date'));
          }
          for (const { queuedBytes, pendingFrames } of running.producer.sessions) {
            mostQueued = Math.max(mostQueued, queuedBytes);
            expect(pendingFrames).toBeLessThanOrEqual(PAIRS.length);
          }
        }
        if (drainTimeoutMs >= FOREVER_MS) return;
        await eventually('the end of patience', () => {
          running.publish(frame(PAIRS[0], FROZEN_CANDLES), PAIRS[0]);
          return running.producer.sessions.length === 1 ? true : undefined;
        });
      });
      const last = (pair: string) => frame(pair, FROZEN_CANDLES);
      for (const pair of PAIRS) expect(framesEqual(neighbour.frame(pair), last(pair))).toBe(true);
      // More was sent than fits into the sockets' buffers, and no more than the limit and a message was kept.
      expect(running.lines.some((line) => line.includes('consumer reads slowly'))).toBe(true);
      expect(mostQueued).toBeLessThan(limits.hardLimitBytes + 2 ** 20);
      await untilStockEquals(consumer, last, { producer: name });
      // It has come a second time where it was closed, and is up to date by rows from there on.
      const next = (pair: string) =>
        frameOf(`${pair} ${FROZEN_CANDLES}`, { first: FROZEN_CANDLES + 1, rows: ROWS, indicators: 200 });
      for (const pair of PAIRS) running.publish(next(pair), pair);
      await untilStockEquals(consumer, next, { producer: name });
    },
  );

  it("are 100 at once, with 3 of freqtrade's own, has all hold every row of every candle", async () => {
    const pairs = Array.from({ length: 20 }, (_, i) => `C${i}/USDT`);
    const rows = 120;
    await using running = await producerOf(pairs);
    const frame = (pair: string, first: number) => frameOf(pair, { first, rows });
    for (const pair of pairs) running.publish(frame(pair, 0), pair);
    const names = ['one_of_many', 'two_of_many', 'three_of_many'];
    const target = { port: running.port, token: PLAIN_TOKEN };
    await consumer.connect(names.map((name) => ({ name, port: running.port, ws_token: PLAIN_TOKEN })));
    await using many = await stockClients(100, target);
    // Each candle comes when some have the one before and others do not: all are at different places of their beginning.
    for (let candle = 1; candle <= 5; candle++) {
      for (const pair of pairs) running.publish(frame(pair, candle), pair);
      const newest = Number(frame(pairs[0], candle).last('date'));
      const haveIt = () => many.clients.filter(({ rows: ofClient }) => ofClient.get(pairs[0])?.has(newest)).length;
      await eventually(`candle ${candle} at some of the clients`, () => (haveIt() >= 20 * candle ? true : undefined), {
        patienceMs: CONVERGED_MS,
        seen: haveIt,
      });
    }
    const wanted = new Map(pairs.map((pair) => [pair, rowTexts(writtenFrame(frame(pair, 5)))]));
    const lacking = () =>
      many.clients.filter(({ rows: ofClient }) =>
        pairs.some((pair) =>
          [...(wanted.get(pair) ?? [])].some(([date, text]) => ofClient.get(pair)?.get(date) !== text),
        ),
      ).length;
    await eventually('all rows at 100 clients', () => (lacking() === 0 ? true : undefined), {
      patienceMs: CONVERGED_MS,
      seen: () => ({
        lacking: lacking(),
        closed: many.clients.filter(({ closedWith }) => closedWith !== undefined).length,
      }),
    });
    for (const producer of names) await untilStockEquals(consumer, (pair) => frame(pair, 5), { pairs, producer });
    expect(running.producer.sessions).toHaveLength(103);
  });
});

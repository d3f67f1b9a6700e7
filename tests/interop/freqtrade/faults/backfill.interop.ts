import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { framesEqual } from '../../../../src/frame/index.ts';
import type { PairKey } from '../../../../src/market/index.ts';
import { faultyProxy, sampleKey, scriptedConsumer, scriptedProducer } from '../../../../src/testing/index.ts';
import { runningProducer, TOKEN, type WatchedClient, watchedClient } from '../../../e2e/wire-scene.ts';
import { eventually } from '../../eventually.ts';
import { differenceFromHeld } from '../compare/compare-held.ts';
import { frameOf } from './fault-frames.ts';
import { eventsOf, recordedSocket, untilAllEqual } from './fault-scene.ts';
import type { StockPeer } from '../peer/stock-peer.ts';
import { useStockPeer } from '../peer/use-stock-peer.ts';
import { copyOf, servingPeer, type StockProducerScene, untilEqual } from '../producer/stock-producer-scene.ts';
import { freqtradeVersions, newestFreqtrade } from '../versions.ts';

const MEGABYTE = 2 ** 20;

/** Of the candles that the stock producer's frames are made of. */
const FIRST_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 300_000;

/** All pairs hold all rows by then: a stock producer sleeps 10 ms after each message, and serialises each frame anew. */
const BACKFILL_MS = 30_000;

/** A hole that the next candle shows is closed by then, for 100 pairs. A stock consumer takes 25 s in the middle. */
const HEAL_MS = 8_000;

const keysOf = (count: number, prefix = 'C') =>
  Array.from({ length: count }, (_, i) => sampleKey(`${prefix}${i}/USDT`));

describe.each(freqtradeVersions)('backfill from freqtrade %s', (version) => {
  let stock: StockPeer;
  let scene: StockProducerScene;
  let held: readonly PairKey[] = [];

  const freqtrade = useStockPeer(version, servingPeer);
  beforeEach(() => {
    scene = freqtrade.shared();
    ({ stock } = scene);
  });
  afterEach(async () => {
    for (const key of held) await stock.drop(key);
    held = [];
  });

  /** The stock producer holds so many candles of these pairs, which are its whitelist. */
  async function hold(keys: readonly PairKey[], rows: number, maker = 'candles'): Promise<void> {
    await Promise.all(keys.map((key, seed) => stock.make(key, maker, { first: 0, rows, seed })));
    held = keys;
    await stock.setWhitelist(keys.map(({ pair }) => pair));
  }

  /** It holds as many candles, from `first` on, and tells of the last one of each pair. */
  async function next(keys: readonly PairKey[], rows: number, first: number): Promise<void> {
    await Promise.all(keys.map((key, seed) => stock.make(key, 'candles', { first, rows, seed })));
    await Promise.all(keys.map((key) => stock.emit(key)));
  }

  // Of one row only one that is labelled 0 can be told from a broadcast: with another label it is taken with the second candle.
  it.each([
    { rows: 1, firstLabel: 0 },
    { rows: 50, firstLabel: 0 },
    { rows: 99, firstLabel: 0 },
    { rows: 50, firstLabel: 37 },
    { rows: 99, firstLabel: 1401 },
  ])('takes a history of $rows rows, labelled from $firstLabel, for what it is after one request', async (history) => {
    const { rows, firstLabel } = history;
    const keys = keysOf(3);
    held = keys;
    for (const key of keys) await stock.hold(key, frameOf(key.pair, { rows }), firstLabel);
    await stock.setWhitelist(keys.map(({ pair }) => pair));
    const recorded = recordedSocket();
    await using client = watchedClient(scene.port, { openSocket: recorded.openSocket });
    await untilAllEqual(scene, client, keys);
    for (const key of keys) await stock.publish(key, frameOf(key.pair, { rows: rows + 1 }), firstLabel);
    await untilAllEqual(scene, client, keys);
    expect(recorded.frameRequests()).toEqual([{ limit: 1500, pair: null }]);
  });

  it('asks once for 150 pairs, as soon as it is connected, and holds them all as fast as they are sent', async () => {
    const keys = keysOf(150);
    await hold(keys, 300, 'documented');
    const recorded = recordedSocket();
    const began = performance.now();
    await using client = watchedClient(scene.port, { openSocket: recorded.openSocket });
    await eventually(
      'copies of 150 pairs',
      () => (keys.every((key) => copyOf(client, key).length === 300) ? true : undefined),
      { patienceMs: BACKFILL_MS, seen: () => client.client.keys().length },
    );
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`150 pairs x 300 rows x 16 columns from freqtrade ${version}: ${seconds.toFixed(1)} s\n`);
    await untilAllEqual(scene, client, keys.slice(0, 10));
    // A row more: what had been asked for twice would have come before it.
    await stock.make(keys[0], 'documented', { first: 1, rows: 300, seed: 0 });
    await stock.emit(keys[0]);
    await untilAllEqual(scene, client, keys.slice(0, 1));
    expect(recorded.sent).toHaveLength(3);
    expect(eventsOf(client, 'update')).toHaveLength(keys.length + 1);
  });

  it('loses none of 150 pairs x 4 candles told of at once, and a slow loop skips to the newest', async () => {
    const keys = keysOf(150);
    await hold(keys, 120);
    await using client = watchedClient(scene.port);
    const loop = client.client.updates();
    await untilDates(client, keys, 119);
    for (let candle = 1; candle <= 4; candle++) await next(keys, 120, candle);
    await untilDates(client, keys, 123);
    await untilAllEqual(scene, client, [...keys.slice(0, 5), ...keys.slice(-5)]);
    // Of the five updates of each pair that the loop did not read, one is left: the newest.
    const newest = new Map(eventsOf(client, 'update').map(({ key, frame }) => [key.pair, frame]));
    for (let i = 0; i < keys.length; i++) {
      const { key, frame } = (await loop.next()).value;
      expect(frame).toBe(newest.get(key.pair));
      newest.delete(key.pair);
    }
    expect(newest.size).toBe(0);
    expect(eventsOf(client, 'update')).toHaveLength(keys.length * 5);
    expect(eventsOf(client, 'resync')).toEqual([]);
  });

  it('closes a hole of 100 pairs soon after the next candle shows it, candle after candle', async () => {
    const keys = keysOf(100);
    await hold(keys, 120);
    const recorded = recordedSocket();
    await using client = watchedClient(scene.port, { openSocket: recorded.openSocket });
    await untilDates(client, keys, 119);
    const took: string[] = [];
    for (let hole = 1; hole <= 3; hole += 2) {
      const lost = recorded.loseFrames();
      await next(keys, 120, hole);
      await eventually('the candle that is lost', () => (lost.count === keys.length ? true : undefined));
      lost.end();
      await next(keys, 120, hole + 1);
      const began = performance.now();
      await untilDates(client, keys, 120 + hole, HEAL_MS);
      took.push(((performance.now() - began) / 1000).toFixed(1));
      await untilAllEqual(scene, client, [...keys.slice(0, 5), ...keys.slice(-5)]);
    }
    process.stdout.write(
      `holes of 100 pairs, freqtrade ${version}: closed ${took.join(', ')} s after the next candle\n`,
    );
    expect(recorded.frameRequests().slice(1)).toEqual(
      Array.from({ length: 2 }, () => keys.map(({ pair }) => ({ limit: 3, pair }))).flat(),
    );
  });
});

/** Waits until each copy ends with the candle of that number, and has no hole. */
async function untilDates(client: WatchedClient, keys: readonly PairKey[], candle: number, patienceMs = BACKFILL_MS) {
  const isThere = (key: PairKey) => {
    const copy = copyOf(client, key);
    if (copy.length === 0) return false;
    const dates = copy.numbers('date');
    const last = dates[copy.length - 1];
    return last === FIRST_MS + candle * STEP_MS && dates[0] === last - (copy.length - 1) * STEP_MS;
  };
  const behind = () => keys.filter((key) => !isThere(key));
  await eventually(
    `candle ${candle} of ${keys.length} pairs, without a hole before it`,
    () => (behind().length === 0 ? true : undefined),
    { patienceMs, seen: () => ({ behind: behind().length }) },
  );
}

describe('a frame over our message_size_limit', () => {
  let stock: StockPeer;
  let scene: StockProducerScene;

  const freqtrade = useStockPeer(newestFreqtrade, servingPeer);
  beforeEach(() => {
    scene = freqtrade.shared();
    ({ stock } = scene);
  });

  it('is fetched again with the rows that fit, the others whole, on one connection; the log says what the setting would have to be', async () => {
    const large = keysOf(3, 'LARGE');
    const small = keysOf(3, 'SMALL');
    // The large ones stand between the small ones, as whitelists have them.
    const keys = large.flatMap((key, i) => [small[i], key]);
    for (const key of large) await stock.hold(key, frameOf(key.pair, { rows: 1500, indicators: 200 }));
    for (const key of small) await stock.hold(key, frameOf(key.pair, { rows: 1500, indicators: 2 }));
    await stock.setWhitelist(keys.map(({ pair }) => pair));
    const recorded = recordedSocket();
    await using proxy = await faultyProxy({ target: scene.port });
    await using client = watchedClient(proxy.port, {
      messageSizeLimitBytes: MEGABYTE,
      openSocket: recorded.openSocket,
    });
    await eventually(
      'copies of six pairs',
      () => (keys.every((key) => copyOf(client, key).length > 0) ? true : undefined),
      {
        patienceMs: BACKFILL_MS,
        seen: () => ({ requests: recorded.frameRequests(), troubles: eventsOf(client, 'trouble') }),
      },
    );
    for (const key of small) await untilEqual(scene, client, key);
    for (const key of large) {
      const { rows, difference } = await partDifference(client, key);
      expect(difference).toBeUndefined();
      // All rows are of much the same length here.
      expect(rows).toBeGreaterThan((0.85 * 1500 * MEGABYTE) / (await lengthOf(key)));
    }
    const bytes = await lengthOf(large[0]);
    expect(eventsOf(client, 'trouble').map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(
        `^the frame of LARGE0/USDT, 5m, spot is a message of [\\d.]+ MB, longer than message_size_limit, 1 MB; it would have to be ${Math.ceil(bytes / MEGABYTE)}$`,
      ),
    );
    expect(eventsOf(client, 'disconnected')).toEqual([]);
    // A request for all, and for each that is too long one or two for fewer rows.
    expect(recorded.frameRequests().length).toBeLessThanOrEqual(1 + 2 * large.length);
    // Rows that come are joined: the copy grows beyond what a message holds.
    for (const key of large) {
      const before = copyOf(client, key).length;
      await stock.publish(key, frameOf(key.pair, { rows: 1501, indicators: 200 }));
      await eventually('the next candle', () => (copyOf(client, key).length === before + 1 ? true : undefined));
      expect((await partDifference(client, key)).difference).toBeUndefined();
    }
    // Every further connection asks once for all, and for as many rows of the large ones as before.
    const asked = (from: number) =>
      recorded
        .frameRequests()
        .slice(from)
        .map(({ pair, limit }) => `${pair} ${limit}`)
        .toSorted();
    const once = new Map(recorded.frameRequests().map(({ pair, limit }) => [pair, limit]));
    for (let again = 0; again < 3; again++) {
      const [from, seen] = [recorded.frameRequests().length, client.events.length];
      proxy.shut();
      await eventually('the loss of the connection', () => (client.client.connected ? undefined : true));
      proxy.open();
      const updates = () =>
        new Set(client.events.slice(seen).flatMap((event) => (event.type === 'update' ? [event.key.pair] : [])));
      await eventually('all pairs again', () => (updates().size === keys.length ? true : undefined), {
        patienceMs: BACKFILL_MS,
        seen: () => ({ updates: [...updates()], asked: asked(from) }),
      });
      expect(asked(from)).toEqual([...once].map(([pair, limit]) => `${pair} ${limit}`).toSorted());
      for (const key of small) await untilEqual(scene, client, key);
      for (const key of large) {
        const { rows, difference } = await partDifference(client, key);
        expect(difference).toBeUndefined();
        expect(rows).toBe(once.get(key.pair));
      }
    }
    for (const key of keys) await stock.drop(key);
  });

  it('that is one row is told, not fetched again and again, and comes when it fits', async () => {
    const key = sampleKey('WIDE/USDT');
    await stock.hold(key, frameOf(key.pair, { rows: 200, indicators: 200 }));
    await stock.setWhitelist([key.pair]);
    const recorded = recordedSocket();
    await using client = watchedClient(scene.port, { messageSizeLimitBytes: 3000, openSocket: recorded.openSocket });
    const view = () => client.client.frame(key.pair, '5m');
    await eventually(
      'the end of all requests',
      () => (view().reason?.includes('its newest row alone') ? true : undefined),
      {
        seen: () => ({ requests: recorded.frameRequests(), view: view().reason }),
      },
    );
    const requests = recorded.frameRequests().length;
    expect(requests).toBeLessThan(Math.log2(1500) + 2);
    for (let rows = 201; rows < 215; rows++) await stock.publish(key, frameOf(key.pair, { rows, indicators: 200 }));
    // What comes after them shows that they were all passed over.
    await stock.send({ type: 'whitelist', data: [key.pair, 'LAST/USDT'] });
    await eventually('the whitelist', () => (client.client.pairs().length === 2 ? true : undefined));
    expect(recorded.frameRequests().filter(({ pair }) => pair !== 'LAST/USDT')).toHaveLength(requests);
    const troubles = () => eventsOf(client, 'trouble').map(({ reason }) => reason);
    await eventually('a word on each of both', () => (troubles().length === 2 ? true : undefined), { seen: troubles });
    expect(troubles()).toEqual(
      ['frame', 'newest row'].map((what) =>
        expect.stringMatching(
          `^the ${what} of WIDE/USDT, 5m, spot is .*longer than message_size_limit, 0\\.00286 MB; it would have to be 1$`,
        ),
      ),
    );
    expect(eventsOf(client, 'disconnected')).toEqual([]);
    await stock.publish(key, frameOf(key.pair, { rows: 220, indicators: 3 }));
    await eventually('rows of a frame with fewer columns', () => (copyOf(client, key).length > 0 ? true : undefined), {
      seen: () => ({ requests: recorded.frameRequests(), view: view().reason }),
    });
    await stock.drop(key);
  });

  /** How long the stock producer's message with all rows is. */
  async function lengthOf({ pair }: PairKey): Promise<number> {
    await using asker = scriptedConsumer({ port: scene.port, token: TOKEN });
    expect(await asker.opening).toEqual({ status: 'open' });
    asker.send({ type: 'analyzed_df', data: { limit: 1500, pair } });
    const [text] = await asker.untilTexts(1);
    return Buffer.byteLength(text);
  }

  /** Compares our copy with as many of the last rows that the producer holds. */
  async function partDifference(client: WatchedClient, key: PairKey) {
    const copy = copyOf(client, key);
    const rows = copy.length;
    const held = await stock.held(key);
    const columns = held.map(({ name, dtype, values }) => ({ name, dtype, values: values.slice(-rows) }));
    const { missingDatesAreNumbers } = scene;
    return { rows, difference: differenceFromHeld(columns, copy, { missingDatesAreNumbers }) };
  }
});

describe('backfill from our producer', () => {
  it('has 150 pairs x 500 rows x 40 columns at a consumer of ours, without a request', async () => {
    await using running = await runningProducer({ settings: { wsTokens: [TOKEN] } });
    const keys = keysOf(150);
    running.producer.setWhitelist(keys.map(({ pair }) => pair));
    const frames = keys.map(({ pair }) => frameOf(pair, { rows: 500, indicators: 32 }));
    for (const [i, key] of keys.entries()) {
      running.producer.publish({ key, frame: frames[i], lastAnalyzed: 5000 }, { newCandle: true });
    }
    const recorded = recordedSocket();
    const began = performance.now();
    await using client = watchedClient(running.port, { openSocket: recorded.openSocket });
    await client.until(() => eventsOf(client, 'update').length === keys.length);
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`150 pairs x 500 rows x 40 columns from our producer: ${seconds.toFixed(1)} s\n`);
    for (const [i, key] of keys.entries()) expect(framesEqual(copyOf(client, key), frames[i])).toBe(true);
    expect(recorded.frameRequests()).toEqual([]);
  });

  it('keeps up with a producer that tells of 150 pairs x 40 candles at once', async () => {
    const keys = keysOf(150);
    const frames = keys.map(({ pair }) => frameOf(pair, { rows: 160 }));
    await using producer = await scriptedProducer({
      onRequest(text, connection) {
        if (!text.includes('analyzed_df') || text.includes('subscribe')) return;
        const send = (first: number, rows: number, i: number) => {
          const frame = frames[i].slice(first, first + rows);
          connection.send({ type: 'analyzed_df', key: keys[i], frame, lastAnalyzed: 5 }, { firstRow: first });
        };
        for (const i of keys.keys()) send(0, 120, i);
        for (let row = 120; row < 160; row++) for (const i of keys.keys()) send(row, 1, i);
      },
    });
    const recorded = recordedSocket();
    await using client = watchedClient(producer.port, { openSocket: recorded.openSocket });
    const loop = client.client.updates();
    await client.until(() => eventsOf(client, 'update').length === keys.length * 41);
    for (const [i, key] of keys.entries()) expect(framesEqual(copyOf(client, key), frames[i])).toBe(true);
    // The loop was given none of them meanwhile: it holds the newest state of each frame, and no more.
    const newest = new Set<string>();
    for (let i = 0; i < keys.length; i++) {
      const { key, frame } = (await loop.next()).value;
      newest.add(key.pair);
      expect(frame.length).toBe(160);
    }
    expect(newest.size).toBe(keys.length);
    expect(recorded.sent).toHaveLength(3);
  });
});

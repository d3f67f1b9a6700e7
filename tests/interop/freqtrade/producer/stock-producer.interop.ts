import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PairKey } from '../../../../src/market/index.ts';
import { sampleKey } from '../../../../src/testing/index.ts';
import { eventually } from '../../eventually.ts';
import { awkwardFloats } from '../compare/awkward-floats.ts';
import { differenceFromHeld } from '../compare/compare-held.ts';
import { recordedSocket } from '../faults/fault-scene.ts';
import type { StockFrameOptions, StockPeer } from '../peer/stock-peer.ts';
import { useStockPeer } from '../peer/use-stock-peer.ts';
import {
  consumerOf,
  copyOf,
  kindsSeen,
  servingPeer,
  type StockProducerScene,
  untilEqual,
  updateAfter,
  viewOf,
} from './stock-producer-scene.ts';
import { freqtradeVersions } from '../versions.ts';
import { writtenFloat } from '../compare/written-float.ts';

const HELD_ROWS = 300;
const bitcoin = sampleKey('BTC/USDT');

describe.each(freqtradeVersions)('our consumer of freqtrade %s', (version) => {
  let scene: StockProducerScene;
  let stock: StockPeer;
  let held: PairKey[] = [];

  const freqtrade = useStockPeer(version, servingPeer);
  beforeEach(() => {
    scene = freqtrade.shared();
    ({ stock } = scene);
  });
  afterEach(async () => {
    for (const key of held) await stock.drop(key);
    held = [];
    await stock?.follow('5m', 'spot');
  });

  /** Holds frames of the candles 0 to `rows - 1`, for pairs that are the whitelist from now on. */
  async function hold(keys: readonly PairKey[], maker: string, options: object = {}, firstLabel = 0): Promise<void> {
    for (const [seed, key] of keys.entries()) {
      await stock.make(key, maker, { first: 0, rows: HELD_ROWS, seed, ...options }, firstLabel);
      held.push(key);
    }
    await stock.setWhitelist(keys.map(({ pair }) => pair));
  }

  /** The next candle of a held frame, analyzed and broadcast. */
  async function publish(key: PairKey, maker: string, options: StockFrameOptions, firstLabel = 0): Promise<void> {
    await stock.make(key, maker, options, firstLabel);
    await stock.emit(key);
  }

  it('writes floats by the rule that copies are compared by', async () => {
    const values = awkwardFloats(20_000);
    expect(values.map(writtenFloat)).toEqual(await stock.written({ dtype: 'float64', values }));
  });

  it('is compared so that one wrong decimal is found, the last that is sent', async () => {
    await hold([bitcoin], 'documented');
    await using client = consumerOf(scene);
    const copy = await untilEqual(scene, client, bitcoin);
    await stock.make(bitcoin, 'resent', { first: 0, rows: HELD_ROWS, more: 1e-10 });
    expect(differenceFromHeld(await stock.held(bitcoin), copy)).toMatch(/^column "close" \(float64\), row 299: held /);
  });

  it('holds every pair and every column as freqtrade holds it, to the last decimal that is sent', async () => {
    const keys = ['BTC/USDT', 'ETH/USDT', 'XRP/ETH', '1000PEPE/USDT', 'ÜBER/USDT'].map((pair) => sampleKey(pair));
    await hold(keys, 'documented');
    await using client = consumerOf(scene);
    for (const key of keys) await untilEqual(scene, client, key);
    expect(client.client.pairs()).toEqual(keys.map(({ pair }) => pair));
    for (const key of keys) {
      expect(client.client.frame(key.pair, '5m').lastAnalyzed).toBe(await stock.analyzedAt(key));
    }
  });

  it('holds awkward names and values as freqtrade does, whole and candle by candle, and no type flips', async () => {
    await hold([bitcoin], 'awkward');
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    for (let rows = HELD_ROWS + 1; rows <= HELD_ROWS + 14; rows++) {
      const next = () => publish(bitcoin, 'awkward', { first: 0, rows });
      const { change, rows: arrived } = await updateAfter(client, bitcoin, next);
      expect({ rows, change, arrived }).toEqual({ rows, change: 'appended', arrived: 1 });
      await untilEqual(scene, client, bitcoin);
    }
    for (const [name, kinds] of Object.entries(kindsSeen(client, bitcoin))) {
      expect({ name, kinds }).toEqual({ name, kinds: [kinds[0]] });
    }
  });

  it('follows a window that slides: the new row comes, the oldest one goes', async () => {
    await hold([bitcoin], 'documented');
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    for (let first = 1; first <= 10; first++) {
      const next = () => publish(bitcoin, 'documented', { first, rows: HELD_ROWS });
      expect(await updateAfter(client, bitcoin, next)).toMatchObject({ change: 'appended', rows: 1 });
      await untilEqual(scene, client, bitcoin);
    }
    for (const [name, kinds] of Object.entries(kindsSeen(client, bitcoin))) {
      expect({ name, kinds }).toEqual({ name, kinds: [kinds[0]] });
    }
  });

  it('takes a newest row that comes again, corrected', async () => {
    await hold([bitcoin], 'documented');
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    for (const more of [0.5, -0.25, 1e-10]) {
      const again = () => publish(bitcoin, 'resent', { first: 0, rows: HELD_ROWS, more });
      expect(await updateAfter(client, bitcoin, again)).toMatchObject({ change: 'appended', rows: 1 });
      await untilEqual(scene, client, bitcoin);
    }
  });

  it('keeps tags text, "120" in a row of its own too, and makes of a column of nothing what it turns out to be', async () => {
    const turn = HELD_ROWS;
    await hold([bitcoin], 'turning', { turn });
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    for (let rows = turn + 1; rows <= turn + 5; rows++) {
      await updateAfter(client, bitcoin, () => publish(bitcoin, 'turning', { first: 0, rows, turn }));
      await untilEqual(scene, client, bitcoin);
    }
    const copy = copyOf(client, bitcoin);
    expect(copy.row(turn)).toMatchObject({ count: 0.5, text: '120', enter_tag: '120', exit_tag: '7', whole: turn });
    expect(kindsSeen(client, bitcoin)).toMatchObject({
      enter_tag: ['string'],
      exit_tag: ['string'],
      enter_long: ['float64'],
      date_4h: ['timestamp'],
      // These turned at the producer.
      count: ['int', 'float64'],
      text: ['float64', 'string'],
    });
    await using other = consumerOf(scene);
    const atOnce = await untilEqual(scene, other, bitcoin);
    expect({ ...atOnce.schema }).toEqual({ ...copy.schema });
  });

  it('fetches the whole frame when the strategy has new columns, and shows no row without them', async () => {
    await hold([bitcoin], 'documented');
    await using client = consumerOf(scene);
    const before = await untilEqual(scene, client, bitcoin);
    const act = () => publish(bitcoin, 'renewed', { first: 1, rows: HELD_ROWS });
    const { change, rows, frame } = await updateAfter(client, bitcoin, act);
    expect({ change, rows }).toEqual({ change: 'replaced', rows: HELD_ROWS });
    expect(differenceFromHeld(await stock.held(bitcoin), frame)).toBeUndefined();
    expect(client.events.filter(({ type }) => type === 'resync')).toMatchObject([
      { why: 'restart', reason: "the producer's strategy has new columns: atr, regime", asked: 1500 },
    ]);
    for (const event of client.events) {
      if (event.type === 'update') expect([before.names, frame.names]).toContainEqual(event.frame.names);
    }
  });

  it('has nothing of a pair that is not analyzed yet, says so, and has it whole from the first candle on', async () => {
    const [without, columnsOnly] = [sampleKey('NEW/USDT'), sampleKey('EMPTY/USDT')];
    await hold([columnsOnly], 'columns_only', { rows: 0 });
    await stock.setWhitelist([without.pair, columnsOnly.pair]);
    await using client = consumerOf(scene);
    const isEmpty = { status: 'missing', reason: 'the producer has not analyzed it yet' };
    for (const key of [without, columnsOnly]) {
      await eventually(
        `an empty frame of ${key.pair}`,
        () => (viewOf(client, key).reason === isEmpty.reason ? true : undefined),
        { seen: () => viewOf(client, key) },
      );
      expect(viewOf(client, key)).toEqual(isEmpty);
    }
    held.push(without);
    for (const key of [without, columnsOnly]) {
      await publish(key, 'documented', { first: 0, rows: HELD_ROWS });
      await untilEqual(scene, client, key);
    }
  });

  it('takes frames whose labels count from elsewhere, as strategies leave them that drop rows', async () => {
    const label = 37;
    await hold([bitcoin], 'documented', { first: label }, label);
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    for (const rows of [HELD_ROWS + 1, HELD_ROWS + 2]) {
      await updateAfter(client, bitcoin, () => publish(bitcoin, 'documented', { first: label, rows }, label));
      await untilEqual(scene, client, bitcoin);
    }
    // Rows that the producer no longer has stay, as many as its labels count.
    for (const first of [label + 1, label + 2, label + 3]) {
      const former = copyOf(client, bitcoin);
      await updateAfter(client, bitcoin, () => publish(bitcoin, 'documented', { first, rows: HELD_ROWS + 2 }, label));
      const copy = await untilEqual(scene, client, bitcoin, { former });
      expect(copy.length).toBe(former.length + 1);
    }
  });

  it('takes a short frame whose labels count from elsewhere for what it is', async () => {
    const rows = 40;
    await hold([bitcoin], 'documented', { rows }, 60);
    await using client = consumerOf(scene);
    await untilEqual(scene, client, bitcoin);
    await updateAfter(client, bitcoin, () => publish(bitcoin, 'documented', { first: 0, rows: rows + 1 }, 60));
    await untilEqual(scene, client, bitcoin);
    expect(client.events.filter(({ type }) => type === 'resync')).toEqual([]);
  });

  it('follows the whitelist: pairs that join, that leave, and all that leave', async () => {
    const [ether, ripple] = [sampleKey('ETH/USDT'), sampleKey('XRP/USDT')];
    await hold([bitcoin, ether], 'documented');
    await using client = consumerOf(scene);
    for (const key of [bitcoin, ether]) await untilEqual(scene, client, key);

    await hold([ether, ripple], 'documented', { rows: 200 });
    held = [bitcoin, ether, ripple];
    await untilEqual(scene, client, ripple);
    expect(client.client.pairs()).toEqual(['ETH/USDT', 'XRP/USDT']);
    expect(viewOf(client, bitcoin)).toEqual({
      status: 'stale',
      reason: "BTC/USDT is no longer on the producer's whitelist",
    });

    await stock.setWhitelist([]);
    await eventually('an empty whitelist', () => (client.client.pairs().length === 0 ? true : undefined), {
      seen: () => client.client.pairs(),
    });
    expect(viewOf(client, ripple)).toMatchObject({ reason: "XRP/USDT is no longer on the producer's whitelist" });

    await stock.make(bitcoin, 'documented', { first: 5, rows: HELD_ROWS, seed: 3 });
    await stock.setWhitelist([bitcoin.pair]);
    await untilEqual(scene, client, bitcoin);
  });

  it('keeps the frames of the main timeframe while others are broadcast too, and asks a bounded number of times', async () => {
    const hourly = sampleKey('BTC/USDT', '1h');
    await hold([bitcoin], 'documented');
    held.push(hourly);
    const socket = recordedSocket();
    await using client = consumerOf(scene, { openSocket: socket.openSocket });
    await untilEqual(scene, client, bitcoin);
    // As many request timeouts as there are candles, since none is asked for within one.
    const now = Date.now.bind(Date);
    let ahead = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    onTestFinished(() => clock.mockRestore());
    const more = 20;
    for (let rows = HELD_ROWS + 1; rows <= HELD_ROWS + more; rows++) {
      ahead += 10_000;
      await publish(hourly, 'documented', { first: 0, rows });
      await updateAfter(client, bitcoin, () => publish(bitcoin, 'documented', { first: 0, rows }));
      await untilEqual(scene, client, bitcoin);
    }
    expect(viewOf(client, hourly)).toMatchObject({ status: 'missing' });
    const asked = socket.frameRequests().filter(({ pair }) => pair === hourly.pair);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThan(more / 2);
  });

  it.each([
    ['futures', 'BTC/USDT:USDT', '5m', 'futures'],
    ['weeks', 'BTC/USDT', '1w', 'spot'],
    ['months', 'BTC/USDT', '1M', 'spot'],
    ['days of futures', 'ETH/USDT:USDT', '1d', 'futures'],
  ] as const)(
    'holds frames of %s as freqtrade does, and the candles after them',
    async (_, pair, timeframe, candleType) => {
      const key = sampleKey(pair, timeframe, candleType);
      await stock.follow(timeframe, candleType);
      await hold([key], 'documented', { rows: 120 });
      await using client = consumerOf(scene);
      await untilEqual(scene, client, key);
      for (const rows of [121, 122, 123]) {
        const next = () => publish(key, 'documented', { first: 0, rows });
        expect(await updateAfter(client, key, next)).toMatchObject({ change: 'appended', rows: 1 });
        await untilEqual(scene, client, key);
      }
      expect(client.events.filter(({ type }) => type === 'resync')).toEqual([]);
    },
  );

  it('holds a hundred pairs as freqtrade does, and the candle that comes for all of them at once', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => sampleKey(`COIN${i}/USDT`));
    await hold(keys, 'documented');
    await using client = consumerOf(scene);
    for (const key of keys) await untilEqual(scene, client, key);
    for (const [seed, key] of keys.entries()) await stock.make(key, 'documented', { first: 1, rows: HELD_ROWS, seed });
    await Promise.all(keys.map((key) => stock.emit(key)));
    for (const key of keys) await untilEqual(scene, client, key);
    expect(client.events.filter(({ type }) => type === 'resync')).toEqual([]);
  });

  it('is whole again after the producer ended and came back, with candles in between and with another strategy', async () => {
    await using former = freqtrade.another();
    await former.make(bitcoin, 'documented', { first: 0, rows: HELD_ROWS });
    const first = await servingPeer(former, undefined, [bitcoin.pair]);
    await using client = consumerOf(first);
    await untilEqual(first, client, bitcoin);
    await former.kill();
    await eventually('the end of the connection', () => (client.client.connected ? undefined : true));
    expect(viewOf(client, bitcoin)).toMatchObject({ status: 'stale' });

    await using stock = freqtrade.another();
    await stock.make(bitcoin, 'renewed', { first: 7, rows: HELD_ROWS });
    const second = await servingPeer(stock, first.port, [bitcoin.pair]);
    const copy = await untilEqual(second, client, bitcoin);
    await updateAfter(client, bitcoin, async () => {
      await stock.make(bitcoin, 'renewed', { first: 8, rows: HELD_ROWS });
      await stock.emit(bitcoin);
    });
    await untilEqual(second, client, bitcoin);
    const changes = client.events.flatMap((event) => (event.type === 'update' ? [event] : []));
    expect(changes.map(({ change }) => change)).toEqual(['replaced', 'replaced', 'appended']);
    expect(changes[1].frame.names).toEqual(copy.names);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { type AnyFrame, Frame, ints, timestamps } from '../../../../src/frame/index.ts';
import { type PairKey, parsePair } from '../../../../src/market/index.ts';
import { firstCopyFrame } from '../../../../src/producer/first-copy.ts';
import { sampleFrame, sampleKey, type ScriptedConsumer, scriptedConsumer } from '../../../../src/testing/index.ts';
import { isObject } from '../../../../src/util/is-object.ts';
import { seededRandom } from '../../../../src/util/random.ts';
import { eventually } from '../../eventually.ts';
import { differenceFromPublished, isReadAs, ulpsBetween } from '../compare/cells-as-pandas-reads.ts';
import {
  ANALYZED_AT,
  PLAIN_TOKEN,
  untilCopied,
  type WatchedProducer,
  watchedProducer,
  writtenFrame,
} from './stock-consumer-scene.ts';
import { freePort } from '../../free-port.ts';
import type { StockColumn } from '../peer/stock-peer.ts';
import { useStockPeer } from '../peer/use-stock-peer.ts';
import { freqtradeVersions } from '../versions.ts';

/** What a stock consumer sends when it has connected, half a second apart. */
const FIRST_REQUESTS = [
  { type: 'subscribe', data: ['whitelist', 'analyzed_df'] },
  { type: 'whitelist' },
  { type: 'analyzed_df', data: { limit: 1500, pair: null } },
];

const BTC = sampleKey('BTC/USDT');
const ETH = sampleKey('ETH/USDT');

const CONSUMER_LOGGER = 'freqtrade.rpc.external_message_consumer';

/** Rows of a run of candles: the same rows in every frame of a seed. */
const candles = (rows: number, seed = 'BTC/USDT') => sampleFrame({ rows: 1700, seed }).head(rows);

/** The frame with another value in a row of a column. */
function rewritten(frame: AnyFrame, name: string, row: number, value: number): AnyFrame {
  const values = Float64Array.from(frame.numbers(name));
  values[row] = value;
  return frame.with({ [name]: values });
}

/** The cells of each column. */
function cellsOf(columns: readonly StockColumn[]): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, values.map(plain)]));
}

/** A cell without what only tells how pandas holds it: a flag among missing ones is a number, what is missing None or NaN. */
function plain(value: unknown): unknown {
  const bare = isObject(value) ? value.number : value;
  if (typeof bare === 'boolean') return Number(bare);
  return bare === 'NaN' ? null : bare;
}

// The releases' tests run side by side, since most of their time is waiting; those of a release in turn, since they share a process.
describe.concurrent.each(freqtradeVersions)('freqtrade %s as consumer', (version) => {
  describe('one connection after the other', { concurrent: false }, () => {
    const { shared: stock } = useStockPeer(version, (peer) => peer);
    let scenes = 0;
    const running: WatchedProducer[] = [];

    afterEach(async () => {
      if (running.length > 0) await stock().disconnect();
      for (const producer of running.splice(0)) await producer[Symbol.asyncDispose]();
    });

    /** A producer of ours with frames, which is closed after the test. */
    async function producing(
      frames: readonly (readonly [PairKey, AnyFrame])[],
      options: { readonly port?: number; readonly pairs?: readonly string[] } = {},
    ): Promise<WatchedProducer> {
      const { pairs = [...new Set(frames.map(([{ pair }]) => pair))] } = options;
      const producer = await watchedProducer(pairs, options);
      running.push(producer);
      for (const [key, frame] of frames) producer.publish(key, frame);
      return producer;
    }

    /** Connects the stock consumer to a producer, under a name that nothing was copied under before. */
    async function connected(port: number, settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
      scenes += 1;
      const name = `producer ${scenes}`;
      await stock().connect([{ name, port, ws_token: PLAIN_TOKEN }], settings);
      return name;
    }

    const copied = (name: string, frames: readonly (readonly [PairKey, AnyFrame])[], patienceMs?: number) =>
      untilCopied(
        stock(),
        name,
        frames.map(([key, frame]) => ({ key, frame })),
        patienceMs,
      );

    const listening = (name: string) =>
      eventually('a stock consumer whose requests are sent', async () =>
        (await stock().listens(name)) ? true : undefined,
      );

    /** What was asked over the newest connection, once all is read that was sent, and all is asked that follows from it. */
    async function requestsAfterAll(producer: WatchedProducer, name: string): Promise<readonly unknown[]> {
      await listening(name);
      const { whitelist } = producer.producer;
      const marker = `MARK${whitelist.length}/USDT`;
      producer.producer.setWhitelist([...whitelist, parsePair(marker)]);
      await eventually('the newest whitelist at the stock consumer', async () =>
        (await stock().producerPairs(name)).includes(marker) ? true : undefined,
      );
      await stock().ask({ type: 'whitelist', mark: marker }, name);
      const isLast = () => (producer.requests.at(-1)?.includes(marker) === true ? true : undefined);
      await eventually('the last request of the stock consumer', isLast, { seen: () => producer.requests });
      return producer.requests.filter((text) => !text.includes('MARK')).map((text): unknown => JSON.parse(text));
    }

    it('gets an answer to each of its first requests, and holds every cell of every pair', async () => {
      const pairs = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT', 'ADA/BTC', '1INCH/USDT'];
      const rows = [1500, 300, 100, 101, 777];
      const frames = pairs.map((pair, i) => [sampleKey(pair), candles(rows[i], pair)] as const);
      const producer = await producing(frames);
      const name = await connected(producer.port);
      await copied(name, frames);
      expect(await stock().producerPairs(name)).toEqual(pairs);
      expect(await requestsAfterAll(producer, name)).toEqual(FIRST_REQUESTS);
    });

    it('holds 60 pairs after one request, then a candle of each', async () => {
      const keys = Array.from({ length: 60 }, (_, i) => sampleKey(`P${i}/USDT`));
      const frames = (rows: number) => keys.map((key) => [key, candles(rows, key.pair)] as const);
      const producer = await producing(frames(110));
      const name = await connected(producer.port);
      await copied(name, frames(110));
      for (const [key, frame] of frames(111)) producer.publish(key, frame);
      await copied(name, frames(111));
      expect(await requestsAfterAll(producer, name)).toEqual(FIRST_REQUESTS);
    });

    it('holds candles that are appended one by one, the newest sent again, and rewritten ones, near and far', async () => {
      const producer = await producing([
        [BTC, candles(300)],
        [ETH, candles(150, 'ETH/USDT')],
      ]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      for (let rows = 301; rows <= 306; rows++) {
        producer.publish(BTC, candles(rows));
        producer.publish(ETH, candles(rows - 150, 'ETH/USDT'));
      }
      await copied(name, [
        [BTC, candles(306)],
        [ETH, candles(156, 'ETH/USDT')],
      ]);
      let frame = candles(306);
      // The newest candle, one within reach of what is joined, one so far back that the whole is sent, and both with a new candle.
      for (const row of [305, 290, 207, 206, 3]) {
        frame = rewritten(frame, 'close', row, 1000 + row);
        producer.publish(BTC, frame);
        await copied(name, [[BTC, frame]]);
      }
      const next = rewritten(rewritten(candles(307), 'close', 280, 7), 'high', 2, 8);
      producer.publish(BTC, next);
      await copied(name, [[BTC, next]]);
      expect(await requestsAfterAll(producer, name)).toEqual(FIRST_REQUESTS);
    });

    it.each([
      [1, 3],
      [40, 42],
      [120, 1500],
    ])('closes a hole with one request: of %i candles, for %i rows', async (lost, asked) => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      await listening(name);
      producer.losing(() => {
        for (let rows = 301; rows <= 300 + lost; rows++) producer.publish(BTC, candles(rows));
      });
      producer.publish(BTC, candles(301 + lost));
      await copied(name, [[BTC, candles(301 + lost)]]);
      const request = { type: 'analyzed_df', data: { limit: asked, pair: 'BTC/USDT' } };
      expect(await requestsAfterAll(producer, name)).toEqual([...FIRST_REQUESTS, request]);
    });

    it('is whole again after our producer was restarted on the same port, whatever changed meanwhile', async () => {
      const port = await freePort();
      const first = await producing([[BTC, candles(300)]], { port });
      const name = await connected(port);
      await copied(name, [[BTC, candles(300)]]);
      await first[Symbol.asyncDispose]();
      running.splice(0);
      const frame = rewritten(candles(320), 'open', 100, 5).with({ added: new Float64Array(320).fill(0.5) });
      const second = await producing([[BTC, frame]], { port });
      await copied(name, [[BTC, frame]]);
      expect(await requestsAfterAll(second, name)).toEqual(FIRST_REQUESTS);
    });

    it('holds what it missed while it was away', async () => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      await stock().disconnect();
      for (let rows = 301; rows <= 310; rows++) producer.publish(BTC, candles(rows));
      await stock().connect([{ name, port: producer.port, ws_token: PLAIN_TOKEN }]);
      await copied(name, [[BTC, candles(310)]]);
    });

    it('follows the whitelist: a pair that came, one that left', async () => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      producer.producer.setWhitelist(['BTC/USDT', 'ETH/USDT'].map(parsePair));
      producer.publish(ETH, candles(200, 'ETH/USDT'));
      await copied(name, [[ETH, candles(200, 'ETH/USDT')]]);
      expect(await stock().producerPairs(name)).toEqual(['BTC/USDT', 'ETH/USDT']);
      producer.producer.setWhitelist(['ETH/USDT'].map(parsePair));
      await eventually('the whitelist without the pair', async () =>
        (await stock().producerPairs(name)).length === 1 ? true : undefined,
      );
      // It drops nothing: what it holds of the pair that left is as old as it is.
      expect(differenceFromPublished(candles(300), await stock().copy(BTC, name))).toBeUndefined();
      producer.publish(ETH, candles(201, 'ETH/USDT'));
      await copied(name, [[ETH, candles(201, 'ETH/USDT')]]);
    });

    it('holds a short history of a pair that came later', async () => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      await listening(name);
      producer.producer.setWhitelist(['BTC/USDT', 'ETH/USDT'].map(parsePair));
      producer.publish(ETH, candles(30, 'ETH/USDT'));
      await copied(name, [[ETH, candles(30, 'ETH/USDT')]]);
      const again = { type: 'analyzed_df', data: { limit: 1500, pair: 'ETH/USDT' } };
      expect(await requestsAfterAll(producer, name)).toEqual([...FIRST_REQUESTS, again, again]);
    });

    it('keeps its pairs when our whitelist becomes empty, as it does with a stock producer, and takes the next one', async () => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      await stock().takeLog();
      producer.producer.setWhitelist([]);
      const log: string[] = [];
      await eventually('its complaint', async () => {
        log.push(...(await stock().takeLog()).map(({ message }) => message));
        return log.find((message) => message.startsWith('Empty message received'));
      });
      expect(await stock().producerPairs(name)).toEqual(['BTC/USDT']);
      producer.producer.setWhitelist(['ETH/USDT'].map(parsePair));
      await eventually('the next whitelist', async () =>
        (await stock().producerPairs(name))[0] === 'ETH/USDT' ? true : undefined,
      );
    });

    it('takes a pair without a frame and a frame without rows for empty, and asks no more', async () => {
      const empty = candles(300, 'ETH/USDT').head(0);
      const producer = await producing(
        [
          [BTC, candles(300)],
          [ETH, empty],
        ],
        { pairs: ['NONE/USDT', 'ETH/USDT', 'BTC/USDT'] },
      );
      await stock().setLogLevel(CONSUMER_LOGGER, 'DEBUG');
      await stock().takeLog();
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      expect(await requestsAfterAll(producer, name)).toEqual(FIRST_REQUESTS);
      const log = (await stock().takeLog()).map(({ message }) => message);
      await stock().setLogLevel(CONSUMER_LOGGER, 'INFO');
      for (const pair of ['NONE/USDT', 'ETH/USDT']) {
        expect(log.filter((line) => line.startsWith('Received Empty Dataframe') && line.includes(pair))).toHaveLength(
          1,
        );
        expect(await stock().copy(sampleKey(pair), name)).toEqual({ columns: [], rows: 0, lastAnalyzed: 0 });
      }
      producer.publish(ETH, candles(120, 'ETH/USDT'));
      await copied(name, [[ETH, candles(120, 'ETH/USDT')]]);
    });

    it('keeps the names of columns, however awkward', async () => {
      const values = (rows: number, factor: number) =>
        Float64Array.from({ length: rows }, (_, row) => row * factor + 0.25);
      const names = [
        '%-feature',
        '&-target',
        '&s-up_or_down',
        'größe',
        '価格',
        'a/b',
        'a "quoted" \\ name',
        'a\nb',
        '💹',
        '7',
        '',
      ];
      const frame = (rows: number) =>
        candles(rows).with(Object.fromEntries(names.map((name, i) => [name, values(rows, i + 1)])));
      const producer = await producing([[BTC, frame(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, frame(300)]]);
      producer.publish(BTC, frame(301));
      await copied(name, [[BTC, frame(301)]]);
    });

    it('holds frames of other timeframes and of futures, under their own keys', async () => {
      const hourly = (rows: number) => sampleFrame({ rows: 400, timeframe: '1h', seed: 'hourly' }).head(rows);
      const daily = sampleFrame({ rows: 60, timeframe: '1d', seed: 'daily' });
      const keys = {
        hourly: sampleKey('BTC/USDT', '1h'),
        daily: sampleKey('BTC/USDT', '1d'),
        futures: sampleKey('BTC/USDT:USDT', '5m', 'futures'),
        informative: sampleKey('EUR/USDT', '1h'),
      };
      const frames = [
        [BTC, candles(300)],
        [keys.hourly, hourly(200)],
        [keys.daily, daily],
        [keys.futures, candles(150, 'futures')],
        [keys.informative, hourly(120)],
      ] as const;
      const producer = await producing(frames, { pairs: ['BTC/USDT', 'BTC/USDT:USDT'] });
      const name = await connected(producer.port);
      await copied(name, frames);
      producer.publish(keys.hourly, hourly(201));
      producer.publish(keys.futures, candles(151, 'futures'));
      await copied(name, [
        [keys.hourly, hourly(201)],
        [keys.futures, candles(151, 'futures')],
      ]);
      // Once more for the days, of which there are fewer than 100.
      expect(await requestsAfterAll(producer, name)).toEqual([
        ...FIRST_REQUESTS,
        { type: 'analyzed_df', data: { limit: 1500, pair: 'BTC/USDT' } },
      ]);
    });

    it('holds histories of 1, 50 and 99 rows after one more request each, and their next candles', async () => {
      const pairs = [1, 50, 99].map((rows) => ({ rows, key: sampleKey(`S${rows}/USDT`) }));
      const frames = (more: number) => pairs.map(({ rows, key }) => [key, candles(rows + more, key.pair)] as const);
      const producer = await producing(frames(0));
      const name = await connected(producer.port);
      await copied(name, frames(0));
      await requestsAfterAll(producer, name);
      // Two whitelists and an answer to a request for one; of each frame an answer to the first request, one more unasked, and a first copy with an answer.
      expect(producer.connections[0].sent.length).toBeLessThanOrEqual(3 + pairs.length * 4);
      for (const more of [1, 2, 3]) {
        for (const [key, frame] of frames(more)) producer.publish(key, frame);
        await copied(name, frames(more));
      }
      const again = pairs.map(({ key }) => ({ type: 'analyzed_df', data: { limit: 1500, pair: key.pair } }));
      expect(await requestsAfterAll(producer, name)).toEqual([...FIRST_REQUESTS, ...again]);
    });

    it('merges a short history, in the moment in which empty rows are before it, as it merges the history alone, but for integers that no float holds', async () => {
      const own = candles(300).select(['date', 'open', 'high', 'low', 'close', 'volume']);
      for (const rows of [1, 50, 99]) {
        const frame = candles(300).slice(300 - rows);
        const first = await stock().merged(own, writtenFrame(firstCopyFrame(frame)), '5m');
        const alone = await stock().merged(own, writtenFrame(frame), '5m');
        const { large_default: large, ...others } = cellsOf(first);
        const { large_default: largeAlone, ...othersAlone } = cellsOf(alone);
        expect(others).toEqual(othersAlone);
        // They are missing for that moment.
        expect(large).toEqual(Array(own.length).fill(null));
        expect(largeAlone.filter((value) => value !== null)).toHaveLength(rows);
      }
    });

    it('is not stuck behind a hole that a short history cannot close', async () => {
      const port = await freePort();
      const first = await producing([[BTC, candles(300)]], { port });
      const name = await connected(port);
      await copied(name, [[BTC, candles(300)]]);
      await first[Symbol.asyncDispose]();
      running.splice(0);
      const later = (rows: number) => candles(500 + rows).slice(500);
      const second = await producing([[BTC, later(50)]], { port });
      await copied(name, [[BTC, later(50)]]);
      second.publish(BTC, later(51));
      await copied(name, [[BTC, later(51)]]);
      expect(await requestsAfterAll(second, name)).toHaveLength(FIRST_REQUESTS.length + 1);
    });

    it('gets no copy of a short history from a stock producer, and asks for ever', async () => {
      const port = await stock().serve({ ws_token: PLAIN_TOKEN }, ['S50/USDT']);
      try {
        const short = sampleKey('S50/USDT');
        await stock().hold(short, candles(50));
        await stock().takeLog();
        const name = await connected(port);
        await listening(name);
        await stock().publish(short, candles(51));
        let asked = 0;
        await eventually(
          'five requests for the same pair',
          async () => {
            const log = await stock().takeLog();
            asked += log.filter(({ message }) => message.startsWith('Holes in data or no existing df')).length;
            return asked >= 5 ? true : undefined;
          },
          { seen: () => asked },
        );
        expect((await stock().copy(short, name)).rows).toBe(0);
      } finally {
        await stock().disconnect();
        await stock().stopServing();
      }
    });

    it('makes of a row alone what it makes of the same row from a stock producer: of "120" a number, of none NaN', async () => {
      const tagged = (rows: number) =>
        candles(rows).with({
          enter_tag: Array.from({ length: rows }, (_, row) => (row < 300 ? `tag ${row}` : '120')),
          exit_tag: Array.from({ length: rows }, (_, row) => (row < 300 ? 'left' : null)),
        });
      const producer = await producing([[BTC, tagged(300)]]);
      const ours = await connected(producer.port);
      await copied(ours, [[BTC, tagged(300)]]);
      producer.publish(BTC, tagged(301));
      const fromOurs = await lastTags(ours);
      await stock().disconnect();
      const port = await stock().serve({ ws_token: PLAIN_TOKEN }, ['BTC/USDT']);
      try {
        await stock().hold(BTC, tagged(300).drop(['awkward']));
        const name = await connected(port);
        await eventually('the first copy', async () =>
          (await stock().copy(BTC, name)).rows === 300 ? true : undefined,
        );
        await stock().publish(BTC, tagged(301).drop(['awkward']));
        expect(fromOurs).toEqual(await lastTags(name));
      } finally {
        await stock().disconnect();
        await stock().stopServing();
      }
      expect(fromOurs.enter_tag).toMatchObject({ number: 120 });

      async function lastTags(name: string) {
        const { columns } = await eventually('the row alone', async () => {
          const copy = await stock().copy(BTC, name);
          return copy.rows === 301 ? copy : undefined;
        });
        const last = (tag: string) => columns.find((column) => column.name === tag)?.values.at(-1);
        return { enter_tag: last('enter_tag'), exit_tag: last('exit_tag') };
      }
    });

    it('makes times of the columns that pandas takes for times, as it does with a stock producer', async () => {
      const times = (rows: number) => timestamps(candles(rows).numbers('date'));
      const frame = Frame.of({
        date: times(200),
        closed_at: times(200),
        entry_time: times(200),
        timestamp_of: times(200),
        modified: ints(Float64Array.from(candles(200).numbers('date'))),
        date_1h: times(200),
      });
      const producer = await producing([[BTC, frame]]);
      const name = await connected(producer.port);
      const { columns } = await eventually('the copy', async () => {
        const copy = await stock().copy(BTC, name);
        return copy.rows === 200 ? copy : undefined;
      });
      await stock().hold(BTC, frame);
      expect(columns).toEqual(await readFromStock(BTC));
      expect(columns.map(({ dtype }) => dtype.startsWith('datetime64'))).toEqual([true, true, true, true, true, false]);
    });

    /** A held frame as a stock consumer gets it from a stock producer. */
    async function readFromStock(key: PairKey): Promise<readonly StockColumn[]> {
      await stock().disconnect();
      const port = await stock().serve({ ws_token: PLAIN_TOKEN }, [key.pair]);
      try {
        const name = await connected(port);
        const copy = await eventually('the copy of a stock producer', async () => {
          const found = await stock().copy(key, name);
          return found.rows > 0 ? found : undefined;
        });
        return copy.columns;
      } finally {
        await stock().disconnect();
        await stock().stopServing();
      }
    }

    it('reads every float that we write within 10 doubles, or 1e-15 where it is below 1', async () => {
      const random = seededRandom('floats of all sizes');
      const sizes = Array.from({ length: 20_000 }, () => {
        const mantissa = (random.next() - 0.5) * 2;
        return mantissa * 10 ** Math.floor(random.next() * 600 - 300);
      });
      const near = Array.from({ length: 20_000 }, () => random.normal() * 10 ** Math.floor(random.next() * 24 - 12));
      const values = Float64Array.from([...sizes, ...near, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, 1e21]);
      const [column] = await stock().read(writtenFrame(Frame.of({ value: values })));
      const read = column.values.map(Number);
      const misread = read.flatMap((value, i) => (isReadAs(values[i], value) ? [] : [`${values[i]} as ${value}`]));
      expect(misread).toEqual([]);
      // The bound is no wider than what it bounds.
      const exponents = read.flatMap((value, i) =>
        Math.abs(values[i]) >= 1e-6 && Math.abs(values[i]) < 1 ? [] : [ulpsBetween(values[i], value)],
      );
      expect(Math.max(...exponents)).toBeGreaterThan(5);
    });

    it('compares copies so that one wrong cell is found, of whatever kind', async () => {
      const producer = await producing([[BTC, candles(300)]]);
      const name = await connected(producer.port);
      await copied(name, [[BTC, candles(300)]]);
      const copy = await stock().copy(BTC, name);
      const wrong = {
        date: 1,
        open: 100.000000001,
        awkward: 1.2e-9,
        date_1h: 0,
        count: 7.5,
        large: '9007199254740993',
      };
      const others = { is_up: 1, enter_long: null, enter_tag: 'tag' };
      for (const [column, value] of Object.entries({ ...wrong, ...others })) {
        for (const row of [0, 6, 299]) {
          const columns = copy.columns.map((each) =>
            each.name === column ? { ...each, values: each.values.with(row, value) } : each,
          );
          expect(differenceFromPublished(candles(300), { ...copy, columns })).toContain(
            `column "${column}", row ${row}`,
          );
        }
      }
      expect(differenceFromPublished(candles(301), copy)).toBe('rows: published 301, copied 300');
      expect(differenceFromPublished(candles(300).drop(['count']), copy)).toContain('columns: published');
      expect(copy.lastAnalyzed).toBe(ANALYZED_AT);
    });
  });
});

describe('a client that asks as a stock consumer with a short history does, 20,000 times at once', () => {
  const SHORT = sampleKey('S50/USDT');
  const REQUESTS = 20_000;
  const again = { type: 'analyzed_df', data: { limit: 1500, pair: 'S50/USDT' } };

  /** A producer with a short history. */
  async function shortProducing(): Promise<WatchedProducer> {
    // By default they are too many, and the client is sent away.
    const there = await watchedProducer(['S50/USDT'], { limits: { requestsPerSecond: REQUESTS } });
    there.publish(SHORT, candles(50));
    return there;
  }

  /** Sends all requests; what it returns resolves when the producer has read them. */
  function flood(there: WatchedProducer, client: ScriptedConsumer): () => Promise<unknown> {
    client.send({ type: 'subscribe', data: ['whitelist', 'analyzed_df'] });
    for (let i = 0; i < REQUESTS; i++) client.send(again);
    const isRead = () => (there.connections[0].requests.length > REQUESTS ? true : undefined);
    return () => eventually('all requests at the producer', isRead);
  }

  it('costs far fewer answers, and keeps nobody else from a new row', async () => {
    await using there = await shortProducing();
    await using flooder = scriptedConsumer({ port: there.port, token: PLAIN_TOKEN });
    await flooder.opening;
    const allRead = flood(there, flooder);
    await using other = scriptedConsumer({ port: there.port, token: PLAIN_TOKEN });
    await other.opening;
    other.send({ type: 'subscribe', data: ['analyzed_df'] });
    other.send({ type: 'whitelist' });
    await other.untilTexts(1);
    there.publish(SHORT, candles(51));
    await other.untilTexts(2);
    await allRead();
    flooder.send({ type: 'whitelist' });
    await flooder.untilMessage(({ type }) => type === 'whitelist');
    const { sent } = there.connections[0];
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.length).toBeLessThan(REQUESTS / 20);
  });

  it('costs bounded memory where it does not read', async () => {
    await using there = await shortProducing();
    await using flooder = scriptedConsumer({ port: there.port, token: PLAIN_TOKEN });
    await flooder.opening;
    flooder.pause();
    await flood(there, flooder)();
    const [session] = there.producer.sessions;
    const longest = Math.max(...there.connections[0].sent);
    expect(session.pendingFrames).toBeLessThanOrEqual(1);
    expect(session.queuedBytes).toBeLessThan(2 ** 20 + 2 * longest);
  });
});

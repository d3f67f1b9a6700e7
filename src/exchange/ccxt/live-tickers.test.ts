import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../tests/fixtures/bot/recording-logger.ts';
import { type Pair, parsePair } from '../../market/index.ts';
import { manualClock } from '../../testing/index.ts';
import { seededRandom } from '../../util/random.ts';
import { LiveTickers } from './live-tickers.ts';
import { StreamNotes } from './stream-notes.ts';

const MINUTE = 60_000;
const [gone, stays] = ['GONE/USDT', 'BTC/USDT'].map(parsePair);

/** An exchange that refuses a stream in which a pair is that it trades no more. */
function scene() {
  const clock = manualClock(1_000_000_000);
  const logger = recordingLogger();
  const delisted = new Set<Pair>();
  const watched: (readonly string[])[] = [];
  const unwatched: string[] = [];
  let tell: (() => void) | undefined;
  const instance = {
    has: { watchTickers: true, unWatchTickers: true },
    async watchTickers(pairs: readonly string[]) {
      watched.push(pairs);
      const bad = pairs.find((pair) => [...delisted].some((each) => each === pair));
      if (bad !== undefined) throw new Error(`no market ${bad}`);
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
      return Object.fromEntries(pairs.map((symbol) => [symbol, { symbol, last: 5, timestamp: clock.now() }]));
    },
    unWatchTickers: async (pairs: readonly string[]) => unwatched.push(...pairs),
  };
  const closing = new AbortController();
  const notes = new StreamNotes('test', logger, (_, error) => String(error));
  const common = { instance, clock, notes, now: () => clock.now(), random: seededRandom('tickers') };
  const tickers = new LiveTickers({ ...common, closed: closing.signal });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const told = async () => {
    tell?.();
    await settled();
  };
  return { clock, delisted, watched, unwatched, tickers, told, settled, closing };
}

describe('LiveTickers', () => {
  it('goes on without a pair that ended the stream, once nobody asks for it', async () => {
    const { clock, delisted, watched, unwatched, tickers, told, settled } = scene();
    tickers.follow([gone, stays]);
    await told();
    expect(tickers.fresh([gone, stays])?.length).toBe(2);
    delisted.add(gone);
    await told();
    expect(tickers.fresh([stays])).toBeUndefined();
    for (let minutes = 0; minutes < 15; minutes++) {
      clock.advance(MINUTE);
      await settled();
      // As the exchange does after it asked by REST.
      if (tickers.fresh([stays]) === undefined) tickers.follow([stays]);
      await told();
    }
    expect(watched.at(-1)).toEqual([stays]);
    expect(unwatched).toEqual([gone]);
    expect(tickers.fresh([stays])).toMatchObject([{ pair: stays, last: 5 }]);
  });

  it('keeps pairs that are asked for, and ends when none is, to begin again', async () => {
    const { clock, watched, tickers, told } = scene();
    tickers.follow([stays]);
    for (let minutes = 0; minutes < 30; minutes++) {
      clock.advance(MINUTE);
      await told();
      expect(tickers.fresh([stays])?.length).toBe(1);
    }
    clock.advance(11 * MINUTE);
    await told();
    const before = watched.length;
    await told();
    expect(watched.length).toBe(before);
    tickers.follow([stays]);
    await told();
    expect(watched.length).toBe(before + 2);
    expect(tickers.fresh([stays])?.length).toBe(1);
  });

  it('follows a bounded number of pairs', async () => {
    const { watched, tickers } = scene();
    tickers.follow(Array.from({ length: 1000 }, (_, i) => parsePair(`A${i}/USDT`)));
    expect(watched[0].length).toBe(400);
  });
});

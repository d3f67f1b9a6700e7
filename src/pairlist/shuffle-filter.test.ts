import { describe, expect, it } from 'vitest';
import { fixtureExchange } from '../../tests/fixtures/pairlist/fixture-exchange.ts';
import { type Pair, parsePair, parseTimeframe } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { seededRandom } from '../util/random.ts';
import type { Choice } from './pairlist-handler.ts';
import { shuffled, shuffleFilter } from './shuffle-filter.ts';

const pairs = Array.from({ length: 30 }, (_, i) => parsePair(`C${i}/USDT`));
const minutes = (count: number) => count * 60_000;

function scene(
  settings: { readonly shuffle_frequency?: 'candle' | 'iteration'; readonly seed?: number },
  chance = 'a',
) {
  const clock = manualClock(Date.UTC(2026, 10, 20, 9, 3));
  const filter = shuffleFilter(
    { method: 'ShuffleFilter', shuffle_frequency: 'candle', ...settings },
    { exchange: fixtureExchange(clock), timeframe: parseTimeframe('5m'), random: seededRandom(chance) },
  );
  const round = { markets: new Map(), tickers: new Map(), signal: undefined };
  const shuffle = async (given: readonly Pair[] = pairs): Promise<readonly Pair[]> => {
    const choice: Choice = await filter.filter(given, round);
    expect(choice.leftOut).toEqual([]);
    expect(choice.pairs.toSorted()).toEqual(given.toSorted());
    return choice.pairs;
  };
  return { clock, shuffle };
}

describe('shuffleFilter', () => {
  it('keeps an order for a candle, and for the same list', async () => {
    const { clock, shuffle } = scene({});
    const first = await shuffle();
    expect(first).not.toEqual(pairs);
    clock.advance(minutes(2) - 1);
    expect(await shuffle()).toEqual(first);
    clock.advance(1);
    const second = await shuffle();
    expect(second).not.toEqual(first);
    expect((await shuffle(pairs.slice(1))).length).toBe(29);
  });

  it('makes another order each time, where asked', async () => {
    const { shuffle } = scene({ shuffle_frequency: 'iteration' });
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) orders.add((await shuffle()).join());
    expect(orders.size).toBe(20);
  });

  it('gives bots of one seed one order in a candle, whenever they started', async () => {
    const [early, late, other] = [scene({ seed: 7 }, 'a'), scene({ seed: 7 }, 'b'), scene({ seed: 8 }, 'a')];
    await early.shuffle();
    for (const { clock } of [early, late, other]) clock.advance(minutes(5));
    expect(await early.shuffle()).toEqual(await late.shuffle());
    expect(await other.shuffle()).not.toEqual(await late.shuffle());
  });

  it('repeats the orders of a seed', async () => {
    const settings = { shuffle_frequency: 'iteration', seed: 7 } as const;
    const [first, second] = [scene(settings, 'a'), scene(settings, 'b')];
    for (let i = 0; i < 3; i++) expect(await first.shuffle()).toEqual(await second.shuffle());
  });
});

it('gives every order the same chance', () => {
  const random = seededRandom('orders');
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = shuffled(['a', 'b', 'c', 'd'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 1,000 each, give or take five standard deviations.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * (23 / 24)));
});

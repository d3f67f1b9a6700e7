import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnyFrame } from '../../../../src/frame/index.ts';
import { ENVIRONMENT_PATIENCE_MS } from '../../python-environment.ts';
import { freqtradeEnvironment, freqtradeVersions } from '../versions.ts';
import { endAll } from './at-end.ts';
import { commonRows } from './compare-merged.ts';
import { type Decided, decidedBy } from './entries.ts';
import { heldDifference } from './held-by-stock.ts';
import { PAIRS, type SixBots, startSixBots } from './six-bots.ts';
import { linksOf, type SeenCandle, untilEqual } from './watch-candles.ts';

/*
 * Two chains of whole bots on one market server, in its present, on candles of a minute:
 *
 *     freqtrade, producer → candlecast, consumer and producer → freqtrade, consumer of that
 *     candlecast, producer → freqtrade, consumer and producer → candlecast, consumer of that
 *
 * The bots run and are watched once, before the tests, which judge what was seen. A bot is watched by its message websocket, and a
 * stock bot by its REST API too, where it tells every digit. What it decides is told by its `entry` messages, whose tag names the
 * candle; `entries.ts` says what is asked of whom.
 */

const MINUTE = 60_000;

/** From the last bot's start until all are in sync for the first time. */
const SYNC_PATIENCE_MS = 75_000;

/** From a candle's close until every bot has it, the columns of others included, and has decided on it. */
const CANDLE_PATIENCE_MS = 50_000;

/** freqtrade looks at its signals every five seconds. */
const ENTRY_PATIENCE_MS = 20_000;

const LEAST_CANDLES = 3;

/** Where nearly nothing was decided in the first three, others are watched. */
const MOST_CANDLES = 6;
const ENOUGH_ENTRIES = 3;

/** freqtrade fetches 999 candles at its start. */
const LEAST_ROWS = 990;

const [newest, oldest] = freqtradeVersions;

interface Seen extends SixBots {
  /** The newest candle when all were in sync. */
  readonly since: number;
  readonly candles: readonly SeenCandle[];
  readonly decided: readonly Decided[];
  /** Of each stock bot and pair, where it holds something else than it told, or how many rows were compared. */
  readonly held: readonly (string | number)[];
}

let seen: Seen | undefined;

beforeAll(async () => {
  const outer = await freqtradeEnvironment(newest);
  const inner = await freqtradeEnvironment(oldest);
  if (outer === undefined || inner === undefined) return;
  seen = await watch(await startSixBots({ outer, inner }));
  process.stdout.write(`${summaryOf(seen)}\n`);
}, ENVIRONMENT_PATIENCE_MS);

beforeEach((context) => {
  if (seen === undefined) context.skip('no Python environment');
});

afterAll(endAll);

/** Watches the bots from the moment on when they are in sync. */
async function watch(six: SixBots): Promise<Seen> {
  const { market, bots } = six;
  await untilEqual(six, newestClosed(), SYNC_PATIENCE_MS);
  const since = Math.max(...bots.flatMap((bot) => market.pairs.map((pair) => lastDateOf(bot.frame(pair)))));
  const candles: SeenCandle[] = [];
  for (;;) {
    const last = since + (candles.length + 1) * MINUTE;
    candles.push(await untilEqual(six, last, last + MINUTE + CANDLE_PATIENCE_MS - Date.now()));
    if (candles.length < LEAST_CANDLES) continue;
    const held = await heldByStock(six);
    const decided = await untilDecided(six, { since, last });
    const isEnough = decided.every(({ should }) => should.length >= ENOUGH_ENTRIES);
    if (isEnough || candles.length === MOST_CANDLES) return { ...six, since, candles, held, decided };
  }
}

async function heldByStock({ market, bots }: SixBots): Promise<readonly (string | number)[]> {
  const stock = bots.filter(({ kind }) => kind === 'stock');
  // One request at a time, so that the bots' own work goes on.
  const held: (string | number)[] = [];
  for (const bot of stock) for (const pair of market.pairs) held.push(await heldDifference(bot, pair));
  return held;
}

/** What the bots should have decided and did, when that is the same or there was time enough. */
async function untilDecided(
  { market, stockFirst, oursFirst }: SixBots,
  range: { readonly since: number; readonly last: number },
): Promise<readonly Decided[]> {
  const end = Date.now() + ENTRY_PATIENCE_MS;
  for (;;) {
    const chains = [stockFirst, oursFirst].map((chain) => decidedBy(chain, market.pairs, range));
    const decided = (await Promise.all(chains)).flat();
    if (decided.every(({ should, did }) => should.join() === did.join()) || Date.now() > end) return decided;
    await setTimeout(200);
  }
}

function summaryOf({ candles, decided }: Seen): string {
  const seconds = candles.map(({ equalAfterMs }) => (equalAfterMs / 1000).toFixed(1));
  const entries = decided.map(({ bot, should }) => `${bot.name} ${should.length}`);
  return `freqtrade ${newest} and ${oldest}; all equal ${seconds.join(', ')} s after the candles' close; entries: ${entries.join(', ')}`;
}

/** When the candle opened that closed last. */
const newestClosed = () => Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;

const lastDateOf = (frame: AnyFrame) => frame.numbers('date')[frame.length - 1];

function scene(): Seen {
  if (seen === undefined) throw new Error('nothing was watched');
  return seen;
}

describe(`whole bots in chains: freqtrade ${newest} and ${oldest} with Candlecast`, () => {
  it("gives every consumer its producer's columns at each new candle, in every row, through a chain too", () => {
    const { candles, market, stockFirst, oursFirst } = scene();
    expect(candles.length).toBeGreaterThanOrEqual(LEAST_CANDLES);
    expect(market.pairs).toHaveLength(PAIRS);
    for (const { producer, consumer } of [...linksOf(stockFirst), ...linksOf(oursFirst)]) {
      for (const pair of market.pairs) {
        expect(commonRows(producer.frame(pair), consumer.frame(pair))).toBeGreaterThanOrEqual(LEAST_ROWS);
      }
    }
  });

  it('sees of stock bots what they hold', () => {
    const { held } = scene();
    expect(held.filter((each) => typeof each === 'string')).toEqual([]);
    expect(Math.min(...held.map(Number))).toBeGreaterThanOrEqual(LEAST_ROWS);
  });

  it("has all bots enter what the first producer's signals ask for", () => {
    for (const { bot, should, did } of scene().decided) {
      const { name, tail } = bot;
      expect({ name, entered: did }, `the end of its log:\n${tail()}`).toEqual({ name, entered: should });
      expect({ name, entries: should.length }).not.toEqual({ name, entries: 0 });
    }
  });

  it('leaves nobody a warning to worry about', () => {
    const { bots } = scene();
    const told = bots.flatMap(({ name, warnings, troubles }) =>
      [...warnings(), ...troubles].map((text) => `${name}: ${text}`),
    );
    expect(told).toEqual([]);
  });
});

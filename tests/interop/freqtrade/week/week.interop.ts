import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENVIRONMENT_PATIENCE_MS, type PythonEnvironment } from '../../python-environment.ts';
import { differenceFromHeld } from '../compare/compare-held.ts';
import { freqtradeEnvironment, newestFreqtrade } from '../versions.ts';
import { recordDifference } from './week-record.ts';
import { type Memory, Week } from './week-scene.ts';

const CANDLES = 7 * 24 * 12;
const CANDLES_A_CHECK = 96;

/** What happens in the week, apart from its candles, before the one of that number. */
const troubles: ReadonlyMap<number, (week: Week) => Promise<void>> = new Map([
  [300, lose],
  [600, (week) => week.playCutOff(100)],
  [900, (week) => week.restartProducer()],
  [1300, lose],
  [1500, burst],
  [1700, (week) => week.playCutOff(10)],
]);

/** The first, and one after each cut and the restart. */
const CONNECTIONS = 4;

/** Two candles of which the producer never tells. */
async function lose(week: Week): Promise<void> {
  await week.play(false);
  await week.play(false);
}

async function burst(week: Week): Promise<void> {
  for (let i = 0; i < 20; i++) await week.play();
}

/**
 * How much more the consumer may hold at the end of the last two thirds of the week than at their start, by the line through its
 * samples. To keep what arrives in that time would be more than twice as much, in numbers alone.
 */
const MOST_GROWTH_BYTES = 256 * 1024;

describe(`a week of candles from freqtrade ${newestFreqtrade}`, () => {
  let environment: PythonEnvironment | undefined;
  beforeAll(async () => {
    environment = await freqtradeEnvironment(newestFreqtrade);
  }, ENVIRONMENT_PATIENCE_MS);
  beforeEach((context) => {
    if (environment === undefined) context.skip('no Python environment');
  });

  it('arrives with every row equal, through cuts, holes and a restart, and the memory stays flat', async () => {
    if (environment === undefined) return;
    await using week = await Week.start(environment, CANDLES);
    const samples: Memory[] = [];
    while (week.candle < CANDLES) {
      await troubles.get(week.candle + 1)?.(week);
      await week.play();
      if (week.candle % CANDLES_A_CHECK !== 0) await week.keepUp();
      else {
        await expectEqualCopies(week);
        samples.push(await week.memory());
      }
    }
    await expectEqualCopies(week);

    const runs = await week.runs();
    for (const key of week.keys) {
      expect(recordDifference(await week.stock.recorded(key), runs.get(key.pair) ?? [])).toBeUndefined();
    }
    const events = await week.counts();
    const told = { source: week.source, holes: week.holes, events, memory: samples.at(-1) };
    const growth = growthOf(samples.slice(Math.ceil(samples.length / 3)));
    process.stdout.write(`${JSON.stringify({ ...told, growth })}\n`);
    expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
    // It was no quiet week.
    expect(week.holes).toBeGreaterThan(0);
    expect(events.connected).toBeGreaterThanOrEqual(CONNECTIONS);
    expect(events.whitelist).toBeGreaterThanOrEqual(CONNECTIONS);
    expect(events.resync).toBeGreaterThanOrEqual(2);
  }, 400_000);
});

/** Every copy, cell by cell, once no candle is on its way. */
async function expectEqualCopies(week: Week): Promise<void> {
  await week.settled();
  for (const key of week.keys) {
    expect(differenceFromHeld(await week.stock.held(key), await week.copy(key))).toBeUndefined();
  }
}

/**
 * How much memory the line through the samples rises from the first to the last, by the median of the slopes between any two: a
 * sample that is off, or a single step, hardly moves it.
 */
function growthOf(samples: readonly Memory[]): number {
  const slopes = samples.flatMap(({ used }, i) =>
    samples.slice(i + 1).map((later, more) => (later.used - used) / (more + 1)),
  );
  slopes.sort((left, right) => left - right);
  const middle = (slopes.length - 1) / 2;
  const median = (slopes[Math.floor(middle)] + slopes[Math.ceil(middle)]) / 2;
  return median * (samples.length - 1);
}

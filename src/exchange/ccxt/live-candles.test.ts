import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candle, parseTimeframe } from '../../market/index.ts';
import { LiveCandles } from './live-candles.ts';

const STEP = 60_000;
const timeframe = parseTimeframe('1m');
const candle = (index: number, volume = 1): Candle => ({
  date: index * STEP,
  open: 1,
  high: 2,
  low: 1,
  close: 2,
  volume,
});
const live = (most = 100) => new LiveCandles(timeframe, most);
const datesOf = (answer: ReturnType<LiveCandles['closed']>) => answer?.closed.map(({ date }) => date / STEP);

describe('LiveCandles', () => {
  it('holds closed candles once a newer one was seen, without the one that it was entered at', () => {
    const candles = live();
    expect(candles.add([candle(10)])).toBe('nothing new');
    expect(candles.add([candle(10, 2)])).toBe('nothing new');
    candles.add([candle(11, 1)]);
    candles.add([candle(11, 5)]);
    expect(candles.closed(11 * STEP, 12 * STEP)).toBeUndefined();
    candles.add([candle(12)]);
    expect(datesOf(candles.closed(11 * STEP, 12 * STEP))).toEqual([11]);
    expect(candles.closed(11 * STEP, 12 * STEP)).toMatchObject({ closed: [{ volume: 5 }], open: { date: 12 * STEP } });
    expect(candles.closed(10 * STEP, 12 * STEP)).toBeUndefined();
    expect(candles.closed(12 * STEP, 13 * STEP)).toBeUndefined();
    expect(candles.closed(12 * STEP, 12 * STEP)).toBeUndefined();
  });

  it('is contradicted by other figures of a candle that has closed here, and by nothing else', () => {
    const candles = live();
    candles.add([candle(1), candle(2, 3), candle(3, 4), candle(4, 5)]);
    expect(candles.contradicts([candle(1, 9), candle(2, 3), candle(3, 4), candle(4, 9), candle(5)])).toBe(false);
    expect(candles.contradicts([candle(3, 4.5)])).toBe(true);
  });

  it('ignores what repeats, and an older state of the open candle', () => {
    const candles = live();
    candles.add([candle(1), candle(2, 3)]);
    expect(candles.add([candle(2, 3)])).toBe('nothing new');
    expect(candles.add([candle(2, 2)])).toBe('nothing new');
    expect(candles.add([candle(1, 9)])).toBe('nothing new');
    candles.add([candle(3)]);
    expect(candles.closed(2 * STEP, 3 * STEP)?.closed[0].volume).toBe(3);
  });

  it.each([
    ['gap', [candle(7)]],
    ['repainted', [candle(3, 9)]],
  ] as const)('gives nothing any more after a %s, until it is whole again', (change, news) => {
    const candles = live();
    candles.add([candle(1), candle(2), candle(3), candle(4)]);
    expect(datesOf(candles.closed(2 * STEP, 4 * STEP))).toEqual([2, 3]);
    expect(candles.add(news)).toBe(change);
    expect(candles.closed(2 * STEP, 4 * STEP)).toBeUndefined();
    candles.add([candle(8), candle(9)]);
    expect(candles.closed(3 * STEP, 9 * STEP)).toBeUndefined();
    candles.add([candle(10), candle(11)]);
    expect(datesOf(candles.closed(10 * STEP, 11 * STEP))).toEqual([10]);
  });

  it('forgets everything with the connection', () => {
    const candles = live();
    candles.add([candle(1), candle(2), candle(3)]);
    candles.reset();
    candles.add([candle(3, 5), candle(4)]);
    expect(candles.closed(2 * STEP, 4 * STEP)).toBeUndefined();
    // Trades of the third candle may have come while nobody listened.
    expect(candles.closed(3 * STEP, 4 * STEP)).toBeUndefined();
    candles.add([candle(5)]);
    expect(datesOf(candles.closed(4 * STEP, 5 * STEP))).toEqual([4]);
  });

  describe('with a base of what REST gave', () => {
    /** Entered at 20, with candles from 1 to 20 from REST, 7 and 8 without trades. */
    const based = () => {
      const candles = live();
      candles.add([candle(20)]);
      const rows = Array.from({ length: 20 }, (_, i) => candle(i + 1)).filter(
        ({ date }) => ![7, 8].includes(date / STEP),
      );
      candles.setBase(rows, STEP, 21 * STEP);
      return candles;
    };

    it('continues it from the first candle that it holds whole', () => {
      const candles = based();
      candles.add([candle(21)]);
      expect(datesOf(candles.closed(18 * STEP, 21 * STEP))).toEqual([18, 19, 20]);
      candles.add([candle(22), candle(23)]);
      expect(datesOf(candles.closed(6 * STEP, 23 * STEP))).toEqual([6, ...Array.from({ length: 14 }, (_, i) => i + 9)]);
      expect(datesOf(candles.closed(8 * STEP, 10 * STEP))).toEqual([9]);
      expect(datesOf(candles.closed(22 * STEP, 23 * STEP))).toEqual([22]);
      expect(candles.closed(0, 23 * STEP)).toBeUndefined();
    });

    it('gives nothing where they do not join', () => {
      const candles = live();
      candles.add([candle(20)]);
      candles.setBase([candle(18), candle(19)], 18 * STEP, 20 * STEP);
      candles.add([candle(21), candle(22)]);
      expect(candles.closed(18 * STEP, 22 * STEP)).toBeUndefined();
      expect(datesOf(candles.closed(21 * STEP, 22 * STEP))).toEqual([21]);
      candles.setBase([candle(19), candle(20)], 19 * STEP, 22 * STEP);
      expect(datesOf(candles.closed(18 * STEP, 22 * STEP))).toEqual([18, 19, 20, 21]);
    });

    it('keeps what is older than a new base where it joins, and no more than 100', () => {
      const candles = based();
      candles.add(Array.from({ length: 90 }, (_, i) => candle(i + 21)));
      candles.setBase([candle(109, 4)], 109 * STEP, 110 * STEP);
      expect(candles.checkedAt).toBe(110 * STEP);
      expect(candles.closed(9 * STEP, 110 * STEP)).toBeUndefined();
      const answer = candles.closed(10 * STEP, 110 * STEP)?.closed;
      expect(answer?.length).toBe(100);
      expect(answer?.at(-1)?.volume).toBe(4);
      candles.setBase([candle(200)], 200 * STEP, 201 * STEP);
      expect(candles.closed(15 * STEP, 110 * STEP)).toBeUndefined();
    });

    it.each([
      ['a gap', [candle(25)], 'gap'],
      ['a base candle that is told otherwise', [candle(15, 9)], 'repainted'],
    ] as const)('lets go of it after %s, until REST was asked again', (_, news, change) => {
      const candles = based();
      candles.add([candle(21), candle(22)]);
      expect(candles.closed(10 * STEP, 22 * STEP)).toBeDefined();
      expect(candles.add(news)).toBe(change);
      expect(candles.closed(10 * STEP, 22 * STEP)).toBeUndefined();
      expect(candles.checkedAt).toBeUndefined();
    });

    it('tells whether waiting for what follows makes sense', () => {
      const candles = based();
      expect(candles.reaches(10 * STEP)).toBe(false);
      candles.add([candle(21)]);
      expect([0, 10, 21, 22, 23].map((index) => candles.reaches(index * STEP))).toEqual([
        false,
        true,
        true,
        true,
        false,
      ]);
    });
  });

  it('keeps no more than it is told to', () => {
    const candles = live(5);
    candles.add(Array.from({ length: 30 }, (_, i) => candle(i)));
    expect(datesOf(candles.closed(25 * STEP, 29 * STEP))).toEqual([25, 26, 27, 28]);
    expect(candles.closed(24 * STEP, 29 * STEP)).toBeUndefined();
  });

  it('gives candles of the market and none else, whatever a stream duplicates, drops, delays and breaks off', () => {
    // A market's candle grows by 1 with each tick, five ticks a candle: a closed one has volume 5.
    const market = fc.array(
      fc.record({
        ticks: fc.integer({ min: 1, max: 8 }),
        event: fc.constantFrom('told', 'told', 'told', 'dropped', 'twice', 'late', 'broken off', 'REST'),
      }),
      { maxLength: 120 },
    );
    let answers = 0;
    fc.assert(
      fc.property(market, (steps) => {
        const candles = live();
        let tick = 50;
        let held: Candle | undefined;
        const state = (): Candle => candle(Math.floor(tick / 5), (tick % 5) + 1);
        for (const { ticks, event } of steps) {
          for (let i = 0; i < ticks; i++) {
            tick++;
            // A stream that is connected tells the last state of a candle before the next one.
            if (event !== 'broken off' && (tick % 5 === 4 || i === ticks - 1)) {
              if (event !== 'dropped' || tick % 5 === 4) candles.add([state()]);
            }
          }
          if (event === 'twice') candles.add([state()]);
          if (event === 'broken off') candles.reset();
          if (event === 'late' && held) candles.add([held]);
          held = state();
          const openNow = Math.floor(tick / 5) * STEP;
          if (event === 'REST') {
            const rows = Array.from({ length: ticks }, (_, i) => candle(openNow / STEP - ticks + i, 5));
            candles.setBase(rows, rows[0].date, openNow);
          }
          for (const back of [1, 2, 5]) {
            const answer = candles.closed(openNow - back * STEP, openNow);
            if (answer === undefined) continue;
            answers++;
            expect(answer.closed.map(({ volume }) => volume)).toEqual(Array.from({ length: back }, () => 5));
            expect(answer.closed[0].date).toBe(openNow - back * STEP);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(answers).toBeGreaterThan(100);
  });
});

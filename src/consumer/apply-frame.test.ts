import { describe, expect, it } from 'vitest';
import { type AnyFrame, emptyFrame, Frame, framesEqual, timestamps } from '../frame/index.ts';
import { nextCandleOpen, parseTimeframe } from '../market/index.ts';
import { sampleFrame } from '../testing/index.ts';
import { type Arrival, type Arrived, type Ask, applyFrame, type Copy } from './apply-frame.ts';

const all = sampleFrame({ rows: 1700 });
const timeframe = parseTimeframe('5m');
const rule = { timeframe, maxRows: 1500 };
const none: ReadonlySet<string> = new Set();

const copyOf = (frame: AnyFrame): Copy => ({ frame, lastAnalyzed: 1, undetermined: none });
const arrivedOf = (frame: AnyFrame, answers?: Ask, rowsThere?: number): Arrived => ({
  frame,
  lastAnalyzed: 2,
  undetermined: none,
  answers,
  ...(rowsThere === undefined ? {} : { rowsThere }),
});

function expectCopy(arrival: Arrival, status: Arrival['status'], frame: AnyFrame): void {
  expect(arrival.status).toBe(status);
  if (!('copy' in arrival)) throw new Error(arrival.status);
  expect(framesEqual(arrival.copy.frame, frame)).toBe(true);
  expect(arrival.copy.lastAnalyzed).toBe(2);
}

describe('a frame that stands for itself', () => {
  it('is one of 100 rows or more, whatever is held', () => {
    for (const held of [undefined, copyOf(all.slice(0, 50)), copyOf(all.slice(1000, 1500))]) {
      expectCopy(applyFrame(held, arrivedOf(all.slice(100, 200)), rule), 'replaced', all.slice(100, 200));
    }
    expect(applyFrame(undefined, arrivedOf(all.slice(100, 199)), rule).status).toBe('restart');
  });

  it('is the answer to a request for the whole, however short', () => {
    for (const rows of [1, 50, 99]) {
      expectCopy(applyFrame(copyOf(all), arrivedOf(all.head(rows), 'whole'), rule), 'replaced', all.head(rows));
    }
  });

  it('is one that reaches from before the copy to its end', () => {
    const held = copyOf(all.slice(20, 40));
    expectCopy(applyFrame(held, arrivedOf(all.slice(10, 40)), rule), 'replaced', all.slice(10, 40));
    expectCopy(applyFrame(held, arrivedOf(all.slice(20, 41)), rule), 'replaced', all.slice(20, 41));
    expectCopy(
      applyFrame(held, arrivedOf(all.slice(20, 41).drop(['count'])), rule),
      'replaced',
      all.slice(20, 41).drop(['count']),
    );
    expectCopy(applyFrame(held, arrivedOf(all.slice(21, 41)), rule), 'appended', all.slice(20, 41));
  });

  it('is not a part that came unasked and goes on where the copy ends or before, long as it may be', () => {
    const held = copyOf(all.slice(0, 1500));
    const part = (frame: AnyFrame, answers?: Ask): Arrived => ({ ...arrivedOf(frame, answers), isPart: true });
    for (const [from, to] of [
      [833, 1500],
      [900, 1501],
      [1500, 1650],
    ]) {
      expectCopy(applyFrame(held, part(all.slice(from, to)), rule), 'appended', all.head(to).tail(1500));
    }
    // It was asked for, nothing is held, there is a hole before it, or it is older.
    expectCopy(applyFrame(held, part(all.slice(833, 1500), 'whole'), rule), 'replaced', all.slice(833, 1500));
    expectCopy(applyFrame(undefined, part(all.slice(833, 1500)), rule), 'replaced', all.slice(833, 1500));
    expectCopy(applyFrame(held, part(all.slice(1501, 1650)), rule), 'replaced', all.slice(1501, 1650));
    expectCopy(applyFrame(held, part(all.slice(833, 1499)), rule), 'replaced', all.slice(833, 1499));
  });

  it('keeps the last rows', () => {
    expectCopy(applyFrame(undefined, arrivedOf(all), rule), 'replaced', all.tail(1500));
  });
});

describe('a frame that is joined on', () => {
  const held = copyOf(all.head(1500));

  it('brings the next row, and the oldest goes', () => {
    expectCopy(applyFrame(held, arrivedOf(all.slice(1500, 1501)), rule), 'appended', all.slice(1, 1501));
  });

  it('rewrites the last row', () => {
    const row = all.slice(1499, 1500).with({ close: [0.5] });
    expectCopy(applyFrame(held, arrivedOf(row), rule), 'appended', all.head(1499).append(row));
  });

  it('rewrites earlier rows from its first date on', () => {
    const rows = all.slice(1450, 1502).with({ close: new Float64Array(52) });
    expectCopy(applyFrame(held, arrivedOf(rows), rule), 'appended', all.slice(2, 1450).append(rows));
  });

  it('takes along a row that the producer no longer has', () => {
    const rows = all.slice(1490, 1491).append(all.slice(1492, 1500));
    expectCopy(applyFrame(held, arrivedOf(rows), rule), 'appended', all.head(1491).append(all.slice(1492, 1500)));
  });

  it('leaves no more rows than the producer has', () => {
    const arrival = applyFrame(copyOf(all.head(300)), arrivedOf(all.slice(300, 301), undefined, 300), rule);
    expectCopy(arrival, 'appended', all.slice(1, 301));
  });

  it('follows the calendar where candles are months', () => {
    const months = sampleFrame({ rows: 30, timeframe: '1M', startMs: Date.UTC(2024, 0, 1) });
    for (let row = 1; row < 30; row++) {
      const options = { timeframe: parseTimeframe('1M'), maxRows: 1500 };
      const arrival = applyFrame(copyOf(months.head(row)), arrivedOf(months.slice(row, row + 1)), options);
      expectCopy(arrival, 'appended', months.head(row + 1));
    }
    const options = { timeframe: parseTimeframe('1M'), maxRows: 1500 };
    for (let row = 3; row < 30; row++) {
      const arrival = applyFrame(copyOf(months.head(row - 2)), arrivedOf(months.slice(row, row + 1)), options);
      expect(arrival).toMatchObject({ status: 'gap', missing: 2 });
    }
  });
});

describe('a gap', () => {
  const held = copyOf(all.head(300));

  it('is told with what is missing, and one row more is asked for', () => {
    expect(applyFrame(held, arrivedOf(all.slice(301, 302)), rule)).toEqual({
      status: 'gap',
      missing: 1,
      ask: 3,
      reason: '1 candle missing before it',
    });
    expect(applyFrame(held, arrivedOf(all.slice(305, 307)), rule)).toMatchObject({ missing: 5, ask: 8 });
  });

  it('is closed by the rows that are asked for', () => {
    for (const missing of [1, 7, 50, 97]) {
      const arrival = applyFrame(held, arrivedOf(all.slice(300 + missing, 301 + missing)), rule);
      if (arrival.status !== 'gap' || typeof arrival.ask !== 'number') throw new Error(JSON.stringify(arrival));
      const answer = all.head(301 + missing).tail(arrival.ask);
      expectCopy(applyFrame(held, arrivedOf(answer, arrival.ask), rule), 'appended', all.head(301 + missing));
    }
  });

  it('needs the whole where the missing rows would be one', () => {
    expect(applyFrame(held, arrivedOf(all.slice(397, 398)), rule)).toMatchObject({ missing: 97, ask: 99 });
    expect(applyFrame(held, arrivedOf(all.slice(398, 399)), rule)).toMatchObject({ missing: 98, ask: 'whole' });
  });

  it('needs the whole where an answer did not close it', () => {
    expect(applyFrame(held, arrivedOf(all.slice(305, 310), 5), rule)).toMatchObject({ missing: 5, ask: 'whole' });
  });

  it('of less than a candle is one still', () => {
    const date = all.at(299, 'date');
    const late = all.slice(300, 301).with({ date: timestamps([Number(date) + 300_001]) });
    expect(applyFrame(held, arrivedOf(late), rule)).toMatchObject({ status: 'gap', missing: 1, ask: 3 });
  });
});

describe('a frame of no use', () => {
  const held = copyOf(all.head(300));
  const dated = (...dates: number[]) => all.head(dates.length).with({ date: timestamps(dates) });

  it('is one without rows', () => {
    expect(applyFrame(held, arrivedOf(emptyFrame), rule)).toEqual({ status: 'empty' });
    expect(applyFrame(undefined, arrivedOf(all.head(0), 'whole'), rule)).toEqual({ status: 'empty' });
  });

  it.each([
    [
      'twice',
      dated(1000, 1000),
      'row 1 is of 1970-01-01T00:00:01.000Z, which does not come after 1970-01-01T00:00:01.000Z',
    ],
    ['backwards', dated(3000, 2000), 'row 1 is of 1970-01-01T00:00:02.000Z, which does not come after'],
    ['missing', dated(1000, NaN), 'row 1 has no date, but NaN'],
    ['beyond all time', dated(1000, 1e300), 'row 1 has no date, but 1e+300'],
    ['infinite', dated(-Infinity), 'row 0 has no date, but -Infinity'],
    ['no date', all.head(2).with({ date: [1, 2] }), 'it has no column "date" of timestamps'],
    ['not there', Frame.of({ close: [1] }), 'it has no column "date" of timestamps'],
  ])('is one whose date is %s', (_, frame, reason) => {
    for (const copy of [held, undefined]) {
      const arrival = applyFrame(copy, arrivedOf(frame, 'whole'), rule);
      expect(arrival).toMatchObject({ status: 'refused', ask: 'whole', reason: expect.stringContaining(reason) });
    }
  });

  it('is one of 100 rows that is out of order', () => {
    const frame = all.head(150).append(all.slice(10, 11));
    expect(applyFrame(held, arrivedOf(frame), rule).status).toBe('refused');
  });

  it('is one older than what is held', () => {
    for (const frame of [all.slice(298, 299), all.slice(0, 99), all.slice(200, 299)]) {
      const arrival = applyFrame(held, arrivedOf(frame), rule);
      expect(arrival).toMatchObject({ status: 'refused', ask: 'whole', reason: expect.stringContaining('older than') });
    }
  });

  it('is one that nothing is held for', () => {
    expect(applyFrame(undefined, arrivedOf(all.head(1)), rule)).toEqual({
      status: 'restart',
      ask: 'whole',
      reason: 'its history has not arrived yet',
    });
  });

  it.each([
    ['came', all.slice(300, 301).with({ rsi: [1], ema: [2] }), "the producer's strategy has new columns: rsi, ema"],
    ['went', all.slice(300, 301).drop(['count']), "the producer's strategy no longer has the columns count"],
    [
      'changed places',
      all.slice(300, 301).select(all.names.toReversed()),
      "the order of the producer's columns changed",
    ],
    [
      'changed kind',
      all.slice(300, 301).with({ count: ['text'] }),
      'column "count" changed from text to numbers or back',
    ],
  ])('is one whose columns %s', (_, frame, reason) => {
    expect(applyFrame(held, arrivedOf(frame), rule)).toEqual({ status: 'restart', ask: 'whole', reason });
  });
});

it('never changes the frame that is held', () => {
  const held = copyOf(all.head(300));
  const before = all.head(300).select(all.names);
  const row = all.slice(299, 300).with({ close: [-1] });
  for (const frame of [row, all.slice(300, 301), all.slice(250, 310)]) applyFrame(held, arrivedOf(frame), rule);
  expect(framesEqual(held.frame, before)).toBe(true);
  expect(nextCandleOpen(Number(held.frame.last('date')), timeframe)).toBe(all.at(300, 'date'));
});

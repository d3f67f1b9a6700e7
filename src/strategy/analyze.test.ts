/* oxlint-disable typescript/no-unsafe-type-assertion -- what plain JavaScript may pass in */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stubDataProvider } from '../../tests/fixtures/strategies/stub-data-provider.ts';
import { throwBelow } from '../../tests/fixtures/strategies/throw-below.ts';
import { Frame, type Schema, framesEqual, timestamps } from '../frame/index.ts';
import { type Candles, candlesFrame, noCandles, parsePair, parseTimeframe } from '../market/index.ts';
import { analyze, analyzeInformative } from './analyze.ts';
import { defineStrategy } from './define-strategy.ts';
import type { StrategyError } from './strategy-error.ts';
import type { AnyStrategy, StrategyDefinition } from './strategy.ts';

const timeframe = parseTimeframe('5m');
const context = { pair: parsePair('BTC/USDT'), timeframe, dp: stubDataProvider(), informative: {} };
const candles = makeCandles();

function makeCandles(): Candles {
  return candlesFrame(
    [10, 11, 12, 13].map((close, i) => ({ date: i * 300_000, open: 10, high: 14, low: 9, close, volume: 2 })),
  );
}

/** A strategy whose functions may return what the type checker would refuse. */
function loose(functions: {
  readonly populateIndicators?: (candles: Candles) => unknown;
  readonly populateEntryTrend?: (frame: Candles) => unknown;
  readonly populateExitTrend?: (frame: Candles) => unknown;
}): AnyStrategy {
  const definition = {
    name: 'Test',
    timeframe: '5m',
    populateIndicators: (candles: Candles) => candles,
    populateEntryTrend: (frame: Candles) => frame,
    ...functions,
  };
  return defineStrategy(definition as unknown as StrategyDefinition<Schema, Schema, Schema, {}>);
}

function failureOf(strategy: AnyStrategy): StrategyError {
  const outcome = analyze(strategy, { candles, context });
  if (outcome.status === 'analyzed') throw new Error(`analyzed: ${outcome.frame.toString()}`);
  return outcome.error;
}

/** The message without the place before it. */
function messageOf({ message, location }: StrategyError): string {
  return message.slice(message.indexOf(': Test') + 2).replace(location?.file ?? '', '');
}

describe('analyze', () => {
  it('runs indicators, entries and exits', () => {
    const strategy = defineStrategy({
      timeframe: '5m',
      populateIndicators: (candles) => candles.with({ double: Float64Array.from(candles.columns.close, (x) => 2 * x) }),
      populateEntryTrend: (frame, { pair }) =>
        frame.with({
          enter_long: frame.flag((i) => frame.columns.double[i] > 22),
          enter_tag: frame.label((i) => (i === 2 ? pair : null)),
        }),
      populateExitTrend: (frame) => frame.with({ exit_long: frame.flag((i) => frame.columns.enter_long[i] === 0) }),
    });
    const outcome = analyze(strategy, { candles, context });
    if (outcome.status === 'failed') throw outcome.error;
    expect(outcome.frame.row(2)).toEqual({
      ...candles.row(2),
      double: 24,
      enter_long: 1,
      enter_tag: 'BTC/USDT',
      exit_long: 0,
    });
  });

  it('takes a strategy without candles', () => {
    const outcome = analyze(loose({}), { candles: noCandles, context });
    expect(outcome.status === 'analyzed' && outcome.frame.length).toBe(0);
  });

  it('keeps the kinds that flags and tags have', () => {
    const strategy = loose({
      populateEntryTrend: (frame) =>
        frame.with({
          enter_long: [true, false, true, false],
          enter_short: [0.5, Number.NaN, 1, 0],
          enter_tag: [null, null, null, null],
        }),
    });
    const outcome = analyze(strategy, { candles, context });
    if (outcome.status === 'failed') throw outcome.error;
    expect(outcome.frame.schema).toMatchObject({ enter_long: 'bool', enter_short: 'float64', enter_tag: 'string' });
  });

  it('names the strategy, the pair, the function and the line that threw', () => {
    const strategy = loose({
      populateEntryTrend(frame) {
        return frame.numbers('rsy');
      },
    });
    const error = failureOf(strategy);
    expect(error.code).toBe('STRATEGY_THREW');
    expect(error.location?.file).toBe(strategy.file);
    expect(error.location?.line).toBe(lineOf("frame.numbers('rsy')"));
    const { file, line, column } = error.location ?? { file: '' };
    expect(error.message).toBe(
      `${file}:${line}:${column}: Test, BTC/USDT: populateEntryTrend threw FrameError: the frame has no column "rsy" (it has date, open, high, low, close, volume)`,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('finds the line below more calls than a stack shows by default', () => {
    const before = Error.stackTraceLimit;
    const error = failureOf(loose({ populateIndicators: () => throwBelow(2 * before) }));
    expect(error.location?.line).toBe(lineOf('throwBelow(2 * before)'));
    expect(error.location?.file).toMatch(/analyze\.test\.ts$/);
    expect(Error.stackTraceLimit).toBe(before);
  });

  it('reports what is thrown without being an error', () => {
    const error = failureOf(
      loose({
        populateIndicators() {
          throw 'plain text';
        },
      }),
    );
    expect(messageOf(error)).toBe('Test, BTC/USDT: populateIndicators threw plain text (string, not an Error)');
    expect(error.location).toEqual({ file: expect.stringMatching(/analyze\.test\.ts$/) });
  });

  it('says that strategies are synchronous, and leaves no rejection behind', async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', listen);
    const error = failureOf(loose({ populateIndicators: () => Promise.reject(new Error('late')) }));
    // Unhandled rejections are told once the microtasks have run.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(rejections).toEqual([]);
    expect(error.code).toBe('STRATEGY_ASYNC');
    expect(messageOf(error)).toContain('populateIndicators returned a promise; strategies are synchronous');
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [7, '7'],
    ['text', 'a string'],
    [[1, 2], 'an array'],
    [{ date: [] }, 'an object'],
    [() => {}, 'a function'],
  ])('refuses %s in the place of a frame', (returned, described) => {
    const error = failureOf(loose({ populateExitTrend: () => returned }));
    expect(error.code).toBe('STRATEGY_NOT_A_FRAME');
    const expected = 'expected a frame, as in return frame.with({ … })';
    expect(messageOf(error)).toBe(`Test, BTC/USDT: populateExitTrend returned ${described}; ${expected}`);
  });

  it.each<[string, (frame: Candles) => unknown, string, string]>([
    ['fewer rows', (frame) => frame.slice(1), 'STRATEGY_WRONG_LENGTH', 'returned 3 rows for 4 candles'],
    ['more rows', (frame) => frame.append(frame), 'STRATEGY_WRONG_LENGTH', 'returned 8 rows for 4 candles'],
    [
      'other dates',
      (frame) => frame.with({ date: timestamps([0, 300_000, 900_000, Number.NaN]) }),
      'STRATEGY_WRONG_DATES',
      'changed the column "date": row 2 holds 1970-01-01T00:15:00.000Z, its candle opened at 1970-01-01T00:10:00.000Z',
    ],
    [
      'no volume',
      (frame) => frame.drop(['volume']),
      'STRATEGY_CANDLES_CHANGED',
      'dropped the candles\' column "volume"',
    ],
    [
      'text for a price',
      (frame) => frame.with({ open: ['a', 'b', 'c', 'd'] }),
      'STRATEGY_CANDLES_CHANGED',
      'made the candles\' column "open" one of kind string, not float64',
    ],
    [
      'another close',
      (frame) => frame.with({ close: [10, 11, 12, 14] }),
      'STRATEGY_CANDLES_CHANGED',
      "changed the last row's close to 14, its candle closed at 13",
    ],
    [
      'text for a signal',
      (frame) => frame.with({ enter_long: ['1', null, null, null] }),
      'STRATEGY_BAD_SIGNAL',
      'gave "enter_long" the kind string; a signal is 0 or 1, as frame.flag(…) makes it',
    ],
    [
      'numbers for a tag',
      (frame) => frame.with({ exit_tag: [1, 2, 3, 4] }),
      'STRATEGY_BAD_SIGNAL',
      'gave "exit_tag" the kind float64; a tag is text or null, as frame.label(…) makes it',
    ],
  ])('refuses %s', (_, populate, code, text) => {
    for (const name of ['populateIndicators', 'populateEntryTrend', 'populateExitTrend']) {
      const error = failureOf(loose({ [name]: populate }));
      expect(error.code).toBe(code);
      expect(messageOf(error)).toBe(`Test, BTC/USDT: ${name} ${text}`);
      expect(error.location?.file).toMatch(/analyze\.test\.ts$/);
    }
  });

  it('keeps the candles from a strategy that writes into them', () => {
    const strategy = loose({
      populateIndicators(own) {
        (own.columns.close as Float64Array).fill(0);
        return Frame.of({ rsi: [1, 2, 3, 4] });
      },
    });
    expect(failureOf(strategy).code).toBe('STRATEGY_CANDLES_CHANGED');
    expect(framesEqual(candles, makeCandles())).toBe(true);
  });
});

describe('analyzeInformative', () => {
  const strategy = defineStrategy({
    name: 'Test',
    timeframe: '5m',
    informative: {
      '1h': (hourly, { timeframe }) => hourly.with({ timeframe: hourly.label(() => timeframe) }),
      '1d': (daily) => daily.slice(1),
    },
    populateIndicators: (candles, { informative }) =>
      candles.with({ hours: Float64Array.from(candles.columns.close, () => informative['1h'].length) }),
    populateEntryTrend: (frame) => frame,
  });
  const at = (name: string) => ({ ...context, timeframe: parseTimeframe(name) });

  it('makes the frames that populateIndicators gets', () => {
    const outcome = analyzeInformative(strategy, { candles, context: at('1h') });
    if (outcome.status === 'failed') throw outcome.error;
    expect(outcome.frame.last('timeframe')).toBe('1h');
    const analyzed = analyze(strategy, { candles, context: { ...context, informative: { '1h': outcome.frame } } });
    expect(analyzed.status === 'analyzed' && analyzed.frame.last('hours')).toBe(4);
  });

  it('holds them to the same rules', () => {
    const outcome = analyzeInformative(strategy, { candles, context: at('1d') });
    expect(outcome.status === 'failed' && messageOf(outcome.error)).toBe(
      "Test, BTC/USDT: informative['1d'] returned 3 rows for 4 candles",
    );
  });

  it('knows the timeframes that a strategy defines', () => {
    expect(() => analyzeInformative(strategy, { candles, context: at('4h') })).toThrow(
      'Test defines no informative frame of 4h; it has 1h, 1d',
    );
  });
});

/** The line of this file that holds a piece of code. */
function lineOf(code: string): number {
  const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(code) && !line.includes('lineOf(')) + 1;
}

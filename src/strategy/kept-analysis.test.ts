import { describe, expect, it } from 'vitest';
import { type AnyFrame, firstDifference, type Numbers } from '../frame/index.ts';
import { cdlDoji, ema, sma } from '../indicators/index.ts';
import { type Candles, candlesFrame, parsePair, parseTimeframe } from '../market/index.ts';
import { analyze } from './analyze.ts';
import { defineStrategy } from './define-strategy.ts';
import { KeptAnalysis } from './kept-analysis.ts';
import type { AnyStrategy } from './strategy.ts';
import { noData } from '../testing/index.ts';

const context = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), dp: noData, informative: {} };

const candlesOf = (rows: number): Candles =>
  candlesFrame(
    Array.from({ length: rows }, (_, i) => {
      const close = 100 + 10 * Math.sin(i / 5);
      return { date: i * 300_000, open: close, high: close + 1, low: close - 1, close, volume: i };
    }),
  );

/** What a strategy may do in plain JavaScript, and in TypeScript only against the types. */
const write = (values: Numbers, row: number, value: number) => void Reflect.set(values, row, value);

function strategyOf(populate: (candles: Candles) => AnyFrame): AnyStrategy {
  return defineStrategy({ timeframe: '5m', populateIndicators: populate, populateEntryTrend: (frame) => frame });
}

function frameOf(strategy: AnyStrategy, rows: number, kept?: KeptAnalysis): AnyFrame {
  const outcome = analyze(strategy, { candles: candlesOf(rows), context, kept });
  if (outcome.status === 'failed') throw outcome.error;
  return outcome.frame;
}

/** Analyzes one candle more each time, and expects the frames of an analysis from the start. */
function expectRight(strategy: AnyStrategy, rows: readonly number[], kept: KeptAnalysis): void {
  for (const each of rows) {
    expect(firstDifference(frameOf(strategy, each, kept), frameOf(strategy, each))).toBeUndefined();
  }
}

describe('KeptAnalysis', () => {
  it('shares nothing with a strategy that writes into a result, from its first analysis on', () => {
    const scaling = strategyOf((candles) => {
      const average = sma(candles.columns.close, 3);
      const frame = candles.with({ average });
      for (let i = 0; i < average.length; i++) write(average, i, average[i] / 100);
      return frame.with({ scaled: average });
    });
    const kept = new KeptAnalysis();
    expectRight(scaling, [50, 51, 52], kept);
    expect(kept.check()).toBe(false);
  });

  it('notices a strategy that begins to write later, and is right again from the next analysis on', () => {
    const late = strategyOf((candles) => {
      const average = sma(candles.columns.close, 3);
      if (candles.length === 60) write(average, 10, 0);
      return candles.with({ average, twice: ema(average, 4) });
    });
    const kept = new KeptAnalysis();
    expectRight(late, [58, 59], kept);
    expect(kept.check()).toBe(true);
    frameOf(late, 60, kept);
    expect(kept.check()).toBe(false);
    expectRight(late, [60, 61, 62], kept);
  });

  it('notices it without being asked, at the next analysis', () => {
    const held: Numbers[] = [];
    const holding = strategyOf((candles) => {
      const average = sma(candles.columns.close, 3);
      held.push(average);
      return candles.with({ average });
    });
    const kept = new KeptAnalysis();
    expectRight(holding, [40, 41], kept);
    for (const average of held) write(average, 20, -1);
    expectRight(holding, [42, 43], kept);
    expect(kept.check()).toBe(false);
  });

  it('notices writing into candles', () => {
    const meddling = strategyOf((candles) => {
      write(candles.columns.volume, 5, 1e9);
      return candles.with({ average: sma(candles.columns.volume, 3) });
    });
    const kept = new KeptAnalysis();
    expectRight(meddling, [30, 31], kept);
    expect(kept.check()).toBe(false);
  });

  it('goes on after an analysis that threw', () => {
    let isFailing = false;
    const moody = strategyOf((candles) => {
      const frame = candles.with({ average: sma(candles.columns.close, 3) });
      if (isFailing) throw new Error('on purpose');
      return frame.with({ twice: ema(frame.columns.average, 3) });
    });
    const kept = new KeptAnalysis();
    expectRight(moody, [30, 31], kept);
    isFailing = true;
    expect(analyze(moody, { candles: candlesOf(32), context, kept })).toMatchObject({ status: 'failed' });
    isFailing = false;
    expectRight(moody, [33, 34, 33, 0, 1, 40], kept);
    expect(kept.check()).toBe(true);
  });

  it('gives columns the kinds that they have without it', () => {
    const copying = strategyOf((candles) => {
      const { date, close } = candles.columns;
      return candles.with({ opened: date, again: close, doji: cdlDoji(candles), average: sma(close, 3) });
    });
    const kept = new KeptAnalysis();
    expectRight(copying, [30, 31, 32], kept);
    expect(frameOf(copying, 33, kept).schema).toMatchObject({ opened: 'float64', again: 'float64', doji: 'int' });
    expect(kept.check()).toBe(true);
  });

  it('does not take for whole numbers what a strategy made of them', () => {
    const scaling = strategyOf((candles) => {
      const doji = cdlDoji(candles);
      for (let i = 0; i < doji.length; i++) write(doji, i, doji[i] / 100 + 0.25);
      return candles.with({ doji });
    });
    expectRight(scaling, [30, 31], new KeptAnalysis());
    expect(frameOf(scaling, 32).kind('doji')).toBe('float64');
  });

  it('forgets candles that were written to before the strategy threw', () => {
    let isFailing = false;
    const meddling = strategyOf((candles) => {
      if (isFailing) write(candles.columns.close, 3, -1);
      if (isFailing) throw new Error('on purpose');
      return candles.with({ average: sma(candles.columns.close, 3) });
    });
    const kept = new KeptAnalysis();
    expectRight(meddling, [30], kept);
    isFailing = true;
    expect(analyze(meddling, { candles: candlesOf(31), context, kept }).status).toBe('failed');
    isFailing = false;
    expectRight(meddling, [31, 32], kept);
    expect(kept.check()).toBe(true);
  });

  it('leaves each frame as it was given, whatever follows', () => {
    const plain = strategyOf((candles) => candles.with({ average: sma(candles.columns.close, 3) }));
    const kept = new KeptAnalysis();
    const frames = [50, 51, 90, 40].map((rows) => ({ rows, frame: frameOf(plain, rows, kept) }));
    for (const { rows, frame } of frames) expect(firstDifference(frame, frameOf(plain, rows))).toBeUndefined();
  });

  it('knows how many candles the slowest indicator takes', () => {
    const kept = new KeptAnalysis();
    expect(kept.longestWarmUp).toBeUndefined();
    frameOf(
      strategyOf((candles) => candles.with({ slow: ema(sma(candles.columns.close, 10), 21) })),
      50,
      kept,
    );
    expect(kept.longestWarmUp).toEqual({ indicator: 'ema', row: 29 });
  });
});

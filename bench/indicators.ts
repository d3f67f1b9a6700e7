import { bbands, bollingerBands, rsi, tema } from '../src/indicators/index.ts';
import { candlesOf } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';

const ROWS = 1000;
const BANDS = { window: 20, stds: 2 };

export const indicators: Benchmark = {
  name: 'indicators',
  title: 'RSI(14), Bollinger Bands(20, 2) and TEMA(9) of 1,000 rows',
  run: runIndicators,
};

function runIndicators(): Report {
  const close = Float64Array.from(candlesOf(ROWS).columns.close);
  return compareAll([
    {
      subject: {
        name: 'all three',
        run: () => [rsi(close, 14), bollingerBands(close, BANDS), tema(close, 9)],
      },
      mostMs: 0.06,
    },
    {
      subject: {
        name: "all three, with TA-Lib's BBANDS",
        run: () => [rsi(close, 14), bbands(close, { timePeriod: 20 }), tema(close, 9)],
      },
    },
    { subject: { name: 'rsi', run: () => rsi(close, 14) } },
    { subject: { name: 'bollingerBands', run: () => bollingerBands(close, BANDS) } },
    { subject: { name: 'tema', run: () => tema(close, 9) } },
    { subject: { name: 'all three, one more row of a stream', run: streamOf(close) } },
  ]);
}

function streamOf(close: Float64Array): () => unknown {
  const streams = [rsi.stream(14), bollingerBands.stream(BANDS), tema.stream(9)] as const;
  let row = 0;
  return () => {
    const value = close[row++ % ROWS];
    return streams.map((stream) => stream.update(value));
  };
}

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { Frame } from '../src/frame/index.ts';
import { parsePair } from '../src/market/index.ts';
import { type StrategyContext, analyze } from '../src/strategy/index.ts';
import { loadStrategy } from '../src/strategy/load-strategy.ts';
import { FIVE_MINUTES, candlesOf } from './frames/analyzed-frame.ts';
import type { Benchmark, Report } from './harness/benchmark.ts';
import { compareAll } from './harness/compare.ts';
import { noData } from '../src/testing/index.ts';

export const analyzeStrategy: Benchmark = {
  name: 'analyze',
  title: 'a producer strategy over 1,500 candles of one pair',
  run: runAnalyze,
};

const producerFile = fileURLToPath(new URL('../examples/producer-strategy.ts', import.meta.url));

async function runAnalyze(): Promise<Report> {
  const producerStrategy = await loadStrategy(producerFile);
  const candles = candlesOf(1500);
  const context: StrategyContext<{}> = {
    pair: parsePair('BTC/USDT'),
    timeframe: FIVE_MINUTES,
    dp: noData,
    informative: {},
  };
  const run = () => {
    const outcome = analyze(producerStrategy, { candles, context });
    assert(outcome.status === 'analyzed');
    return outcome.frame;
  };
  assert(run() instanceof Frame);
  const alone = () => producerStrategy.populateIndicators(candles, context);
  return compareAll([
    {
      subject: { name: 'analyze: indicators, entries, exits and all checks', run },
      baseline: { name: 'its populateIndicators alone', run: alone },
    },
  ]);
}

import { defineStrategy, mergeInformativePair } from 'candlecast';
import { entersAt, entryTag } from './entry-criteria.ts';
import type producerStrategy from './producer-strategy.ts';

/** As ConsumerStrategy of consumer_strategy.py. */
export default defineStrategy({
  timeframe: '1m',
  startupCandleCount: 200,
  processOnlyNewCandles: false,
  minimalRoi: { 0: 100 },
  stoploss: -0.99,

  populateIndicators(candles, { pair, timeframe, dp }) {
    const producer = dp.getProducerDf<typeof producerStrategy>(pair, { columns: ['rsi', 'tema', 'bb_middleband'] });
    if (producer.status === 'missing' || !dp.getProducerPairs().includes(pair)) {
      const none = new Float64Array(candles.length).fill(Number.NaN);
      return candles.with({ rsi_default: none, tema_default: none });
    }
    return mergeInformativePair(candles, producer.frame, {
      timeframe,
      informativeTimeframe: timeframe,
      appendTimeframe: false,
      suffix: 'default',
    });
  },

  populateEntryTrend(frame) {
    const { date, rsi_default: rsi, tema_default: tema, volume } = frame.columns;
    const enters = (i: number) => entersAt({ rsi, tema, volume }, i);
    return frame.with({
      enter_long: frame.flag(enters),
      enter_tag: frame.label((i) => (enters(i) ? entryTag(date[i]) : null)),
    });
  },
});

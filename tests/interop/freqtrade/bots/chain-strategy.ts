import { defineStrategy, mergeInformativePair } from 'candlecast';
import { entersAt, entryTag } from './entry-criteria.ts';
import type consumerStrategy from './consumer-strategy.ts';

/** As ChainStrategy of consumer_strategy.py. */
export default defineStrategy({
  timeframe: '1m',
  startupCandleCount: 200,
  processOnlyNewCandles: false,
  minimalRoi: { 0: 100 },
  stoploss: -0.99,

  populateIndicators(candles, { pair, timeframe, dp }) {
    const producer = dp.getProducerDf<typeof consumerStrategy>(pair, { columns: ['rsi_default', 'tema_default'] });
    if (producer.status === 'missing' || !dp.getProducerPairs().includes(pair)) {
      const none = new Float64Array(candles.length).fill(Number.NaN);
      return candles.with({ rsi_default_chain: none, tema_default_chain: none });
    }
    return mergeInformativePair(candles, producer.frame, {
      timeframe,
      informativeTimeframe: timeframe,
      appendTimeframe: false,
      suffix: 'chain',
    });
  },

  populateEntryTrend(frame) {
    const { date, rsi_default_chain: rsi, tema_default_chain: tema, volume } = frame.columns;
    const enters = (i: number) => entersAt({ rsi, tema, volume }, i);
    return frame.with({
      enter_long: frame.flag(enters),
      enter_tag: frame.label((i) => (enters(i) ? entryTag(date[i]) : null)),
    });
  },
});

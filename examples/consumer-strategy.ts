import { crossedAbove, defineStrategy, mergeInformativePair } from 'candlecast';
import type producerStrategy from './producer-strategy.ts';

/** The RSI above which a fall counts as over. */
const RSI_LEVEL = 30;

/** Decides as the producer does, from the producer's indicators: it computes none itself. */
export default defineStrategy({
  timeframe: '5m',
  // A producer's frame can arrive after the candle: look again, not only at new candles.
  processOnlyNewCandles: false,
  minimalRoi: { 0: 0.04 },
  stoploss: -0.1,

  populateIndicators(candles, { pair, timeframe, dp }) {
    // The type names the producer's strategy, so that its columns are known here. Of another producer or timeframe:
    // dp.getProducerDf(pair, { timeframe: '1h', candleType: 'spot', producerName: 'my_other_producer' })
    const producer = dp.getProducerDf<typeof producerStrategy>(pair, { columns: ['rsi', 'tema', 'bb_middleband'] });
    const isOffered = dp.getProducerPairs().includes(pair);

    if (producer.status === 'missing' || !isOffered) {
      // No number stands in for data that is not there. NaN fails every comparison below: no entry.
      const none = new Float64Array(candles.length).fill(Number.NaN);
      return candles.with({ rsi_default: none, tema_default: none, bb_middleband_default: none });
    }
    // A strategy that passes on the producer's signals says `ffill: false`, else they are repeated until the next candle.
    return mergeInformativePair(candles, producer.frame, {
      timeframe,
      informativeTimeframe: timeframe,
      appendTimeframe: false,
      suffix: 'default',
    });
  },

  populateEntryTrend(frame) {
    // The columns are used as if they had been computed here.
    const { rsi_default: rsi, tema_default: tema, bb_middleband_default: middle, volume } = frame.columns;
    return frame.with({
      enter_long: frame.flag(
        (i) => crossedAbove(rsi, RSI_LEVEL, i) && tema[i] <= middle[i] && tema[i] > tema[i - 1] && volume[i] > 0,
      ),
    });
  },
});

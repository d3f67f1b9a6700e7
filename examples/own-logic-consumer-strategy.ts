import { defineStrategy, mergeInformativePair } from 'candlecast';
import type producerStrategy from './producer-strategy.ts';

const RSI_OVERSOLD = 25;
const RSI_OVERBOUGHT = 70;

/**
 * Decides in its own way from what a producer computed: it follows the producer's entries, buys dips below the lower band that
 * the producer leaves, and has exits, of which the producer has none.
 */
export default defineStrategy({
  timeframe: '5m',
  processOnlyNewCandles: false,
  minimalRoi: { 0: 0.03, 60: 0.01 },
  stoploss: -0.05,

  populateIndicators(candles, { pair, timeframe, dp }) {
    const producer = dp.getProducerDf<typeof producerStrategy>(pair, {
      columns: ['rsi', 'bb_lowerband', 'bb_upperband', 'enter_long'],
    });
    if (producer.status === 'missing' || !dp.getProducerPairs().includes(pair)) {
      const none = new Float64Array(candles.length).fill(Number.NaN);
      return candles.with({
        rsi_default: none,
        bb_lowerband_default: none,
        bb_upperband_default: none,
        enter_long_default: none,
      });
    }
    // Without ffill a signal stands at its own candle alone, and a candle that the producer has not sent yet has no values.
    return mergeInformativePair(candles, producer.frame, {
      timeframe,
      informativeTimeframe: timeframe,
      ffill: false,
      suffix: 'default',
    });
  },

  populateEntryTrend(frame) {
    const { close, volume, rsi_default: rsi, bb_lowerband_default: lower, enter_long_default: signal } = frame.columns;
    const reason = (i: number) => {
      if (volume[i] === 0) return null;
      if (signal[i] === 1) return 'producer_entry';
      return rsi[i] < RSI_OVERSOLD && close[i] < lower[i] ? 'dip' : null;
    };
    return frame.with({
      enter_long: frame.flag((i) => reason(i) !== null),
      enter_tag: frame.label(reason),
    });
  },

  populateExitTrend(frame) {
    const { close, rsi_default: rsi, bb_upperband_default: upper } = frame.columns;
    const reason = (i: number) => {
      if (rsi[i] > RSI_OVERBOUGHT) return 'overbought';
      return close[i] > upper[i] ? 'upper_band' : null;
    };
    return frame.with({
      exit_long: frame.flag((i) => reason(i) !== null),
      exit_tag: frame.label(reason),
    });
  },
});

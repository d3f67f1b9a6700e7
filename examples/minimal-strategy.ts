import { defineStrategy } from 'candlecast';
import { rsi } from 'candlecast/indicators';

/** The least that a strategy is: a timeframe, indicators, and when to enter. */
export default defineStrategy({
  timeframe: '5m',
  // As many candles as the indicators need before their values hold.
  startupCandleCount: 15,

  populateIndicators(candles) {
    return candles.with({ rsi: rsi(candles.columns.close, 14) });
  },

  populateEntryTrend(frame) {
    const { rsi, volume } = frame.columns;
    return frame.with({ enter_long: frame.flag((i) => rsi[i] < 30 && volume[i] > 0) });
  },
});

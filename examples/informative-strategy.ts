import { crossedAbove, defineStrategy, mergeInformativePair } from 'candlecast';
import { rsi, tema } from 'candlecast/indicators';

/** Enters on 5m candles while the hourly trend is up, and broadcasts its hourly frames beside the 5m ones. */
export default defineStrategy({
  timeframe: '5m',
  startupCandleCount: 30,
  broadcastInformative: true,
  minimalRoi: { 0: 0.04 },
  stoploss: -0.1,

  informative: {
    '1h': (candles) => {
      const { close } = candles.columns;
      return candles.with({ rsi: rsi(close, 14), tema: tema(close, 9) });
    },
  },

  populateIndicators(candles, { timeframe, informative }) {
    const withRsi = candles.with({ rsi: rsi(candles.columns.close, 14) });
    // An hourly candle shows from the 5m candle on that closes with it: close_1h, rsi_1h, tema_1h.
    return mergeInformativePair(withRsi, informative['1h'], { timeframe, informativeTimeframe: '1h' });
  },

  populateEntryTrend(frame) {
    const { rsi, close_1h, tema_1h, volume } = frame.columns;
    return frame.with({
      enter_long: frame.flag((i) => crossedAbove(rsi, 30, i) && close_1h[i] > tema_1h[i] && volume[i] > 0),
    });
  },

  populateExitTrend(frame) {
    const { rsi_1h } = frame.columns;
    return frame.with({ exit_long: frame.flag((i) => rsi_1h[i] > 75) });
  },
});

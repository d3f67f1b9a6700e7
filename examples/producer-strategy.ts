import { crossedAbove, defineStrategy } from 'candlecast';
import { bollingerBands, rsi, tema, typicalPrice } from 'candlecast/indicators';

/** The RSI above which a fall counts as over. */
const RSI_LEVEL = 30;

/** Computes indicators and entries in the ordinary way. A producer needs nothing else: what it broadcasts is this frame. */
export default defineStrategy({
  timeframe: '5m',
  startupCandleCount: 30,
  minimalRoi: { 0: 0.04 },
  stoploss: -0.1,

  populateIndicators(candles) {
    const { close } = candles.columns;
    const bands = bollingerBands(typicalPrice(candles), { window: 20, stds: 2 });
    return candles.with({
      rsi: rsi(close, 14),
      bb_lowerband: bands.lower,
      bb_middleband: bands.middle,
      bb_upperband: bands.upper,
      tema: tema(close, 9),
    });
  },

  populateEntryTrend(frame) {
    const { rsi, tema, bb_middleband, volume } = frame.columns;
    return frame.with({
      enter_long: frame.flag(
        (i) => crossedAbove(rsi, RSI_LEVEL, i) && tema[i] <= bb_middleband[i] && tema[i] > tema[i - 1] && volume[i] > 0,
      ),
    });
  },
});

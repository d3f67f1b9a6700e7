import { defineStrategy } from 'candlecast';
import { bollingerBands, rsi, tema, typicalPrice } from 'candlecast/indicators';
import { entersAt, entryTag } from './entry-criteria.ts';

/** As producer_strategy.py. */
export default defineStrategy({
  timeframe: '1m',
  startupCandleCount: 200,
  minimalRoi: { 0: 100 },
  stoploss: -0.99,

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
    const { date, rsi, tema, volume } = frame.columns;
    const enters = (i: number) => entersAt({ rsi, tema, volume }, i);
    return frame.with({
      enter_long: frame.flag(enters),
      enter_tag: frame.label((i) => (enters(i) ? entryTag(date[i]) : null)),
    });
  },
});

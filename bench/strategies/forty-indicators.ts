import {
  adx,
  aroon,
  atr,
  bollingerBands,
  cci,
  cdl3LineStrike,
  cdl3WhiteSoldiers,
  cdlDarkCloudCover,
  cdlDragonflyDoji,
  cdlEngulfing,
  cdlEveningStar,
  cdlGravestoneDoji,
  cdlHammer,
  cdlHarami,
  cdlMorningStar,
  cdlShootingStar,
  ema,
  htSine,
  kama,
  linearreg,
  macd,
  mfi,
  minusDi,
  natr,
  obv,
  plusDi,
  roc,
  rsi,
  sar,
  sma,
  stoch,
  stochf,
  stochrsi,
  tema,
  typicalPrice,
  ultosc,
  willr,
} from '../../src/indicators/index.ts';
import { crossedAbove } from '../../src/index.ts';
import type { Candles } from '../../src/market/index.ts';
import { defineStrategy } from '../../src/strategy/index.ts';

/** Forty calls of indicators, most of them those that freqtrade's template of a new strategy lists. No signals. */
export const fortyIndicators = defineStrategy({
  name: 'FortyIndicators',
  timeframe: '5m',
  startupCandleCount: 200,
  populateIndicators: indicators,
  populateEntryTrend: (frame) => frame,
});

/** The same with that template's signals, which look at every row. */
export const fortyIndicatorsAndSignals = defineStrategy({
  name: 'FortyIndicatorsAndSignals',
  timeframe: '5m',
  startupCandleCount: 200,
  populateIndicators: indicators,

  populateEntryTrend(frame) {
    const { rsi, tema, bb_middleband, volume } = frame.columns;
    return frame.with({
      enter_long: frame.flag(
        (i) => crossedAbove(rsi, 30, i) && tema[i] <= bb_middleband[i] && tema[i] > tema[i - 1] && volume[i] > 0,
      ),
    });
  },

  populateExitTrend(frame) {
    const { rsi, tema, bb_middleband, volume } = frame.columns;
    return frame.with({
      exit_long: frame.flag(
        (i) => crossedAbove(rsi, 70, i) && tema[i] > bb_middleband[i] && tema[i] < tema[i - 1] && volume[i] > 0,
      ),
    });
  },
});

function indicators(candles: Candles) {
  const { close } = candles.columns;
  const { aroonDown, aroonUp } = aroon(candles);
  const { slowK, slowD } = stoch(candles);
  const { fastK, fastD } = stochf(candles);
  const stochasticRsi = stochrsi(close);
  const { macd: line, macdSignal, macdHist } = macd(close);
  const bands = bollingerBands(typicalPrice(candles), { window: 20, stds: 2 });
  const { sine, leadSine } = htSine(close);
  return candles.with({
    adx: adx(candles),
    plus_di: plusDi(candles),
    minus_di: minusDi(candles),
    aroon_down: aroonDown,
    aroon_up: aroonUp,
    uo: ultosc(candles),
    cci: cci(candles),
    rsi: rsi(close),
    slowk: slowK,
    slowd: slowD,
    fastk: fastK,
    fastd: fastD,
    fastk_rsi: stochasticRsi.fastK,
    fastd_rsi: stochasticRsi.fastD,
    macd: line,
    macdsignal: macdSignal,
    macdhist: macdHist,
    mfi: mfi(candles),
    roc: roc(close),
    willr: willr(candles),
    bb_lowerband: bands.lower,
    bb_middleband: bands.middle,
    bb_upperband: bands.upper,
    ema5: ema(close, 5),
    ema50: ema(close, 50),
    ema100: ema(close, 100),
    sma5: sma(close, 5),
    sma50: sma(close, 50),
    sma100: sma(close, 100),
    kama: kama(close, 30),
    linearreg: linearreg(close, 14),
    sar: sar(candles),
    tema: tema(close, 9),
    htsine: sine,
    htleadsine: leadSine,
    atr: atr(candles),
    natr: natr(candles),
    obv: obv(candles),
    hammer: cdlHammer(candles),
    dragonfly_doji: cdlDragonflyDoji(candles),
    morning_star: cdlMorningStar(candles),
    three_white_soldiers: cdl3WhiteSoldiers(candles),
    shooting_star: cdlShootingStar(candles),
    gravestone_doji: cdlGravestoneDoji(candles),
    dark_cloud_cover: cdlDarkCloudCover(candles),
    evening_star: cdlEveningStar(candles),
    three_line_strike: cdl3LineStrike(candles),
    engulfing: cdlEngulfing(candles),
    harami: cdlHarami(candles),
  });
}

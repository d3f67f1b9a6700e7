import { strict as assert } from 'node:assert';
import * as z from 'zod';
import type { Market } from './market.ts';
import type { Rival } from './rival.ts';

/** What all its classes have. */
interface Series {
  updates(values: readonly unknown[]): unknown;
}

const newable = z.custom<new (...args: readonly unknown[]) => Series>((value) => typeof value === 'function');
const tradingSignalsModule = z.record(z.string(), z.unknown());

/** The class for an indicator, what it takes, and its arguments. */
interface Counterpart {
  readonly className: string;
  readonly over: 'close' | 'candles';
  readonly args: readonly unknown[];
}

const over =
  (what: Counterpart['over']) =>
  (className: string, ...args: readonly unknown[]): Counterpart => ({ className, over: what, args });
const close = over('close');
const candles = over('candles');

/** An argument that is an average, as MACD takes three: made anew for each call. */
class Average {
  readonly className: string;
  readonly period: number;
  constructor(className: string, period: number) {
    this.className = className;
    this.period = period;
  }
}

const ema = (period: number) => new Average('EMA', period);

const counterparts: Readonly<Record<string, Counterpart>> = {
  sma: close('SMA', 30),
  ema: close('EMA', 30),
  wma: close('WMA', 30),
  dema: close('DEMA', 30),
  tema: close('TEMA', 30),
  trima: close('TRIMA', 30),
  kama: close('KAMA', 30),
  t3: close('T3', 5, 0.7),
  mama: close('MAMA'),
  bbands: close('BollingerBands', 5, 2),
  bollingerBands: close('BollingerBands', 20, 2),
  sar: candles('PSAR', { accelerationStep: 0.02, accelerationMax: 0.2 }),
  htTrendline: close('HTTrendline'),
  rsi: close('RSI', 14),
  stoch: candles('StochasticOscillator', { kPeriod: 5, kSlowingPeriod: 3, dPeriod: 3 }),
  macd: close('MACD', ema(12), ema(26), ema(9)),
  apo: close('APO', { fastPeriod: 12, slowPeriod: 26 }),
  ppo: close('PPO', { fastPeriod: 12, slowPeriod: 26 }),
  roc: close('ROC', 10),
  mom: close('MOM', 10),
  trix: close('TRIX', 30),
  cmo: close('CMO', 14),
  willr: candles('WilliamsR', 14),
  bop: candles('BOP'),
  cci: candles('CCI', 14),
  aroon: candles('Aroon', 14),
  adx: candles('ADX', 14),
  adxr: candles('ADXR', 14),
  dx: candles('DX', 14),
  mfi: candles('MFI', 14),
  ultosc: candles('UltimateOscillator', { shortPeriod: 7, mediumPeriod: 14, longPeriod: 28 }),
  atr: candles('ATR', 14),
  natr: candles('NATR', 14),
  trange: candles('TR'),
  obv: candles('OBV', 2),
  ad: candles('AD'),
  adosc: candles('ADOSC', { fastPeriod: 3, slowPeriod: 10 }),
  linearreg: close('LinearRegression', 14),
  awesomeOscillator: candles('AO', 5, 34),
  chopiness: candles('CHOP', 14),
  chaikinMoneyFlow: candles('CMF', 21),
  hullMovingAverage: close('HMA', 200),
  zlema: close('ZLEMA', 20),
  vwap: candles('VWAP'),
  vwma: candles('VWMA', 20),
  superTrend: candles('SuperTrend', { interval: 10, multiplier: 3 }),
  ichimoku: candles('IchimokuCloud', { conversionInterval: 9, baseInterval: 26, spanBInterval: 52 }),
  keltnerChannel: candles('KeltnerChannels', { emaInterval: 14, atrInterval: 14, multiplier: 2 }),
};

/** `new X(…)` and its `updates`, which its documentation gives for several values at once; it returns a result for each. */
export function tradingSignals(found: unknown): Rival {
  const library = tradingSignalsModule.parse({ ...Object(found) });
  const classOf = (name: string) => newable.parse(library[name], { error: () => `trading-signals has no ${name}` });
  const argument = (value: unknown) =>
    value instanceof Average ? new (classOf(value.className))(value.period) : value;
  return {
    name: 'trading-signals',
    callOf({ name }, { arrays, candles }: Market) {
      const counterpart = counterparts[name];
      if (counterpart === undefined) return undefined;
      const { className, over, args } = counterpart;
      const Class = classOf(className);
      const values = over === 'close' ? arrays.close : candles;
      return () => new Class(...args.map(argument)).updates(values);
    },
    check({ name }, { rows }, result) {
      assert(Array.isArray(result) && result.length === rows, `${name}: a result for each row`);
      assert(result.at(-1) !== null, `${name}: a result for the last row`);
    },
  };
}

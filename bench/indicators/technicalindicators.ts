import { strict as assert } from 'node:assert';
import * as z from 'zod';
import type { Market } from './market.ts';
import type { Rival } from './rival.ts';

const technicalIndicatorsModule = z.record(z.string(), z.unknown());
const calculator = z.custom<(input: object) => unknown>((value) => typeof value === 'function');

interface Counterpart {
  readonly functionName: string;
  readonly over: 'close' | 'candles';
  readonly settings: object;
}

const over =
  (what: Counterpart['over']) =>
  (functionName: string, settings: object = {}): Counterpart => ({ functionName, over: what, settings });
const close = over('close');
const candles = over('candles');

const macdSettings = {
  fastPeriod: 12,
  slowPeriod: 26,
  signalPeriod: 9,
  SimpleMAOscillator: false,
  SimpleMASignal: false,
};

/** Its candlestick patterns look at the last candles only, so they have no counterpart. */
const counterparts: Readonly<Record<string, Counterpart>> = {
  sma: close('sma', { period: 30 }),
  ema: close('ema', { period: 30 }),
  wma: close('wma', { period: 30 }),
  bbands: close('bollingerbands', { period: 5, stdDev: 2 }),
  bollingerBands: close('bollingerbands', { period: 20, stdDev: 2 }),
  sar: candles('psar', { step: 0.02, max: 0.2 }),
  rsi: close('rsi', { period: 14 }),
  stochf: candles('stochastic', { period: 5, signalPeriod: 3 }),
  stochrsi: close('stochasticrsi', { rsiPeriod: 14, stochasticPeriod: 5, kPeriod: 1, dPeriod: 3 }),
  macd: close('macd', macdSettings),
  roc: close('roc', { period: 10 }),
  trix: close('trix', { period: 30 }),
  willr: candles('williamsr', { period: 14 }),
  cci: candles('cci', { period: 14 }),
  adx: candles('adx', { period: 14 }),
  mfi: candles('mfi', { period: 14 }),
  atr: candles('atr', { period: 14 }),
  trange: candles('truerange'),
  obv: candles('obv'),
  ad: candles('adl'),
  stddev: close('sd', { period: 5 }),
  max: close('highest', { period: 30 }),
  min: close('lowest', { period: 30 }),
  sum: close('sum', { period: 30 }),
  heikinAshi: candles('heikinashi'),
  awesomeOscillator: candles('awesomeoscillator', { fastPeriod: 5, slowPeriod: 34 }),
  vwap: candles('vwap'),
  ichimoku: candles('ichimokucloud', { conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 }),
  keltnerChannel: candles('keltnerchannels', { maPeriod: 14, atrPeriod: 14, multiplier: 2, useSMA: true }),
};

/** `x({ period, values })`, which returns an array of results from the first row on that has one. */
export function technicalIndicators(found: unknown): Rival {
  const library = technicalIndicatorsModule.parse(found);
  return {
    name: 'technicalindicators',
    callOf({ name }, { arrays }: Market) {
      const counterpart = counterparts[name];
      if (counterpart === undefined) return undefined;
      const { functionName, over, settings } = counterpart;
      const calculate = calculator.parse(library[functionName], { error: () => `no function ${functionName}` });
      const input = { ...(over === 'close' ? { values: arrays.close } : arrays), ...settings };
      return () => calculate(input);
    },
    check({ name }, { rows }, result) {
      const found: unknown = Array.isArray(result) ? result : Reflect.get(Object(result), 'close');
      assert(Array.isArray(found) && found.length > 0 && found.length <= rows, `${name}: an array of results`);
      assert(found.at(-1) !== undefined, `${name}: a result for the last row`);
    },
  };
}

export { ad } from './ad.ts';
export { adosc } from './adosc.ts';
export { chaikinMoneyFlow } from './chaikin-money-flow.ts';
export { obv } from './obv.ts';
export { rollingVwap } from './rolling-vwap.ts';
export { vwap } from './vwap.ts';

export { bbands } from './bbands.ts';
export { bollingerBands } from './bollinger-bands.ts';
export { dema } from './dema.ts';
export { ema } from './ema.ts';
export { sma } from './sma.ts';
export { tema } from './tema.ts';

export { atr } from './atr.ts';
export { natr } from './natr.ts';
export { trange } from './trange.ts';

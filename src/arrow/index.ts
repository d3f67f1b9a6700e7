export { fromArrow, toArrow } from './arrow.ts';

export { crossedAbove } from './crossed-above.ts';
export { crossedBelow } from './crossed-below.ts';

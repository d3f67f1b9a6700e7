import { defineCrossing } from '../define/define-crossing.ts';

/**
 * Where `a` is below `b` and was not one row before: `a[i] < b[i]` and `a[i - 1] >= b[i - 1]`. `b` is a series or a level.
 * Source: `crossed_below` of qtpylib as vendored by freqtrade.
 */
export const crossedBelow = defineCrossing({
  name: 'crossedBelow',
  title: 'Crossed Below',
  source: "freqtrade's qtpylib crossed_below",
  direction: 'below',
});

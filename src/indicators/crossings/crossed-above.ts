import { defineCrossing } from '../define/define-crossing.ts';

/**
 * Where `a` is above `b` and was not one row before: `a[i] > b[i]` and `a[i - 1] <= b[i - 1]`. `b` is a series or a level.
 * Source: `crossed_above` of qtpylib as vendored by freqtrade.
 */
export const crossedAbove = defineCrossing({
  name: 'crossedAbove',
  title: 'Crossed Above',
  source: "freqtrade's qtpylib crossed_above",
  direction: 'above',
});

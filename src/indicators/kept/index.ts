export { commonRows } from './common-rows.ts';
export { KeptCalls, type WarmUp } from './kept-calls.ts';
export { KeptSeries } from './kept-series.ts';

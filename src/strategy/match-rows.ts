import type { Numbers } from '../frame/index.ts';
import { type Timeframe, nextCandleOpen, timeframeMs } from '../market/index.ts';

/** The place of a row that has no match. */
export const NO_ROW = -1;

/** Two runs of candles: when each opened, ascending, and how long they last. */
export interface MatchInput {
  readonly dates: Numbers;
  readonly timeframe: Timeframe;
  readonly informativeDates: Numbers;
  readonly informativeTimeframe: Timeframe;
}

/**
 * The informative row that each row sees, or NO_ROW. A row matches the informative candle that closes when its own candle does;
 * no row sees a candle that closes later. With `ffill`, rows between matches see the last match.
 *
 * Rows before the first match see the newest informative candle that had closed by then, so that a frame does not start with
 * a hole. freqtrade gives all of them the informative row before the first match. That is the same row unless candles are
 * missing there, and then it can be one that had not closed yet.
 */
export function matchRows(input: MatchInput, ffill: boolean): Int32Array {
  const { dates } = input;
  const visibleFrom = visibleDates(input);
  const rows = new Int32Array(dates.length);
  let place = 0;
  let match = NO_ROW;
  let firstMatch = dates.length;
  for (let row = 0; row < rows.length; row++) {
    while (place < visibleFrom.length && visibleFrom[place] < dates[row]) place++;
    const matches = place < visibleFrom.length && visibleFrom[place] === dates[row];
    if (matches && match === NO_ROW) firstMatch = row;
    if (matches) match = place;
    rows[row] = matches || ffill ? match : NO_ROW;
  }
  if (ffill && match !== NO_ROW) fillHead(rows.subarray(0, firstMatch), dates, visibleFrom);
  return rows;
}

function fillHead(head: Int32Array, dates: Numbers, visibleFrom: Numbers): void {
  let newest = NO_ROW;
  for (let row = 0; row < head.length; row++) {
    while (visibleFrom[newest + 1] <= dates[row]) newest++;
    head[row] = newest;
  }
}

/** For each informative candle, when the candle opens that closes together with it. */
function visibleDates({ informativeDates, informativeTimeframe, timeframe }: MatchInput): Numbers {
  if (informativeTimeframe === timeframe) return informativeDates;
  if (!isCalendar(informativeTimeframe) && !isCalendar(timeframe)) {
    const shift = timeframeMs(informativeTimeframe) - timeframeMs(timeframe);
    return shift === 0 ? informativeDates : mapDates(informativeDates, (open) => open + shift);
  }
  return mapDates(informativeDates, (open) =>
    nextCandleOpen(nextCandleOpen(open, informativeTimeframe), timeframe, -1),
  );
}

/** `Float64Array.from` takes ten times as long. */
function mapDates(dates: Numbers, change: (date: number) => number): Float64Array {
  const changed = new Float64Array(dates.length);
  for (let row = 0; row < changed.length; row++) changed[row] = change(dates[row]);
  return changed;
}

/** Months and years have no fixed length. */
function isCalendar(timeframe: Timeframe): boolean {
  return timeframe.endsWith('M') || timeframe.endsWith('y');
}

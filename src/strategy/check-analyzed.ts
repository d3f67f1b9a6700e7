import { type AnyFrame, type CellValue, type ColumnKind, Frame } from '../frame/index.ts';
import { isSameMemory } from '../frame/column.ts';
import { type Candles, candleColumns, signalFlagColumns, signalTagColumns } from '../market/index.ts';
import { timeText } from '../util/time-text.ts';
import type { StrategyErrorCode } from './strategy-error.ts';

/** What is wrong with what a function of a strategy returned. `text` goes on from the function's name. */
export interface AnalysisFault {
  readonly code: StrategyErrorCode;
  readonly text: string;
  readonly value?: unknown;
}

const flagKinds: ReadonlySet<ColumnKind | undefined> = new Set(['int', 'bool', 'float64']);

/** What a function of a strategy made of these candles as a frame, or the first thing that is wrong with it. */
export function checkAnalyzed(returned: unknown, candles: Candles): AnyFrame | AnalysisFault {
  if (!(returned instanceof Frame)) return notAFrame(returned);
  return frameFault(returned, candles) ?? returned;
}

function frameFault(frame: AnyFrame, candles: Candles): AnalysisFault | undefined {
  if (frame.length !== candles.length) {
    const text = `returned ${frame.length} rows for ${candles.length} candles`;
    return { code: 'STRATEGY_WRONG_LENGTH', text, value: frame.length };
  }
  return droppedColumn(frame) ?? otherDate(frame, candles) ?? otherClose(frame, candles) ?? badSignal(frame);
}

function notAFrame(returned: unknown): AnalysisFault {
  if (isThenable(returned)) {
    // Nobody will wait for it, and a rejection that nobody handles ends the process.
    Promise.resolve(returned).catch(() => {});
    const text = 'returned a promise; strategies are synchronous, so it must be neither async nor wait for anything';
    return { code: 'STRATEGY_ASYNC', text, value: returned };
  }
  const text = `returned ${describe(returned)}; expected a frame, as in return frame.with({ … })`;
  return { code: 'STRATEGY_NOT_A_FRAME', text, value: returned };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function droppedColumn(frame: AnyFrame): AnalysisFault | undefined {
  const code = 'STRATEGY_CANDLES_CHANGED';
  for (const name of candleColumns) {
    const kind = frame.kind(name);
    if (kind === undefined) return { code, text: `dropped the candles' column "${name}"`, value: name };
    const expected = name === 'date' ? ['timestamp'] : ['float64', 'int'];
    if (expected.includes(kind)) continue;
    return { code, text: `made the candles' column "${name}" one of kind ${kind}, not ${expected[0]}`, value: name };
  }
  return undefined;
}

function otherDate(frame: AnyFrame, candles: Candles): AnalysisFault | undefined {
  const [found, dates] = [frame.numbers('date'), candles.columns.date];
  if (found instanceof Float64Array && dates instanceof Float64Array && isSameMemory(found, dates)) return undefined;
  for (let row = 0; row < dates.length; row++) {
    if (Object.is(found[row], dates[row])) continue;
    const text = `changed the column "date": row ${row} holds ${timeText(found[row])}, its candle opened at ${timeText(dates[row])}`;
    return { code: 'STRATEGY_WRONG_DATES', text, value: found[row] };
  }
  return undefined;
}

function otherClose(frame: AnyFrame, candles: Candles): AnalysisFault | undefined {
  const [found, close] = [frame.last('close'), candles.last('close')];
  if (Object.is(found, close)) return undefined;
  const text = `changed the last row's close to ${print(found)}, its candle closed at ${print(close)}`;
  return { code: 'STRATEGY_CANDLES_CHANGED', text, value: found };
}

function badSignal(frame: AnyFrame): AnalysisFault | undefined {
  const code = 'STRATEGY_BAD_SIGNAL';
  for (const name of signalFlagColumns) {
    const kind = frame.kind(name);
    if (kind === undefined || flagKinds.has(kind)) continue;
    const text = `gave "${name}" the kind ${kind}; a signal is 0 or 1, as frame.flag(…) makes it`;
    return { code, text, value: kind };
  }
  for (const name of signalTagColumns) {
    const kind = frame.kind(name);
    if (kind === undefined || kind === 'string') continue;
    const text = `gave "${name}" the kind ${kind}; a tag is text or null, as frame.label(…) makes it`;
    return { code, text, value: kind };
  }
  return undefined;
}

function print(value: CellValue | undefined): string {
  return String(value);
}

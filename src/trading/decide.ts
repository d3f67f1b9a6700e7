import type { AnyFrame } from '../frame/index.ts';
import type { Pair, TimestampMs } from '../market/index.ts';

/** What a strategy's last row asks for, before any order. */
export interface Decision {
  readonly action: 'entry' | 'exit';
  readonly side: 'long' | 'short';
  readonly pair: Pair;
  /** The candle that carries the signal: when it opened. */
  readonly date: TimestampMs;
  /** Its close, in the quote currency. */
  readonly rate: number;
  /** The strategy's own name for the reason. */
  readonly tag: string | null;
}

/**
 * What the last row of an analyzed frame decides. As in freqtrade, an entry is not taken where the same row says exit, or entry
 * on both sides; short entries need a strategy that can go short. An empty frame, and one without signal columns, decides
 * nothing.
 */
export function decide(pair: Pair, frame: AnyFrame, options: { readonly canShort: boolean }): readonly Decision[] {
  const row = frame.length - 1;
  if (row < 0) return [];
  const signal = (name: string) => frame.has(name) && frame.numbers(name)[row] === 1;
  const [enterLong, exitLong] = [signal('enter_long'), signal('exit_long')];
  const [enterShort, exitShort] = [options.canShort && signal('enter_short'), options.canShort && signal('exit_short')];

  const base = { pair, date: frame.numbers('date')[row], rate: frame.numbers('close')[row] };
  const enterTag = tagAt(frame, 'enter_tag', row);
  const exitTag = tagAt(frame, 'exit_tag', row);
  const decisions: Decision[] = [];
  if (enterLong && !exitLong && !enterShort) decisions.push({ ...base, action: 'entry', side: 'long', tag: enterTag });
  if (enterShort && !exitShort && !enterLong)
    decisions.push({ ...base, action: 'entry', side: 'short', tag: enterTag });
  if (exitLong && !enterLong) decisions.push({ ...base, action: 'exit', side: 'long', tag: exitTag });
  if (exitShort && !enterShort) decisions.push({ ...base, action: 'exit', side: 'short', tag: exitTag });
  return decisions;
}

function tagAt(frame: AnyFrame, name: string, row: number): string | null {
  return frame.kind(name) === 'string' ? frame.strings(name)[row] : null;
}

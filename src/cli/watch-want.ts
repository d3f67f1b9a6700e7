import { type Command, InvalidArgumentError } from 'commander';
import type { ConnectOptions } from '../consumer/index.ts';
import type { AnyFrame } from '../frame/index.ts';
import { type Pair, type PairKey, parsePair } from '../market/index.ts';
import { messageOf } from '../util/errors.ts';
import { wholeNumber } from './number-option.ts';

type Want = NonNullable<ConnectOptions['want']>[number];
type Rate = NonNullable<Want['rate']>;

/** Options that say which part of a producer's frames is wanted. */
export interface WatchWant {
  readonly pairs?: readonly Pair[];
  readonly columns?: readonly string[];
  readonly tail?: number;
  readonly rate?: Rate;
}

const LONGEST_RATE_MS = 86_400_000;

/** Adds `--pairs`, `--columns`, `--tail` and `--rate`. */
export function addWantOptions(command: Command): Command {
  return command
    .option('-p, --pairs <pair...>', 'only these pairs, apart by commas or blanks', pairsOf)
    .option('--columns <name...>', 'only these columns, and show their last values; date always comes', namesOf)
    .option('--tail <rows>', 'keep only so many rows from the end of each frame', wholeNumber(1, 100_000))
    .option('--rate <rate>', '"tick" for every state, "candle" for one a candle, or at most one in so many ms', rateOf);
}

function pairsOf(text: string, before: readonly Pair[] = []): readonly Pair[] {
  try {
    return [...new Set([...before, ...split(text).map(parsePair)])];
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function namesOf(text: string, before: readonly string[] = []): readonly string[] {
  return [...new Set([...before, ...split(text)])];
}

function split(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Expected names with commas between them.');
  return parts;
}

function rateOf(text: string): Rate {
  if (text === 'tick' || text === 'candle') return text;
  try {
    return wholeNumber(1, LONGEST_RATE_MS)(text);
  } catch {
    throw new InvalidArgumentError(`Expected "tick", "candle", or milliseconds, from 1 to ${LONGEST_RATE_MS}.`);
  }
}

/** What to ask of a Candlecast producer; undefined for all. */
export function wantsOf({ pairs, columns, tail, rate }: WatchWant): readonly Want[] | undefined {
  const part = {
    ...(columns === undefined ? {} : { columns }),
    ...(tail === undefined ? {} : { tail }),
    ...(rate === undefined ? {} : { rate }),
  };
  if (pairs !== undefined) return pairs.map((pair) => ({ pair, ...part }));
  return Object.keys(part).length === 0 ? undefined : [part];
}

/** Whether a frame is to be shown; stock producers send them all. */
export function isWanted({ pair }: PairKey, { pairs }: WatchWant): boolean {
  return pairs === undefined || pairs.includes(pair);
}

/** The part of a frame that is to be shown. */
export function wantedPart(frame: AnyFrame, { columns }: WatchWant): AnyFrame {
  if (columns === undefined) return frame;
  return frame.select(frame.names.filter((name) => name === 'date' || columns.includes(name)));
}

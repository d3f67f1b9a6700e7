import type { AnyFrame } from '../../../../src/frame/index.ts';

/** How a consumer's columns come from a producer's. */
export interface Merged {
  readonly producer: AnyFrame;
  readonly consumer: AnyFrame;
  /** A frame between the two, whose rows are all that the consumer could get. */
  readonly via?: AnyFrame | undefined;
  /** What stands behind a producer's column name at the consumer. */
  readonly suffix: string;
  /** Whether numbers are the same to the bit, or to the ten decimals that a stock producer sends. */
  readonly isExact: boolean;
}

/** The most that a number changes when it is written with ten decimals. */
const TEN_DECIMALS = 0.5e-10;

/** What pandas' reader of JSON may be off, of the number, and what 64 bits leave of the rest. */
const READ_ERROR = 2 ** -50;

/**
 * Where a consumer's columns are first not its producer's, in words: in any row from the first that both have on, any column of
 * the producer. Rows from before that must have no values.
 */
export function mergeDifference({ producer, consumer, via, suffix, isExact }: Merged): string | undefined {
  const lacking = producer.names.filter((name) => !consumer.has(`${name}_${suffix}`));
  if (lacking.length > 0) return `lacks ${lacking.map((name) => `${name}_${suffix}`).join(', ')}`;
  const first = firstDate(producer, via);
  const rowOf = rowsByDate(producer, first);
  const dates = consumer.numbers('date');
  for (const name of producer.names) {
    const [theirs, ours] = [producer.column(name), consumer.column(`${name}_${suffix}`)];
    for (let row = 0; row < dates.length; row++) {
      const at = rowOf.get(dates[row]);
      if (at === undefined && dates[row] >= first) return `the producer has no row of ${time(dates[row])}`;
      const [is, should] = [ours.cell(row), at === undefined ? null : theirs.cell(at)];
      if (areSame(is, should, isExact)) continue;
      const where = `${name}_${suffix} of ${time(dates[row])} (row ${row} of ${dates.length})`;
      return `${where} is ${String(is)}, the producer's ${name} is ${String(should)}`;
    }
  }
  return undefined;
}

/** How many rows two frames have in common. */
export function commonRows(producer: AnyFrame, consumer: AnyFrame): number {
  const rowOf = rowsByDate(producer);
  return datesOf(consumer).filter((date) => rowOf.has(date)).length;
}

/**
 * Where the rows with an entry first differ, in words. The first row that both have is left out, since a consumer does not see what
 * was before it.
 */
export function entryDifference({ producer, consumer, via }: Omit<Merged, 'suffix' | 'isExact'>): string | undefined {
  const rowOf = rowsByDate(producer, firstDate(producer, via));
  const common = datesOf(consumer).filter((date) => rowOf.has(date));
  const [theirs, ours] = [entryTags(producer), entryTags(consumer)];
  for (const date of common.slice(1)) {
    if (theirs.get(date) === ours.get(date)) continue;
    return `enters ${time(date)}: ${String(ours.get(date))}, the producer: ${String(theirs.get(date))}`;
  }
  return undefined;
}

/** The tags of the rows with an entry, by date. */
export function entryTags(frame: AnyFrame): ReadonlyMap<number, unknown> {
  if (!frame.has('enter_long')) return new Map();
  const enters = frame.numbers('enter_long');
  const tag = (row: number) => (frame.has('enter_tag') ? frame.column('enter_tag').cell(row) : undefined);
  return new Map(datesOf(frame).flatMap((date, row) => (enters[row] === 1 ? [[date, tag(row)] as const] : [])));
}

const datesOf = (frame: AnyFrame) => Array.from(frame.numbers('date'));

/** The first date of which a consumer can have something. */
function firstDate(producer: AnyFrame, via: AnyFrame = producer): number {
  return Math.max(...[producer, via].map((frame) => (frame.length === 0 ? Infinity : frame.numbers('date')[0])));
}

function rowsByDate(frame: AnyFrame, first = -Infinity): ReadonlyMap<number, number> {
  return new Map(datesOf(frame).flatMap((date, row) => (date < first ? [] : [[date, row] as const])));
}

/** Stock bots write NaN as null. */
function known(cell: unknown): unknown {
  return cell === null || (typeof cell === 'number' && Number.isNaN(cell)) ? undefined : cell;
}

/** Whether two cells are the same: to the bit, or to ten decimals. */
export function areSame(left: unknown, right: unknown, isExact: boolean): boolean {
  return areKnownSame(known(left), known(right), isExact);
}

function areKnownSame(left: unknown, right: unknown, isExact: boolean): boolean {
  if (isExact || typeof left !== 'number' || typeof right !== 'number') return left === right;
  return Math.abs(left - right) <= TEN_DECIMALS + Math.abs(right) * READ_ERROR;
}

const time = (date: number) => new Date(date).toISOString();

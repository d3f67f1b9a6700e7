import type { AnyFrame } from '../../../../src/frame/index.ts';
import { messageOf } from '../../../../src/util/errors.ts';
import { eventually } from '../../eventually.ts';
import { entryDifference, mergeDifference } from './compare-merged.ts';
import type { RunningBot } from './running-bot.ts';
import type { Chain, SixBots } from './six-bots.ts';

/** A bot whose columns must be another's. */
export interface Link {
  readonly producer: RunningBot;
  readonly consumer: RunningBot;
  /** The bot between them, where there is one. */
  readonly via?: RunningBot;
  readonly suffix: string;
  /** What is seen of the producer is what the consumer itself was sent, and the consumer is seen to the bit. */
  readonly isExact: boolean;
  /** A stock producer stands before the consumer, so that what it decides on has ten decimals. */
  readonly isRounded: boolean;
}

/** A candle that all bots have in the end. */
export interface SeenCandle {
  readonly date: number;
  /** From its close until everything was equal. */
  readonly equalAfterMs: number;
}

const MINUTE = 60_000;

/** Below this, ten decimals are too few to tell whether an indicator rises. */
const FINE_PRICE = 0.001;

/** The links of a chain: each consumer with its producer, and the last with the first. */
export function linksOf([first, middle, last]: Chain): readonly Link[] {
  const next = (producer: RunningBot, consumer: RunningBot, suffix: string): Link => ({
    producer,
    consumer,
    suffix,
    isExact: consumer.kind === 'ours',
    isRounded: producer.kind === 'stock',
  });
  const whole = {
    producer: first,
    consumer: last,
    via: middle,
    suffix: 'default_chain',
    isExact: false,
    isRounded: true,
  };
  return [next(first, middle, 'default'), next(middle, last, 'chain'), whole];
}

/** Waits until every consumer's frames of all pairs reach a candle and have their producers' columns, in every row. */
export async function untilEqual(
  { market, bots, ...chains }: SixBots,
  date: number,
  patienceMs: number,
): Promise<SeenCandle> {
  const links = [...linksOf(chains.stockFirst), ...linksOf(chains.oursFirst)];
  let open = links.flatMap((link) => market.pairs.map((pair) => new Comparison(link, pair)));
  const equal = eventually(
    `all bots have the candle of ${new Date(date).toISOString()}, each consumer with its producer's columns`,
    () => {
      expectRun(bots);
      open = open.filter((comparison) => comparison.differenceAt(date) !== undefined);
      return open.length === 0 ? true : undefined;
    },
    { patienceMs, seen: () => report(open, date) },
  );
  await equal.catch((error: unknown) => {
    throw new Error(`${messageOf(error)}\n${logsOf(open)}`);
  });
  return { date, equalAfterMs: Date.now() - date - MINUTE };
}

/** Whether a pair's price is such that decisions on ten decimals are those on all digits. */
export function isFine(frame: AnyFrame): boolean {
  return frame.numbers('close')[frame.length - 1] >= FINE_PRICE;
}

/** One link's frames of one pair. Frames never change, so those that were compared need not be again. */
class Comparison {
  readonly link: Link;
  readonly #pair: string;
  #compared: readonly (AnyFrame | undefined)[] = [];
  #difference: string | undefined;

  constructor(link: Link, pair: string) {
    this.link = link;
    this.#pair = pair;
  }

  /** In words; undefined where both frames have the candle and are equal. */
  differenceAt(date: number): string | undefined {
    const { producer, consumer } = this.link;
    const [theirs, ours] = [producer.frame(this.#pair), consumer.frame(this.#pair)];
    for (const [bot, frame] of [
      [producer, theirs],
      [consumer, ours],
    ] as const) {
      if (!hasReached(frame, date)) return this.#told(`${bot.name} has ${frame.length} rows, to ${lastDate(frame)}`);
    }
    const frames = [theirs, ours, this.link.via?.frame(this.#pair)] as const;
    if (frames.some((frame, i) => frame !== this.#compared[i])) {
      this.#compared = frames;
      this.#difference = this.#compare(...frames);
    }
    return this.#difference;
  }

  #compare(producer: AnyFrame, consumer: AnyFrame, via: AnyFrame | undefined): string | undefined {
    const { suffix, isExact, isRounded } = this.link;
    const frames = { producer, consumer, via };
    const difference =
      mergeDifference({ ...frames, suffix, isExact }) ??
      (isRounded && !isFine(producer) ? undefined : entryDifference(frames));
    return difference === undefined ? undefined : this.#told(difference);
  }

  #told(difference: string): string {
    const { producer, consumer } = this.link;
    return `${this.#pair}, ${producer.name} → ${consumer.name}: ${difference}`;
  }
}

function hasReached(frame: AnyFrame, date: number): boolean {
  return frame.length > 0 && frame.numbers('date')[frame.length - 1] >= date;
}

function lastDate(frame: AnyFrame): string {
  return frame.length === 0 ? 'none' : new Date(frame.numbers('date')[frame.length - 1]).toISOString();
}

function expectRun(bots: readonly RunningBot[]): void {
  for (const { name, process, tail } of bots) {
    if (process.end !== undefined) throw new Error(`${name}: ${process.end}\n${tail()}`);
  }
}

/** Some of the differences of each link, and what the observers met with. */
function report(open: readonly Comparison[], date: number): unknown {
  const byLink = Map.groupBy(open, ({ link }) => link);
  return {
    differences: open.length,
    some: [...byLink.values()].flatMap((each) => each.slice(0, 3).map((comparison) => comparison.differenceAt(date))),
    troubles: [...botsOf(open)].map(({ name, troubles }) => ({ name, troubles })),
  };
}

/** The ends of the logs of the bots that differ. */
function logsOf(open: readonly Comparison[]): string {
  return [...botsOf(open)].map(({ name, tail }) => `--- ${name}\n${tail()}`).join('\n');
}

const botsOf = (open: readonly Comparison[]) => new Set(open.flatMap(({ link }) => [link.producer, link.consumer]));

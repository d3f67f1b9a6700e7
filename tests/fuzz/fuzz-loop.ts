import { getHeapStatistics } from 'node:v8';
import { messageOf } from '../../src/util/errors.ts';
import type { Random } from '../../src/util/random.ts';
import { FeatureMap } from './feature-map.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import type { Probes } from './probes.ts';

/** What was found: an exception or broken promise, an input that takes too long, or too much memory. */
export type FindingKind = 'crash' | 'hang' | 'memory';

/** A longer run of one input is a finding, where it takes as long again. */
const MOST_MS = 1000;
/** What the heap and memory outside of it may grow for one input, beside what the input itself may take. */
const MOST_HEAP_GROWTH_BYTES = 32 * 1024 * 1024;
const FRESH_SHARE = 0.02;
const RECENT_SHARE = 0.3;
const RECENT = 50;

export class Finding extends Error {
  readonly kind: FindingKind;
  readonly input: Uint8Array;

  constructor(kind: FindingKind, input: Uint8Array, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Finding';
    this.kind = kind;
    this.input = input;
  }
}

/** Makes inputs, and more of those that reached what none before them did. */
export class FuzzLoop {
  readonly features = new FeatureMap();
  /** How many times it came to what. */
  readonly outcomes = new Map<string, number>();
  readonly #target: FuzzTarget;
  readonly #probes: Probes;
  readonly #random: Random;
  readonly #guided: boolean;
  readonly #corpus: Uint8Array[] = [];
  readonly #before: (input: Uint8Array) => void;

  constructor(options: {
    readonly target: FuzzTarget;
    readonly probes: Probes;
    readonly random: Random;
    /** Without, nothing is kept but what `take` gives: to show what guidance is worth. */
    readonly guided: boolean;
    /** Told of each input before it runs. */
    readonly before: (input: Uint8Array) => void;
  }) {
    this.#target = options.target;
    this.#probes = options.probes;
    this.#random = options.random;
    this.#guided = options.guided;
    this.#before = options.before;
  }

  get corpus(): readonly Uint8Array[] {
    return this.#corpus;
  }

  /** Runs an input that is given. Throws a Finding. */
  async take(input: Uint8Array): Promise<void> {
    if (await this.#isNews(input)) this.#corpus.push(input);
  }

  /** Makes an input and runs it. Throws a Finding. */
  async step(): Promise<void> {
    const random = this.#random;
    const isFresh = this.#corpus.length === 0 || random.next() < FRESH_SHARE;
    const input = isFresh
      ? this.#target.fresh(random)
      : this.#target.mutated(random, this.#parent(), this.#corpus[random.below(this.#corpus.length)]);
    const isNews = await this.#isNews(input);
    if (isNews && (this.#guided || this.#corpus.length === 0)) this.#corpus.push(input);
  }

  /** What was kept lately leads on more often than what was mutated many times. Of the others the small ones run faster. */
  #parent(): Uint8Array {
    const { length } = this.#corpus;
    const random = this.#random;
    if (random.next() < RECENT_SHARE) return this.#corpus[length - 1 - random.below(Math.min(RECENT, length))];
    const [one, another] = [this.#corpus[random.below(length)], this.#corpus[random.below(length)]];
    return one.length < another.length ? one : another;
  }

  async #isNews(input: Uint8Array): Promise<boolean> {
    this.#before(input);
    for (const outcome of await checkedRun(this.#target, input, this.#probes)) {
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    }
    return this.features.add(this.#probes) > 0;
  }
}

/** Runs an input under watch; the probes then have what it did. Throws a Finding. */
export async function checkedRun(target: FuzzTarget, input: Uint8Array, probes: Probes): Promise<readonly string[]> {
  const outcomes = await timedRun(target, input, probes);
  const most = target.mostBytes(input);
  if (probes.madeBytes > most) {
    const what = `arrays of ${probes.madeBytes} bytes for an input of ${input.length}, at most ${most} are allowed`;
    throw new Finding('memory', input, what);
  }
  return outcomes;
}

async function timedRun(target: FuzzTarget, input: Uint8Array, probes: Probes): Promise<readonly string[]> {
  for (let isRepeated = false; ; isRepeated = true) {
    probes.clear();
    const heap = heapBytes();
    const start = performance.now();
    const outcomes = await guardedRun(target, input, probes);
    const ms = performance.now() - start;
    const grown = heapBytes() - heap;
    if (grown > MOST_HEAP_GROWTH_BYTES + target.mostBytes(input)) {
      throw new Finding('memory', input, `the heap grew by ${grown} bytes for an input of ${input.length}`);
    }
    // Another process may have had the processor: only what takes long twice takes long.
    if (ms <= MOST_MS) return outcomes;
    if (isRepeated) throw new Finding('hang', input, `it took ${Math.round(ms)} ms, at most ${MOST_MS} are allowed`);
  }
}

async function guardedRun(target: FuzzTarget, input: Uint8Array, probes: Probes): Promise<readonly string[]> {
  try {
    const outcome = target.run(input, probes);
    // Waiting for what is there already takes longer than most inputs.
    return outcome instanceof Promise ? await outcome : outcome;
  } catch (error) {
    throw new Finding('crash', input, messageOf(error), error);
  }
}

function heapBytes(): number {
  const { used_heap_size: used, external_memory: external } = getHeapStatistics();
  return used + external;
}

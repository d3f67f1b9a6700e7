/** A simulation in which a reader could see what it should not, or not see what it should. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  readonly seed: number;
  /** Virtual time since the start of the run. */
  readonly atMs: number;
  readonly what: string;
  /** What happened last, oldest first, each with its time. */
  readonly events: readonly string[];

  constructor(facts: {
    readonly seed: number;
    readonly atMs: number;
    readonly what: string;
    readonly events: readonly string[];
    readonly cause?: unknown;
  }) {
    const { seed, atMs, what, events, cause } = facts;
    const lines = [
      `seed ${seed} after ${seconds(atMs)} s: ${what}`,
      `run it again with: npm run simulate -- --seed ${seed}`,
      'what happened last:',
      ...events.map((event) => `  ${event}`),
    ];
    super(lines.join('\n'), cause === undefined ? {} : { cause });
    this.seed = seed;
    this.atMs = atMs;
    this.what = what;
    this.events = events;
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

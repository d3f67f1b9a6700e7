import * as z from 'zod';

/** The first line that every process of the benchmark is given. */
export interface PeerSettings {
  /** Where the frames are, one Arrow file a pair, `0.arrow` and on, in the order of `pairs`. */
  readonly folder: string;
  readonly pairs: readonly string[];
  /** Rows of a frame as it is published. The files have more: a frame is a window that moves on by a row with each candle. */
  readonly rows: number;
  readonly wsToken: string;
}

/** What the processes are told, a line each, whichever language they are of; each is answered with a line. */
export type Order =
  | { readonly do: 'clock' }
  | { readonly do: 'usage' }
  /** To a producer: what its files hold. */
  | { readonly do: 'digest' }
  /** To a producer: make the windows ready that begin at row `candle`, in memory of their own, as those of a new analysis are. */
  | { readonly do: 'prepare'; readonly candle: number }
  /** To a producer: emit those windows, one pair right after the other. */
  | { readonly do: 'emit' }
  /** To a producer: how many connections it has accepted. */
  | { readonly do: 'connections' }
  /** To a consumer: connect; answered when every pair's frame is there with all its rows. */
  | { readonly do: 'connect'; readonly port: number }
  /** To a consumer: note from now on when each pair's frame changes. */
  | { readonly do: 'expect' }
  /** To a consumer: answered when every one has. */
  | { readonly do: 'follow' }
  /** To a consumer: compare what it holds with the windows that begin at row `candle`. */
  | { readonly do: 'verify'; readonly candle: number };

export const answers = {
  /** The first line of each process: a producer's port, or nothing. */
  ready: z.object({ port: z.int().optional() }),
  /** The machine's own clock in milliseconds. */
  clock: z.object({ ms: z.number() }),
  /** CPU time since the start of the process, of all its threads, and bytes resident. */
  usage: z.object({ cpuMs: z.number(), rss: z.number() }),
  digest: z.object({ digest: z.string() }),
  prepare: z.object({}),
  /** When each pair's emission was called, by the machine's clock. */
  emit: z.object({ emittedAt: z.array(z.number()) }),
  connections: z.object({ connections: z.int() }),
  /** From the start of connecting, in milliseconds. */
  connect: z.object({ ms: z.number() }),
  expect: z.object({}),
  /** When each pair's new frame could be read, by the machine's clock. */
  follow: z.object({ readableAt: z.array(z.number()) }),
  verify: z.object({
    cells: z.int(),
    /** Not the same number to the bit. */
    different: z.int(),
    /** Other text, a number where there is none, or the other way round. */
    misfits: z.int(),
    /** The largest difference of two numbers. */
    worst: z.number(),
  }),
} as const;

export type Answer<Name extends keyof typeof answers> = z.output<(typeof answers)[Name]>;

/** What a process written in TypeScript answers to each order that it takes. */
export type Handlers<Name extends Order['do']> = {
  readonly [N in Name]: (order: Extract<Order, { readonly do: N }>) => Answer<N> | Promise<Answer<N>>;
};

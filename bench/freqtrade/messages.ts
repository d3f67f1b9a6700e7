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
  /** To one of ours: sample from now on what it is at. */
  | { readonly do: 'profile' }
  /** To one of ours: tell what the samples show. */
  | { readonly do: 'profiled' }
  /** To a producer: what its files hold. */
  | { readonly do: 'digest' }
  /**
   * To a producer: make the windows ready that begin at row `candle`, in memory of their own, as those of a new analysis are. With
   * `going on` (of ours alone) they share the memory of the rows that they have in common, as those of an analysis that goes on from
   * the candle before do.
   */
  | { readonly do: 'prepare'; readonly candle: number; readonly how?: 'anew' | 'going on' }
  /** To a producer: emit those windows, one pair right after the other. */
  | { readonly do: 'emit' }
  /** To a producer of ours: the same, with a pause after each pair. */
  | { readonly do: 'emit alone'; readonly pauseMs: number }
  /** To a producer: how many connections it has accepted. */
  | { readonly do: 'connections' }
  /** To a producer of ours: collect what is no longer needed, and tell how much is held then. */
  | { readonly do: 'holdings' }
  /** To a consumer: connect; answered when every pair's frame is there with all its rows. */
  | { readonly do: 'connect'; readonly port: number }
  /** To a consumer: note from now on when each pair's frame changes. */
  | { readonly do: 'expect' }
  /** To a consumer: answered when every one has. */
  | { readonly do: 'follow' }
  /** To a consumer of ours: what has come over the connection so far. */
  | { readonly do: 'received' }
  /** To a consumer: compare what it holds with the windows that begin at row `candle`. */
  | { readonly do: 'verify'; readonly candle: number }
  /**
   * To the readers: open so many connections more, and take the frames of every pair over each; answered when they are there. With
   * `pairs`, each reads no more once so many of them are. With `tail` each wants the last so many rows, one less than the one before it, so that no two share a message.
   */
  | {
      readonly do: 'join';
      readonly port: number;
      readonly readers: number;
      readonly pairs?: number;
      readonly tail?: number;
    }
  /** To the readers: answered when each stream of each that reads has moved on by so many states since it was there. */
  | { readonly do: 'catch up'; readonly states: number };

export const answers = {
  /** The first line of each process: a producer's port, or nothing. */
  ready: z.object({ port: z.int().optional() }),
  /** The machine's own clock in milliseconds. */
  clock: z.object({ ms: z.number() }),
  /** CPU time since the start of the process, of all its threads, and bytes resident. */
  usage: z.object({ cpuMs: z.number(), rss: z.number() }),
  profile: z.object({}),
  /** Of the main thread: time that it was not idle, and the functions that took most of it themselves, most first. */
  profiled: z.object({
    busyMs: z.number(),
    functions: z.array(z.object({ name: z.string(), file: z.string(), line: z.int(), ms: z.number() })),
  }),
  digest: z.object({ digest: z.string() }),
  prepare: z.object({}),
  /** When each pair's emission was called, by the machine's clock. */
  emit: z.object({ emittedAt: z.array(z.number()) }),
  'emit alone': z.object({ emittedAt: z.array(z.number()) }),
  connections: z.object({ connections: z.int() }),
  /** Bytes of objects and buffers, after a collection; and of each connection how many bytes wait in its queue, and how many frames. */
  holdings: z.object({
    heldBytes: z.number(),
    queuedBytes: z.array(z.number()),
    waitingFrames: z.array(z.int()),
  }),
  /** From the start of connecting, in milliseconds. */
  connect: z.object({ ms: z.number() }),
  expect: z.object({}),
  /** When each pair's new frame could be read, by the machine's clock. */
  follow: z.object({ readableAt: z.array(z.number()), cpuMs: z.number().optional() }),
  received: z.object({
    /** Of the TCP connection, all that came. */
    wireBytes: z.number(),
    /** Of them the content of messages. */
    binaryBytes: z.number(),
    textBytes: z.number(),
    binaryMessages: z.int(),
    textMessages: z.int(),
  }),
  verify: z.object({
    cells: z.int(),
    /** Not the same number to the bit. */
    different: z.int(),
    /** Other text, a number where there is none, or the other way round. */
    misfits: z.int(),
    /** The largest difference of two numbers. */
    worst: z.number(),
  }),
  /** From the first connection's start, in milliseconds. */
  join: z.object({ ms: z.number() }),
  /** Messages with newer states that came to all of them since the last such answer. */
  'catch up': z.object({ deliveries: z.int() }),
} as const;

export type Answer<Name extends keyof typeof answers> = z.output<(typeof answers)[Name]>;

/** What a process written in TypeScript answers to each order that it takes. */
export type Handlers<Name extends Order['do']> = {
  readonly [N in Name]: (order: Extract<Order, { readonly do: N }>) => Answer<N> | Promise<Answer<N>>;
};

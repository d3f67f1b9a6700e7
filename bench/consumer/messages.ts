/** What the benchmark tells the consumer process. */
export type Order =
  | { readonly do: 'connect'; readonly port: number; readonly wsToken: string; readonly pairs: number }
  | { readonly do: 'collect' }
  | { readonly do: 'stop' };

/** Bytes. */
export interface Memory {
  /** Resident now, and the most so far. */
  readonly rss: number;
  readonly peak: number;
  /** Of the resident: the engine's heap with its free pages, and the buffers of typed arrays. */
  readonly heap: number;
  readonly buffers: number;
}

/** What the consumer process tells. */
export type Notice =
  | { readonly type: 'ready'; readonly memory: Memory }
  | { readonly type: 'collected'; readonly memory: Memory }
  /** Every pair's frame is there, so many milliseconds after `connect`. */
  | { readonly type: 'synced'; readonly ms: number; readonly memory: Memory }
  /** Every pair's next row is there: when each became readable, by `now`. */
  | { readonly type: 'candle'; readonly readableAt: Readonly<Record<string, number>> };

/** Milliseconds of the machine's own clock, which all its processes share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

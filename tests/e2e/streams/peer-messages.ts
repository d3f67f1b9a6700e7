import * as z from 'zod';
import type { ConsumerOptions } from '../../../src/consumer/index.ts';
import type { ProducerOptions } from '../../../src/producer/index.ts';
import type { WindowShape } from './made-window.ts';

/** A part of a frame that consumers want: the first is what those get who want all of it. */
export interface Selection {
  readonly columns?: readonly string[];
  readonly tail?: number;
}

/** The first line that a producer's process is given. */
export interface ProducerSettings {
  /** What its windows are made of; a restarted one has another. */
  readonly seed: string;
  readonly epoch: number;
  readonly pairs: number;
  readonly shape: WindowShape;
  /** Between two candles of every pair. */
  readonly candleEveryMs: number;
  /** 0 for any. */
  readonly port: number;
  readonly selections: readonly Selection[];
  readonly limits?: ProducerOptions;
}

/** The first line that a consumer's process is given. */
export interface ConsumerSettings extends Pick<ConsumerOptions, 'sleepTimeMs'> {
  readonly port: number;
  readonly selection?: Selection;
}

/** What the processes are told, a line each. They end when their input does. */
export type Order =
  /** Answered with `streams` or `copies`. */
  | { readonly do: 'report' }
  /** Answered with `usage`. */
  | { readonly do: 'usage' }
  /** To a producer: publish nothing more; answered with `paused` when the last state is out. */
  | { readonly do: 'pause' }
  /** To a consumer: the connection breaks. */
  | { readonly do: 'cut' }
  /** To a consumer: leave, forget all, and connect again. */
  | { readonly do: 'renew' };

const count = z.int().min(0);

/** A copy as a reader sees it. */
const copy = z.object({
  pair: count,
  status: z.enum(['live', 'stale', 'missing']),
  reason: z.string().optional(),
  epoch: count.optional(),
  stream: count.optional(),
  seq: count.optional(),
  /** The number of the publication, as the time of its analysis. */
  publication: count,
  digest: z.string(),
});

/** What the processes tell, a line each. */
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), port: count, epoch: count.optional() }),
  /** Before a producer publishes: the digest of each selection. */
  z.object({ type: z.literal('publishing'), pair: count, publication: count, digests: z.array(z.string()) }),
  z.object({ type: z.literal('paused'), publications: z.array(count) }),
  z.object({
    type: z.literal('streams'),
    streams: z.array(z.object({ stream: count, pair: count, seq: count, rows: count, tail: count.optional() })),
    sessions: z.array(z.object({ queuedBytes: count, pendingFrames: count })),
  }),
  /** A copy that changed. */
  z.object({ type: z.literal('shown'), whole: z.boolean(), ...copy.shape }),
  z.object({ type: z.literal('copies'), copies: z.array(copy) }),
  z.object({ type: z.literal('connected') }),
  z.object({ type: z.literal('disconnected'), reason: z.string(), attempt: count, retryInMs: z.number() }),
  z.object({ type: z.literal('condition'), pair: count, condition: z.string(), reason: z.string() }),
  z.object({ type: z.literal('resync'), pair: count, why: z.string(), reason: z.string() }),
  z.object({ type: z.literal('trouble'), reason: z.string() }),
  z.object({ type: z.literal('renewed') }),
  /** Bytes resident, bytes of the heap and of arrays that are in use, and milliseconds of CPU since the start. */
  z.object({ type: z.literal('usage'), rss: count, held: count, cpuMs: z.number() }),
]);

export type Line = z.output<typeof line>;
export type LineOf<Type extends Line['type']> = Extract<Line, { readonly type: Type }>;
export type CopyReport = z.output<typeof copy>;

/** Throws where it is no line of a peer. */
export function parseLine(text: string): Line {
  return line.parse(JSON.parse(text));
}

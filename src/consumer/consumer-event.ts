import type { AnyFrame } from '../frame/index.ts';
import type { Pair, PairKey, TimestampMs } from '../market/index.ts';
import type { SocketEnd } from './consumer-socket.ts';
import type { StreamCondition } from './streams/incoming-stream.ts';

/** A frame that changed at a consumer. */
export interface FrameUpdate {
  readonly producer: string;
  readonly key: PairKey;
  /** The whole copy as it is now. */
  readonly frame: AnyFrame;
  /** When the producer's analysis ended, by its clock. */
  readonly lastAnalyzed: TimestampMs;
  readonly change: 'replaced' | 'appended';
  /** How many of its last rows hold all that arrived. */
  readonly rows: number;
}

/** What happens on the connection to one producer. */
export type ConsumerEvent =
  | { readonly type: 'connected'; readonly producer: string }
  | {
      readonly type: 'disconnected';
      readonly producer: string;
      readonly cause: SocketEnd['cause'];
      readonly reason: string;
      readonly retryInMs: number;
      /** Attempts that failed in a row, this one included. */
      readonly attempt: number;
    }
  | { readonly type: 'whitelist'; readonly producer: string; readonly pairs: readonly Pair[] }
  | ({ readonly type: 'update' } & FrameUpdate)
  /** A frame that could not be joined to the copy, or taken at all, and how many rows were asked for instead. */
  | {
      readonly type: 'resync';
      readonly producer: string;
      readonly key: PairKey;
      readonly why: 'gap' | 'mismatch' | 'restart' | 'refused' | 'too-long';
      readonly reason: string;
      /** 0 where the producer knows how many those are. */
      readonly asked: number;
    }
  /** What a copy that comes by a stream is worth from now on. */
  | {
      readonly type: 'stream';
      readonly producer: string;
      readonly key: PairKey;
      readonly condition: StreamCondition | 'ended';
      /** Why it is not live. */
      readonly reason: string;
    }
  /** A Candlecast producer that should be heard regularly was not, though the connection stands: all copies are stale until it is. */
  | { readonly type: 'silent'; readonly producer: string; readonly reason: string }
  /** It is heard again, after so long. */
  | { readonly type: 'heard'; readonly producer: string; readonly silentMs: number }
  /** A message that could not be read, or that the producer refused with. */
  | { readonly type: 'trouble'; readonly producer: string; readonly reason: string }
  /** Any other of the producer's messages, for those who subscribed to them. */
  | {
      readonly type: 'announcement';
      readonly producer: string;
      readonly topic: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

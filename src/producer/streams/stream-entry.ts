import type { TimestampMs } from '../../market/index.ts';
import type { Timer } from '../../util/clock.ts';
import type { Rate } from '../../wire/index.ts';
import type { StreamHolder } from './stream-set.ts';
import type { Stream, StreamState } from './stream.ts';

/** What a session knows of one of its streams. */
export interface StreamEntry extends StreamHolder {
  readonly stream: Stream;
  rate: Rate;
  /** The last state that was handed to the socket; 0 where none was. */
  sent: number;
  /** That state, held where the stream may let go of it before the next one is sent. */
  base: StreamState | undefined;
  /** The version of the schema that the consumer knows; 0 for none. */
  schemaVersion: number;
  /** A newer state waits: for room, for its time, or for its turn. */
  isDue: boolean;
  sentAt: TimestampMs;
  /** When its snapshot was begun last. */
  begunAt: TimestampMs;
  /** Until the next state may be sent. */
  timer: Timer | undefined;
  /** What the last heartbeat said of it. */
  beat: { readonly seq: number; readonly now: number };
}

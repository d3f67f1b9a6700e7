import type { AnyFrame } from '../../frame/index.ts';
import type { PairKey } from '../../market/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { ConsumerControl } from '../../wire/index.ts';
import type { ConsumerEvent } from '../consumer-event.ts';
import type { ConsumerSettings } from '../consumer-options.ts';
import type { FrameStore } from '../frame-store.ts';
import { removeSignals } from '../signal-removal.ts';
import type { StreamListener } from './stream-receiver.ts';

/** Columns whose kind is open: none, since streams declare them. */
const determined: ReadonlySet<string> = new Set();

/** Keeps in a store what a receiver proves, marks there what it lacks, and tells of both. */
export function streamCopies(options: {
  readonly producer: string;
  readonly settings: ConsumerSettings;
  readonly store: FrameStore;
  readonly clock: Clock;
  readonly send: (control: ConsumerControl) => void;
  readonly emit: (event: ConsumerEvent) => void;
  readonly onFull: (key: PairKey) => void;
  readonly onUnreadable: (reason: string) => void;
  readonly onTooLarge: (reason: string) => void;
}): StreamListener {
  const { producer, settings, store, clock, send, emit, onFull, onUnreadable, onTooLarge } = options;
  const shown = (frame: AnyFrame) => {
    const rows = frame.tail(settings.maxRows);
    return settings.removeEntryExitSignals ? removeSignals(rows) : rows;
  };
  return {
    send,
    onUnreadable,
    onTooLarge,
    hasRoomFor(key) {
      const hasRoom = store.hasRoomFor(key);
      if (!hasRoom) onFull(key);
      return hasRoom;
    },
    onCopy(key, { frame: whole, lastAnalyzed, position, rows, whole: isWhole }) {
      const frame = shown(whole);
      store.put(key, { frame, lastAnalyzed, undetermined: determined, position }, clock.now());
      const change = isWhole ? 'replaced' : 'appended';
      emit({ type: 'update', producer, key, frame, lastAnalyzed, change, rows });
    },
    onCondition(key, condition, reason) {
      if (condition === 'live') store.confirm(key);
      else store.spoil(key, reason, { drop: condition === 'mismatched' });
      emit({ type: 'stream', producer, key, condition, reason });
    },
    onResync(key, why, reason) {
      emit({ type: 'resync', producer, key, why, reason, asked: 0 });
    },
  };
}

import { type Pair, pairKeyText } from '../market/index.ts';
import type { ProducerFrame } from '../strategy/index.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { ProducerRead } from './bot-data-provider.ts';
import type { BotEvent } from './bot-event.ts';
import { namedPairs } from './named-pairs.ts';

/** What the notes are made of. */
export interface ProducerFrameNotesParts {
  /** Which producers' frames each pair's last analysis read. */
  readonly reads: ReadonlyMap<Pair, readonly ProducerRead[]>;
  /** What a strategy that asks now gets. */
  readonly frameOf: (read: ProducerRead) => ProducerFrame;
  /** Whether a producer is known to be away, which its connection has told already. */
  readonly isAway: (producer: string) => boolean;
  readonly wallClock: Clock;
  readonly logger: Logger;
  readonly emit: (event: BotEvent) => void;
}

/** Between looks. A trouble is told when it stands at two in a row: frames that are on their way are none. */
const LOOK_MS = 2_000;

/** Frames that share producer, timeframe, status and reason. */
interface Note {
  readonly read: ProducerRead;
  readonly status: ProducerFrame['status'];
  readonly reason: string | undefined;
  readonly pairs: Pair[];
}

/**
 * Tells when frames that a strategy reads are missing, out of date, or back: once for each change, summed up over the pairs. A
 * strategy does without such a frame, which is right and easily not noticed.
 */
export class ProducerFrameNotes {
  readonly #parts: ProducerFrameNotesParts;
  #told = new Map<string, string>();
  #seen = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(parts: ProducerFrameNotesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.wallClock.setTimer(() => {
      this.#look();
      this.start();
    }, LOOK_MS);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const seen = new Map<string, string>();
    const told = new Map<string, string>();
    const notes = new Map<string, Note>();
    for (const [id, read] of this.#distinctReads()) {
      const before = this.#told.get(id) ?? '';
      told.set(id, before);
      if (this.#parts.isAway(read.producer)) continue;
      const { status, reason } = stateOf(this.#parts.frameOf(read));
      const kind = status === 'live' ? '' : `${status} ${withoutParticulars(reason ?? '', read.key.pair)}`;
      seen.set(id, kind);
      if (kind === before || (kind !== '' && kind !== this.#seen.get(id))) continue;
      told.set(id, kind);
      addTo(notes, { read, status, reason, pairs: [] }, kind);
    }
    this.#told = told;
    this.#seen = seen;
    for (const note of notes.values()) this.#tell(note);
  }

  #distinctReads(): ReadonlyMap<string, ProducerRead> {
    const all = [...this.#parts.reads.values()].flat();
    return new Map(all.map((read) => [`${read.producer}|${pairKeyText(read.key)}|${read.columns.join()}`, read]));
  }

  #tell({ read: { producer, key }, status, reason, pairs }: Note): void {
    const { logger, emit } = this.#parts;
    const what = `the ${key.timeframe} frame of ${namedPairs(pairs)} from producer "${producer}"`;
    if (status === 'missing') logger.warn(`strategies go without ${what}: ${reason}`);
    else if (status === 'stale') logger.warn(`out of date: ${what}: ${reason}`);
    else logger.info(`up to date again: ${what}`);
    const { timeframe } = key;
    emit({ type: 'producer_frames', producer, timeframe, status, pairs, ...(reason === undefined ? {} : { reason }) });
  }
}

function stateOf(frame: ProducerFrame): Pick<Note, 'status' | 'reason'> {
  return { status: frame.status, reason: frame.reason };
}

function addTo(notes: Map<string, Note>, note: Note, kind: string): void {
  const { producer, key } = note.read;
  const group = `${producer}|${key.timeframe}|${kind}`;
  const known = notes.get(group) ?? note;
  known.pairs.push(key.pair);
  notes.set(group, known);
}

/** What stays the same from pair to pair and from candle to candle. */
function withoutParticulars(reason: string, pair: Pair): string {
  return reason.replaceAll(pair, 'pair').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
}

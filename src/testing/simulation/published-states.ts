import { type PairKey, pairKeyText } from '../../market/index.ts';
import type { Producer } from '../../producer/index.ts';
import { type PlainFrame, projected } from './plain-frame.ts';

/** The number of a state: of which stream, in which run of the producer. */
export interface StateNumber {
  readonly epoch: number;
  readonly stream: number;
  readonly seq: number;
}

/** A state of a stream as it was published. */
export interface PublishedState {
  readonly keyText: string;
  readonly publishedMs: number;
  /** Whether its last row was a candle that the state before lacked. */
  readonly newCandle: boolean;
  /** The part of the published frame that the stream is of. */
  readonly frame: () => PlainFrame;
}

interface Newest {
  readonly frame: PlainFrame;
  readonly publishedMs: number;
  readonly newCandle: boolean;
}

/** What one producer has published, by the numbers that it gave: the truth that copies are compared with. */
export class PublishedStates {
  readonly #states = new Map<string, PublishedState>();
  /** The last number noted of each stream. */
  readonly #noted = new Map<string, number>();
  readonly #newest = new Map<string, Newest>();

  /** The newest frame of a key; undefined where there is none, or no longer. */
  newest(key: PairKey): PlainFrame | undefined {
    return this.#newest.get(pairKeyText(key))?.frame;
  }

  /** Notes a frame that was handed to the producer. */
  published(key: PairKey, newest: Newest): void {
    this.#newest.set(pairKeyText(key), newest);
  }

  /** Notes that the producer has a frame no longer. */
  withdrawn(key: PairKey): void {
    this.#newest.delete(pairKeyText(key));
  }

  /** The producer ended, and its frames with it. What was published stays known. */
  ended(): void {
    this.#noted.clear();
    this.#newest.clear();
  }

  /**
   * Notes the numbers that the producer gives its frames as they are now. To be called after each moment at which it may have counted.
   *
   * @throws RangeError where a stream counted more than one state on, or back.
   */
  noteStreams(producer: Producer): void {
    for (const { stream, epoch, key, columns, tail, seq } of producer.streams) {
      const streamText = `${epoch}/${stream}`;
      const noted = this.#noted.get(streamText);
      if (noted === seq) continue;
      if (noted !== undefined && seq !== noted + 1) {
        throw new RangeError(`stream ${streamText} of ${pairKeyText(key)} counted from ${noted} to ${seq}`);
      }
      this.#noted.set(streamText, seq);
      const keyText = pairKeyText(key);
      const newest = this.#newest.get(keyText);
      if (newest === undefined) continue;
      const { publishedMs, newCandle } = newest;
      let part: PlainFrame | undefined;
      const frame = () => (part ??= projected(newest.frame, { columns, tail }));
      this.#states.set(`${streamText}/${seq}`, { keyText, publishedMs, newCandle, frame });
    }
  }

  /** The state of this number; undefined for one that there never was. */
  find({ epoch, stream, seq }: StateNumber): PublishedState | undefined {
    return this.#states.get(`${epoch}/${stream}/${seq}`);
  }
}

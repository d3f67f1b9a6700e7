import { emptyFrame } from '../frame/index.ts';
import {
  type AnalyzedFrame,
  type CandleType,
  type Pair,
  type PairKey,
  type Timeframe,
  pairKeyText,
} from '../market/index.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { type Logger, silentLogger } from '../util/logger.ts';
import {
  closeCodes,
  encodeMessage,
  type EventTopic,
  type MessageSocket,
  type MessageSocketEvents,
  type RowRange,
  selectRows,
} from '../wire/index.ts';
import { changedRows } from './changed-rows.ts';
import { EncodedFrames } from './encoded-frames.ts';
import { type ProducerLimits, type ProducerOptions, producerLimits } from './producer-options.ts';
import { Session, type SessionSource } from './session.ts';

/** Which frames a producer has besides its limits. */
export interface ProducerSettings extends ProducerOptions {
  /** Of the frames that a request for a pair is answered with, before any is published. */
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** One consumer's connection, for status. */
export interface SessionStatus {
  readonly remote: string;
  readonly topics: readonly string[];
  readonly queuedBytes: number;
  readonly pendingFrames: number;
}

const encoder = new TextEncoder();
const encode = (...message: Parameters<typeof encodeMessage>) => encoder.encode(encodeMessage(...message));

/**
 * Broadcasts analyzed frames to every consumer that is attached and answers their requests, in freqtrade's messages. Knows no
 * sockets: whoever accepts them passes each to `attach`.
 *
 * After an analysis only the rows that differ from what was published before are sent: the newest one as a rule, and all rows
 * from the first rewritten one on where a strategy changed the past.
 */
export class Producer {
  readonly #limits: ProducerLimits;
  readonly #settings: ProducerSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #sessions = new Set<Session>();
  readonly #frames = new Map<string, AnalyzedFrame>();
  readonly #encoded: EncodedFrames;
  readonly #source: SessionSource;
  #whitelist: readonly Pair[] = [];
  #closed = false;

  constructor(settings: ProducerSettings) {
    this.#settings = settings;
    this.#limits = producerLimits(settings);
    this.#clock = settings.clock ?? systemClock;
    this.#logger = settings.logger ?? silentLogger;
    this.#encoded = new EncodedFrames(this.#limits.cacheBytes);
    this.#source = {
      keysOf: (pair) => this.#keysOf(pair),
      frameMessage: (key, rows) => this.#frameMessage(key, rows),
      whitelistMessage: () => encode({ type: 'whitelist', pairs: this.#whitelist }),
      exceptionMessage: (reason) => encode({ type: 'exception', reason }),
    };
  }

  /** Takes a consumer's socket; what it receives goes to the returned handlers. */
  attach(socket: MessageSocket): MessageSocketEvents {
    const session: Session = new Session(socket, this.#source, {
      limits: this.#limits,
      clock: this.#clock,
      logger: this.#logger,
      onClosed: () => this.#sessions.delete(session),
    });
    if (this.#closed) session.close(closeCodes.serviceRestart, 'the producer is stopping');
    else this.#sessions.add(session);
    this.#logger.info('consumer connected', { remote: socket.remote, consumers: this.#sessions.size });
    return session;
  }

  /**
   * Publishes a pair's frame as it is after an analysis. Its first column set `date` must be ascending.
   *
   * @param options.newCandle whether its last row is a candle that was not there before, which is announced as `new_candle`.
   * @returns how many of its last rows went out.
   */
  publish(analyzed: AnalyzedFrame, options: { readonly newCandle: boolean }): number {
    const { key, frame, lastAnalyzed } = analyzed;
    const keyText = pairKeyText(key);
    const rows = changedRows(this.#frames.get(keyText)?.frame, frame);
    this.#frames.set(keyText, analyzed);
    this.#encoded.forget(keyText);
    if (this.#sessions.size === 0) return rows;

    const firstRow = frame.length - rows;
    const message = encode({ type: 'analyzed_df', key, frame: frame.tail(rows), lastAnalyzed }, { firstRow });
    for (const session of this.#sessions) session.deliver('analyzed_df', message, key);
    if (options.newCandle) {
      const announcement = encode({ type: 'new_candle', key });
      for (const session of this.#sessions) session.deliver('new_candle', announcement);
    }
    return rows;
  }

  /** Sets the pairs that consumers are told of, and tells them if they changed. Frames of pairs that left are dropped. */
  setWhitelist(pairs: readonly Pair[]): void {
    const unchanged = pairs.length === this.#whitelist.length && pairs.every((pair, i) => pair === this.#whitelist[i]);
    if (unchanged) return;
    this.#whitelist = [...pairs];
    const kept = new Set<string>(pairs);
    for (const [keyText, { key }] of this.#frames) {
      if (kept.has(key.pair)) continue;
      this.#frames.delete(keyText);
      this.#encoded.forget(keyText);
    }
    const message = this.#source.whitelistMessage();
    for (const session of this.#sessions) session.deliver('whitelist', message);
  }

  /** Sends one of freqtrade's flat messages (`status`, `entry`, `exit`, …) to those who subscribed to its type. */
  announce(type: EventTopic, fields: Readonly<Record<string, unknown>>): void {
    const message = encode({ type, fields });
    for (const session of this.#sessions) session.deliver(type, message);
  }

  /** The pairs that consumers are told of. */
  get whitelist(): readonly Pair[] {
    return this.#whitelist;
  }

  /** Who is connected, and how far behind each is. */
  get sessions(): readonly SessionStatus[] {
    return [...this.#sessions].map((session) => ({
      remote: session.socket.remote,
      topics: [...session.topics],
      queuedBytes: session.socket.bufferedBytes,
      pendingFrames: session.pendingFrames,
    }));
  }

  /** Closes every connection with 1012, on which consumers come back later, and takes no more. */
  close(): void {
    this.#closed = true;
    for (const session of this.#sessions) session.close(closeCodes.serviceRestart, 'the producer is stopping');
  }

  /** The frame of the main timeframe, there or not, then the pair's other ones. */
  #keysOf(pair: Pair | null): readonly PairKey[] {
    const { timeframe, candleType } = this.#settings;
    const known = [...this.#frames.values()].map(({ key }) => key);
    return (pair === null ? this.#whitelist : [pair]).flatMap((name) => {
      const others = known.filter((key) => key.pair === name && key.timeframe !== timeframe);
      others.unshift({ pair: name, timeframe, candleType });
      return others;
    });
  }

  #frameMessage(key: PairKey, rows: RowRange): Uint8Array {
    const keyText = pairKeyText(key);
    const analyzed = this.#frames.get(keyText);
    if (analyzed === undefined) return encode({ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed: 0 });
    return this.#encoded.get(keyText, JSON.stringify(rows), () => {
      const frame = selectRows(analyzed.frame, rows);
      return encode({ ...analyzed, type: 'analyzed_df', frame }, { firstRow: analyzed.frame.length - frame.length });
    });
  }
}

import { type AnyFrame, emptyFrame, shareMemory } from '../frame/index.ts';
import {
  type AnalyzedFrame,
  type CandleType,
  isPair,
  type Pair,
  type PairKey,
  type Timeframe,
  pairKeyText,
} from '../market/index.ts';
import { type Clock, systemClock, type Timer } from '../util/clock.ts';
import { type Logger, silentLogger } from '../util/logger.ts';
import { wholeMegabytes } from '../util/megabytes.ts';
import { hostOf, isTold, PeerCounts } from '../util/widening-notes.ts';
import {
  closeCodes,
  type ConsumerAccess,
  DATE_COLUMN,
  encodeMessage,
  type EventTopic,
  type MessageSocket,
  MOST_COLUMNS_OF_A_STREAM,
  type MessageSocketEvents,
  type RowRange,
  selectRows,
  WHOLE_FRAME_ROWS,
  wholeFrame,
} from '../wire/index.ts';
import { changedRows } from './changed-rows.ts';
import { EncodedFrames } from './encoded-frames.ts';
import { firstCopyFrame } from './first-copy.ts';
import { publishableFrame } from './publishable-frame.ts';
import { badOption, type ProducerLimits, type ProducerOptions, producerLimits } from './producer-options.ts';
import { type ProducerCounts, ProducerRecord, type SessionStatus, sessionStatus } from './producer-status.ts';
import { haveSameBytes } from './same-bytes.ts';
import { Session, type SessionSource } from './session.ts';
import { StreamSet, type StreamStatus } from './streams/stream-set.ts';

/** Which frames a producer has besides its limits. */
export interface ProducerSettings extends ProducerOptions {
  /** Of the frames that a request for a pair is answered with, before any is published. */
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  /** A number of 32 bits that no other run of this producer has. Default: a random one. */
  readonly epoch?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Names of columns that are remembered as told of. */
const MOST_TOLD = 1000;

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
  readonly #record = new ProducerRecord();
  readonly #frames = new Map<string, AnalyzedFrame>();
  /** The same as they came: those of a strategy that goes on in its memory are recognised by it. */
  readonly #given = new Map<string, AnyFrame>();
  readonly #encoded: EncodedFrames;
  readonly #streams: StreamSet;
  #heartbeat: Timer | undefined;
  #whitelist: readonly Pair[] = [];
  readonly #toldLeftOut = new Set<string>();
  readonly #leftForLength = new PeerCounts();
  #closed = false;

  /** @throws ProducerError PRODUCER_BAD_OPTION. */
  constructor(settings: ProducerSettings) {
    this.#settings = settings;
    this.#limits = producerLimits(settings);
    this.#clock = settings.clock ?? systemClock;
    this.#logger = settings.logger ?? silentLogger;
    this.#encoded = new EncodedFrames(this.#limits.cacheBytes);
    if (settings.epoch !== undefined && settings.epoch >>> 0 !== settings.epoch) {
      throw badOption('epoch', 'an unsigned integer of 32 bits', settings.epoch);
    }
    const epoch = settings.epoch ?? crypto.getRandomValues(new Uint32Array(1))[0];
    this.#streams = new StreamSet(epoch, { limits: this.#limits, clock: this.#clock });
  }

  /** What one who may have so much can ask for. */
  #sourceFor(access: ConsumerAccess): SessionSource {
    const { mayHavePair } = access;
    return {
      keysOf: (pair) => this.#keysOf(pair).filter((key) => mayHavePair?.(key.pair) !== false),
      frameMessage: (key, rows) => this.#frameMessage(key, rows, access),
      firstCopyMessage: (key) => this.#firstCopyMessage(key, access),
      isShortWhole: (key, rows) => this.#isShortWhole(key, rows),
      whitelistMessage: () => this.#whitelistMessage(access),
      exceptionMessage: (reason) => encode({ type: 'exception', reason }),
      streamableFrames: () => [...this.#frames.values()].filter(({ frame }) => isStreamable(frame)),
      frameCount: () => this.#frames.size,
    };
  }

  /**
   * Takes a consumer's socket; what it receives goes to the returned handlers. Closes it at once where there is no room for it.
   *
   * @param access what the consumer may have. Default: everything.
   */
  attach(socket: MessageSocket, access: ConsumerAccess = {}): MessageSocketEvents {
    const session: Session = new Session(socket, this.#sourceFor(access), {
      access,
      streams: this.#streams,
      limits: this.#limits,
      clock: this.#clock,
      logger: this.#logger,
      onStreaming: () => {
        this.#heartbeat ??= this.#nextHeartbeat();
      },
      onClosed: (code) => this.#onClosed(session, code),
    });
    if (this.#closed) {
      session.close(closeCodes.serviceRestart, 'the producer is stopping');
      return session;
    }
    if (this.#sessions.size >= this.#limits.mostConsumers) {
      this.#record.turnedAway += 1;
      this.#logger.warn('no room for a consumer', { remote: socket.remote, consumers: this.#sessions.size });
      session.close(
        closeCodes.tryAgainLater,
        `${this.#limits.mostConsumers} consumers are connected, the most there may be`,
      );
      return session;
    }
    this.#sessions.add(session);
    this.#record.consumers += 1;
    this.#logger.info('consumer connected', { remote: socket.remote, consumers: this.#sessions.size });
    return session;
  }

  #nextHeartbeat(): Timer {
    return this.#clock.setTimer(() => {
      for (const session of this.#sessions) session.heartbeat();
      this.#heartbeat = this.#needsHeartbeat() ? this.#nextHeartbeat() : undefined;
    }, this.#limits.heartbeatMs);
  }

  #needsHeartbeat(): boolean {
    return !this.#closed && [...this.#sessions].some(({ streams }) => streams !== undefined);
  }

  #onClosed(session: Session, code: number): void {
    if (this.#sessions.delete(session)) this.#record.keep(session);
    if (!this.#needsHeartbeat()) this.#endHeartbeat();
    if (code !== closeCodes.messageTooBig) return;
    const { socket, longestBytes } = session;
    // A stock consumer comes back and leaves again for ever, without a word of its own.
    if (!isTold(this.#leftForLength.add(hostOf(socket.remote)))) return;
    const megabytes = wholeMegabytes(longestBytes);
    this.#logger.warn(
      `a consumer left, since a message was longer than its message_size_limit; set it to ${megabytes} or more there, or publish fewer columns`,
      { remote: socket.remote, longest_bytes: longestBytes },
    );
  }

  /**
   * Publishes a pair's frame as it is after an analysis.
   *
   * @param options.newCandle whether its last row is a candle that was not there before, which is announced as `new_candle`.
   * @returns how many of its last rows went out.
   * @throws ProducerError PRODUCER_BAD_FRAME where its column `date` does not ascend.
   */
  publish(analyzed: AnalyzedFrame, options: { readonly newCandle: boolean }): number {
    const { key, lastAnalyzed } = analyzed;
    const keyText = pairKeyText(key);
    const published = publishableFrame(key, analyzed.frame, this.#given.get(keyText));
    if (published.leftOut.length > 0) this.#tellLeftOut(key, published.leftOut);
    // A bad key or time throws, before anything is kept.
    encode({ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed });
    const before = this.#frames.get(keyText)?.frame;
    const given = this.#given.get(keyText);
    const frame =
      before === undefined
        ? published.frame
        : shareMemory(before, published.frame, { haveSameBytes, ...(given === undefined ? {} : { given }) });
    const rows = changedRows(before, frame);
    const kept = { key, frame, lastAnalyzed };
    this.#frames.set(keyText, kept);
    this.#record.published += 1;
    this.#given.set(keyText, published.frame);
    this.#encoded.forget(keyText);
    this.#publishStates(kept, before, options.newCandle);
    this.#broadcast(kept, rows, options.newCandle);
    return rows;
  }

  #publishStates(analyzed: AnalyzedFrame, before: AnyFrame | undefined, newCandle: boolean): void {
    if (!isStreamable(analyzed.frame)) return this.#streams.end(analyzed.key);
    this.#streams.advance(analyzed, newCandle);
    if (before !== undefined && isStreamable(before)) return;
    for (const session of this.#sessions) session.onFrame(analyzed);
  }

  #broadcast({ key, frame, lastAnalyzed }: AnalyzedFrame, rows: number, newCandle: boolean): void {
    const firstRow = frame.length - rows;
    // The same bytes for all who may have the same.
    const messages = new Map<ConsumerAccess['columns'], Uint8Array>();
    for (const session of this.#sessions) {
      if (!session.takesRows || !mayHave(session, key.pair)) continue;
      const { columns } = session.access;
      const part = () => allowedColumns(frame.tail(rows), session.access);
      const message =
        messages.get(columns) ?? encode({ type: 'analyzed_df', key, frame: part(), lastAnalyzed }, { firstRow });
      messages.set(columns, message);
      session.deliver('analyzed_df', message, key);
    }
    if (!newCandle) return;
    const announcement = encode({ type: 'new_candle', key });
    for (const session of this.#sessions) if (mayHave(session, key.pair)) session.deliver('new_candle', announcement);
  }

  /** Tells the strategy's author, once a column. */
  #tellLeftOut(key: PairKey, columns: readonly string[]): void {
    const untold = columns.filter((name) => !this.#toldLeftOut.has(name));
    if (untold.length === 0) return;
    // Names come from strategies, which have few; a strategy that makes them up is told of again and again.
    if (this.#toldLeftOut.size > MOST_TOLD) this.#toldLeftOut.clear();
    for (const name of untold) this.#toldLeftOut.add(name);
    this.#logger.warn(
      `columns left out, since they are of kind int and hold other values, or a text of more than 16,384 characters, or their names are longer than 200: ${untold.map((name) => name.slice(0, 200)).join(', ')}`,
      {
        pair: key.pair,
        timeframe: key.timeframe,
      },
    );
  }

  /**
   * Sets the pairs that consumers are told of, and tells them if they changed. Frames of pairs that left are dropped.
   *
   * @throws WireError WIRE_BAD_PAIR, and leaves all as it was.
   */
  setWhitelist(pairs: readonly Pair[]): void {
    const before = this.#whitelist;
    if (pairs.length === before.length && pairs.every((pair, i) => pair === before[i])) return;
    encode({ type: 'whitelist', pairs });
    this.#whitelist = [...pairs];
    const kept = new Set<string>(pairs);
    const left = new Set<string>(before.filter((pair) => !kept.has(pair)));
    for (const [keyText, { key }] of this.#frames) {
      if (!left.has(key.pair)) continue;
      this.#frames.delete(keyText);
      this.#given.delete(keyText);
      this.#encoded.forget(keyText);
      this.#streams.end(key);
      for (const session of this.#sessions) session.forget(key);
    }
    const all = this.#whitelistMessage({});
    for (const session of this.#sessions) {
      const { access } = session;
      session.deliver('whitelist', access.mayHavePair === undefined ? all : this.#whitelistMessage(access));
    }
  }

  #whitelistMessage({ mayHavePair }: ConsumerAccess): Uint8Array {
    const pairs = mayHavePair === undefined ? this.#whitelist : this.#whitelist.filter((pair) => mayHavePair(pair));
    return encode({ type: 'whitelist', pairs });
  }

  /** Sends one of freqtrade's flat messages (`status`, `entry`, `exit`, …) to those who subscribed to its type. */
  announce(type: EventTopic, fields: Readonly<Record<string, unknown>>): void {
    const message = encode({ type, fields });
    const { pair } = fields;
    for (const session of this.#sessions) {
      if (typeof pair !== 'string' || !isPair(pair) || mayHave(session, pair)) session.deliver(type, message);
    }
  }

  /** The pairs that consumers are told of. */
  get whitelist(): readonly Pair[] {
    return this.#whitelist;
  }

  /** Who is connected, what each was sent, and how far behind it is. */
  get sessions(): readonly SessionStatus[] {
    return [...this.#sessions].map(sessionStatus);
  }

  /** What was published and sent since the producer began. */
  get counts(): ProducerCounts {
    return this.#record.countsWith(this.#sessions);
  }

  /** The parts of frames that Candlecast consumers get, and the newest state of each. */
  get streams(): readonly StreamStatus[] {
    return this.#streams.status;
  }

  /** Closes every connection with 1012, on which consumers come back later, and takes no more. */
  close(): void {
    this.#closed = true;
    this.#endHeartbeat();
    for (const session of this.#sessions) session.close(closeCodes.serviceRestart, 'the producer is stopping');
  }

  #endHeartbeat(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = undefined;
  }

  /**
   * For each pair the frame of the main timeframe, there or not, then its other ones. All pairs are those of the whitelist, and
   * after them those that only informative frames are of.
   */
  #keysOf(pair: Pair | null): readonly PairKey[] {
    const { timeframe, candleType } = this.#settings;
    const wanted = new Map((pair === null ? this.#whitelist : [pair]).map((name) => [name, [] as PairKey[]]));
    for (const [name, keys] of wanted) keys.push({ pair: name, timeframe, candleType });
    const main = new Set([...wanted.values()].flat().map(pairKeyText));
    for (const [keyText, { key }] of this.#frames) {
      if (main.has(keyText)) continue;
      const ofPair = wanted.get(key.pair);
      if (ofPair !== undefined) ofPair.push(key);
      else if (pair === null) wanted.set(key.pair, [key]);
    }
    return [...wanted.values()].flat();
  }

  #frameMessage(key: PairKey, rows: RowRange, access: ConsumerAccess): Uint8Array {
    const keyText = pairKeyText(key);
    const analyzed = this.#frames.get(keyText);
    if (analyzed === undefined) return encode({ type: 'analyzed_df', key, frame: emptyFrame, lastAnalyzed: 0 });
    return this.#encoded.get(keyText, `${JSON.stringify(rows)} ${columnsText(access)}`, () => {
      const frame = allowedColumns(selectRows(analyzed.frame, rows), access);
      return encode({ ...analyzed, type: 'analyzed_df', frame }, { firstRow: analyzed.frame.length - frame.length });
    });
  }

  #firstCopyMessage(key: PairKey, access: ConsumerAccess): Uint8Array {
    const analyzed = this.#frames.get(pairKeyText(key));
    if (analyzed === undefined) return this.#frameMessage(key, wholeFrame, access);
    return this.#encoded.get(pairKeyText(key), `first copy ${columnsText(access)}`, () =>
      encode({ ...analyzed, type: 'analyzed_df', frame: firstCopyFrame(allowedColumns(analyzed.frame, access)) }),
    );
  }

  #isShortWhole(key: PairKey, rows: RowRange): boolean {
    const frame = this.#frames.get(pairKeyText(key))?.frame;
    if (frame === undefined || frame.length === 0 || frame.length >= WHOLE_FRAME_ROWS) return false;
    return selectRows(frame, rows).length === frame.length;
  }
}

/** A frame without times has no states to be numbered. */
function isStreamable(frame: AnyFrame): boolean {
  return frame.kind(DATE_COLUMN) === 'timestamp' && frame.names.length <= MOST_COLUMNS_OF_A_STREAM;
}

function mayHave({ access }: Session, pair: Pair): boolean {
  return access.mayHavePair?.(pair) !== false;
}

function allowedColumns(frame: AnyFrame, { columns }: ConsumerAccess): AnyFrame {
  if (columns === undefined) return frame;
  return frame.select(frame.names.filter((name) => name === DATE_COLUMN || columns.has(name)));
}

function columnsText({ columns }: ConsumerAccess): string {
  return columns === undefined ? 'all' : JSON.stringify([...columns].sort());
}

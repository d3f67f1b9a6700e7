import { type AnalyzedFrame, isPair, type Pair, type PairKey, type TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { listText } from '../util/list-text.ts';
import type { Logger } from '../util/logger.ts';
import { isTold } from '../util/widening-notes.ts';
import {
  closeCodes,
  type ConsumerAccess,
  type ConsumerControl,
  decodeRequest,
  type MessageSocket,
  type MessageSocketEvents,
  type Request,
  type RowRange,
  type StreamSubscription,
  type Topic,
} from '../wire/index.ts';
import { type AnswerSource, FrameAnswers } from './frame-answers.ts';
import type { ProducerLimits } from './producer-options.ts';
import { noStreamCounts, type SessionCounts, sumOfStreamCounts } from './producer-status.ts';
import { RequestRate } from './request-rate.ts';
import type { StreamSet } from './streams/stream-set.ts';
import { StreamSession } from './streams/stream-session.ts';

/** What a session asks of its producer, for one who may have so much. All messages are encoded. */
export interface SessionSource extends AnswerSource {
  /** The frames that answer a request for one pair, or for all of the whitelist. */
  keysOf(pair: Pair | null): readonly PairKey[];
  whitelistMessage(): Uint8Array;
  /** Every frame that can be sent as a stream. */
  streamableFrames(): readonly AnalyzedFrame[];
  frameCount(): number;
}

const MOST_NAMES = 10;
const MOST_OF_A_NAME = 60;

/**
 * One consumer's connection: its topics, its requests, and how far behind it is. A consumer that does not read costs bounded
 * memory.
 */
export class Session implements MessageSocketEvents {
  readonly socket: MessageSocket;
  readonly access: ConsumerAccess;
  /** When it began. */
  readonly since: TimestampMs;
  readonly #source: SessionSource;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onStreaming: () => void;
  readonly #onClosed: (code: number) => void;
  readonly #streamSet: StreamSet;
  readonly #requestRate: RequestRate;
  readonly #whenSent = () => this.#onSent();

  #topics: ReadonlySet<Topic> = new Set();
  #isCandlecast = false;
  /** Of a consumer that takes frames as streams. */
  #streams: StreamSession | undefined;
  readonly #answers: FrameAnswers;
  #behindSince: number | undefined;
  #whitelistDue = false;
  #dropped = 0;
  #longestBytes = 0;
  #messages = 0;
  #bytes = 0;
  /** Of streams that were given up. */
  #earlier = noStreamCounts;
  #closedAs: number | undefined;
  #refusedInARow = 0;
  #refused = 0;
  /** From when we close it, or it closed, nothing is sent any more. */
  #ended = false;
  #closed = false;

  constructor(
    socket: MessageSocket,
    source: SessionSource,
    environment: {
      access: ConsumerAccess;
      streams: StreamSet;
      limits: ProducerLimits;
      clock: Clock;
      logger: Logger;
      /** It takes frames as streams from now on. */
      onStreaming: () => void;
      onClosed: (code: number) => void;
    },
  ) {
    this.socket = socket;
    this.access = environment.access;
    this.since = environment.clock.now();
    this.#streamSet = environment.streams;
    this.#requestRate = new RequestRate(environment.limits.requestsPerSecond);
    this.#source = source;
    this.#limits = environment.limits;
    this.#clock = environment.clock;
    this.#logger = environment.logger;
    this.#onStreaming = environment.onStreaming;
    this.#onClosed = environment.onClosed;
    const target = {
      remote: socket.remote,
      hasRoom: () => this.#hasRoom(),
      mayLackCopies: () => this.#mayLackCopies(),
      send: (message: Uint8Array) => this.#send(message),
    };
    this.#answers = new FrameAnswers(source, target, environment);
  }

  get topics(): ReadonlySet<Topic> {
    return this.#topics;
  }

  /** Frames that wait to be sent. */
  get pendingFrames(): number {
    return this.#answers.waiting + (this.#streams?.waiting ?? 0);
  }

  /** The streams of a consumer that takes frames so. */
  get streams(): StreamSession | undefined {
    return this.#streams;
  }

  /** Whether it is sent the rows that are new as messages of freqtrade. */
  get takesRows(): boolean {
    return this.#streams === undefined && this.#topics.has('analyzed_df') && !this.#ended;
  }

  /** Since when it has not read what was queued; undefined where it reads. */
  get behindSince(): TimestampMs | undefined {
    return this.#behindSince;
  }

  /** The code with which it was closed from here; undefined where it was not. */
  get closedAs(): number | undefined {
    return this.#closedAs;
  }

  /** What was sent so far. */
  get counts(): SessionCounts {
    const ofStreams = sumOfStreamCounts(this.#earlier, this.#streams?.counts ?? noStreamCounts);
    return { ...ofStreams, messages: this.#messages, bytes: this.#bytes };
  }

  /** The length of the longest message that was sent. */
  get longestBytes(): number {
    return this.#longestBytes;
  }

  onMessage(text: string): void {
    if (this.#ended) return;
    const outcome = decodeRequest(text);
    if (outcome.status === 'refused') return this.#refuse(outcome.reason);
    const { request } = outcome;
    // Acknowledgements come as fast as what they acknowledge.
    const isFree = request.type === 'candlecast' && request.control.type === 'ack';
    // A subscription goes through every frame.
    const cost = request.type === 'subscribe' ? 1 + this.#source.frameCount() : 1;
    if (!isFree && !this.#requestRate.take(this.#clock.now(), cost))
      return this.#refuse('too many requests; ask later');
    const refused = this.#refused;
    this.#answer(request);
    if (this.#refused === refused) this.#refusedInARow = 0;
  }

  onBinary(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#refuse(`expected JSON text, found a binary frame of ${bytes.length} bytes`);
  }

  onClose(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#logger.info('consumer gone', { remote: this.socket.remote, code, reason: reason || undefined });
    this.#onClosed(code);
  }

  /** Sends what is new, if it was subscribed to. `key` is that of the frame which the message is a part of. */
  deliver(topic: Topic, message: Uint8Array, key?: PairKey): void {
    if (!this.#topics.has(topic) || this.#ended) return;
    const isBehind = this.#isBehind();
    if (this.#ended) return;
    // The waiting frame will hold this row.
    if (key !== undefined && this.#answers.noteNews(key)) return;
    if (!isBehind) return this.#send(message);
    if (key !== undefined) this.#answers.addInPlaceOfNews(key);
    else if (topic === 'whitelist') this.#whitelistDue = true;
    else this.#dropped += 1;
  }

  /** Takes up the stream of a frame that was not there before. */
  onFrame(analyzed: AnalyzedFrame): void {
    if (this.#topics.has('analyzed_df')) this.#streams?.onFrame(analyzed);
  }

  /** Tells a Candlecast consumer what it may have lost. To be called once a `heartbeatMs`. */
  heartbeat(): void {
    if (this.#streams === undefined || this.#ended) return;
    // Closes one that has been behind for too long.
    this.#isBehind();
    if (!this.#ended) this.#streams.heartbeat();
  }

  /** Notes that a frame is no more. */
  forget(key: PairKey): void {
    this.#answers.forget(key);
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#closedAs = code;
    this.#end();
    this.socket.close(code, reason);
  }

  #end(): void {
    this.#ended = true;
    this.#answers.close();
    this.#streams?.close();
  }

  #answer(request: Request): void {
    switch (request.type) {
      case 'subscribe':
        return this.#subscribe(request);
      case 'whitelist':
        return this.#mayHave('whitelist') ? this.#sendWhitelist() : undefined;
      case 'analyzed_df':
        return this.#mayHave('analyzed_df') ? this.#requestFrames(request.pair, request.rows) : undefined;
      case 'candlecast':
        return this.#onControl(request.control);
    }
  }

  #subscribe({ topics, unknownTopics, candlecast }: Request & { readonly type: 'subscribe' }): void {
    const { topics: allowed } = this.access;
    const given = topics.filter((topic) => allowed?.has(topic) !== false);
    this.#isCandlecast = candlecast !== undefined;
    // An empty list is ignored, as stock producers do.
    if (topics.length > 0) this.#topics = new Set(given);
    this.#logger.debug('subscribed', { remote: this.socket.remote, topics: given.join(' ') });
    if (candlecast?.status === 'subscription') this.#stream(candlecast.subscription);
    // One that is refused changes nothing.
    else if (candlecast?.status === 'refused') this.#refuse(candlecast.reason);
    else this.#endStreams();
    if (unknownTopics.length > 0) this.#refuse(`unknown topic ${named(unknownTopics)}`);
    const withheld = topics.filter((topic) => !given.includes(topic));
    if (withheld.length > 0) this.#refuse(notIncluded(withheld));
  }

  /** Whether the token includes a topic; where not, that is told. */
  #mayHave(topic: Topic): boolean {
    const isIncluded = this.access.topics?.has(topic) !== false;
    if (!isIncluded) this.#refuse(notIncluded([topic]));
    return isIncluded;
  }

  #stream(subscription: StreamSubscription): void {
    this.#streams ??= new StreamSession(
      {
        hasRoom: () => this.#hasRoom(),
        sendText: (message) => this.#send(message),
        sendBinary: (message) => this.#sendBinary(message),
        refuse: (reason) => this.#refuse(reason),
      },
      {
        streams: this.#streamSet,
        frames: () => (this.#topics.has('analyzed_df') ? this.#source.streamableFrames() : []),
        access: this.access,
        limits: this.#limits,
        clock: this.#clock,
      },
    );
    this.#onStreaming();
    this.#streams.subscribe(subscription);
  }

  #endStreams(): void {
    if (this.#streams === undefined) return;
    this.#streams.close();
    this.#earlier = sumOfStreamCounts(this.#earlier, this.#streams.counts);
    this.#streams = undefined;
  }

  #onControl(control: ConsumerControl): void {
    if (this.#streams === undefined) return this.#refuse('there are no streams; subscribe to some first');
    if (!this.#streams.onControl(control)) this.#refuse('an acknowledgement of bytes that were not sent');
  }

  #sendWhitelist(): void {
    if (this.#isBehind()) this.#whitelistDue = true;
    else this.#send(this.#source.whitelistMessage());
  }

  #requestFrames(pair: string | null, rows: RowRange): void {
    if (pair !== null && !isPair(pair)) return this.#refuse(`expected a pair such as BTC/USDT, found ${named([pair])}`);
    const isFull = this.#source.keysOf(pair).some((key) => !this.#answers.add({ key, rows, byName: pair !== null }));
    this.#answers.awaitTurn();
    if (isFull) this.#refuse(`too many requests: ${this.#answers.waiting} frames wait to be sent; ask again later`);
  }

  #refuse(reason: string): void {
    this.#refusedInARow += 1;
    this.#refused += 1;
    const { mostRefused } = this.#limits;
    const fields = { remote: this.socket.remote, reason, refused: this.#refused };
    // A client that goes on does not fill the log.
    if (isTold(this.#refused)) this.#logger.warn('refused a message', fields);
    else this.#logger.debug('refused a message', fields);
    if (this.#refusedInARow > mostRefused) {
      this.close(closeCodes.policyViolation, `more than ${mostRefused} bad messages in a row`);
    } else if (!this.#isBehind()) this.#send(this.#source.exceptionMessage(reason));
  }

  /** A Candlecast consumer takes a short frame for what it is. Who is not subscribed asks for frames to look at them. */
  #mayLackCopies(): boolean {
    return !this.#isCandlecast && this.#topics.has('analyzed_df');
  }

  #hasRoom(): boolean {
    return this.socket.bufferedBytes < this.#limits.softLimitBytes;
  }

  #send(message: Uint8Array): void {
    if (this.#ended) return;
    this.#longestBytes = Math.max(this.#longestBytes, message.length);
    this.#count(message);
    this.socket.sendText(message, this.#whenSent);
  }

  #sendBinary(message: Uint8Array): void {
    if (this.#ended) return;
    this.#count(message);
    this.socket.sendBinary(message, this.#whenSent);
  }

  #count({ length }: Uint8Array): void {
    this.#messages += 1;
    this.#bytes += length;
  }

  #onSent(): void {
    if (this.#ended) return;
    if (this.#behindSince !== undefined && this.#hasRoom()) this.#catchUp();
    this.#answers.awaitTurn();
    if (this.#streams !== undefined && this.#hasRoom()) this.#streams.onRoom();
  }

  #catchUp(): void {
    this.#logger.info('consumer caught up', {
      remote: this.socket.remote,
      frames: this.#answers.waiting,
      events_lost: this.#dropped,
    });
    this.#behindSince = undefined;
    this.#dropped = 0;
    if (!this.#whitelistDue) return;
    this.#whitelistDue = false;
    this.#send(this.#source.whitelistMessage());
  }

  /** Past the hard limit (of streams the soft one, since nothing of theirs is queued past it), and until what was queued is read. Closes one that has been so for too long. */
  #isBehind(): boolean {
    const { softLimitBytes, hardLimitBytes } = this.#limits;
    const most = this.#streams === undefined ? hardLimitBytes : softLimitBytes;
    if (this.#behindSince === undefined && this.socket.bufferedBytes < most) return false;
    const now = this.#clock.now();
    if (this.#behindSince === undefined) {
      this.#behindSince = now;
      this.#logger.warn('consumer reads slowly', {
        remote: this.socket.remote,
        queued_bytes: this.socket.bufferedBytes,
      });
    } else if (now < this.#behindSince) {
      // The clock was set back.
      this.#behindSince = now;
    } else if (now - this.#behindSince > this.#limits.drainTimeoutMs) {
      const seconds = Math.round(this.#limits.drainTimeoutMs / 1000);
      const reason = `did not read what was queued within ${seconds} s`;
      // It may never read why: the close frame stands behind all else.
      this.#logger.warn(`consumer closed: it ${reason}`, { remote: this.socket.remote, code: closeCodes.tooSlow });
      this.close(closeCodes.tooSlow, reason);
    }
    return true;
  }
}

function notIncluded(topics: readonly Topic[]): string {
  return `the token does not include the topic ${named(topics)}`;
}

/** Names that a consumer sent, for an answer and the log: neither may grow with what it sends. */
function named(names: readonly string[]): string {
  const shown = names.map((name) => JSON.stringify(name.slice(0, MOST_OF_A_NAME)));
  return listText(shown, MOST_NAMES);
}

import type { Clock, Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { Random } from '../util/random.ts';
import { isTold } from '../util/widening-notes.ts';
import { MOST_ROWS_BY_LIMIT, type Topic, type Want } from '../wire/index.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { ConsumerSettings, ProducerAddress } from './consumer-options.ts';
import { ConsumerSession } from './consumer-session.ts';
import type { ConsumerSocket, OpenSocket, SocketEnd } from './consumer-socket.ts';
import { explainEnd } from './explain-end.ts';
import type { FrameStore } from './frame-store.ts';
import type { TooLongMessage } from './message-sieve.ts';
import { producerUrl } from './producer-url.ts';
import { retryDelayMs } from './retry-delay.ts';
import { SilenceWatch } from './silence-watch.ts';
import { StreamReceiver } from './streams/stream-receiver.ts';
import { TooLongFrames } from './too-long-frames.ts';
import { TooLongNotes } from './too-long-notes.ts';

/** An open connection that brings so many unreadable messages in a row is not a producer. */
const MOST_UNREADABLE = 20;

/** A connection that lasted so long had worked: what ended it is likely to pass. */
const STABLE_MS = 5_000;

/** What a connection needs from its surroundings. */
export interface ConnectionEnvironment {
  readonly settings: ConsumerSettings;
  readonly store: FrameStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly openSocket: OpenSocket;
  readonly emit: (event: ConsumerEvent) => void;
  /** Topics besides the needed ones. */
  readonly topics?: readonly Topic[];
}

/** One attempt, from opening a socket to its end. */
interface Link {
  socket: ConsumerSocket | undefined;
  /** From when it is open until we close it. */
  session: ConsumerSession | undefined;
  openedAt: number;
  watch: SilenceWatch | undefined;
  /** Since when the producer should have been heard, and was not. */
  silentSince: number | undefined;
  /** Why we closed it. */
  end: SocketEnd | undefined;
}

/**
 * Keeps connected to one producer for ever: opens the socket, runs a session on it, notices silence, and comes back after every
 * end, sooner where the connection had worked, later and later where it never does.
 */
export class ProducerConnection {
  readonly address: ProducerAddress;
  readonly #env: ConnectionEnvironment;
  /** Events of any other link come from the past and are not heard. */
  #link: Link | undefined;
  #retry: Timer | undefined;
  #attempt = 0;
  /** What to ask of all at first; fewer and fewer where a message was too long and cannot be told which. */
  #rows: number;
  readonly #tooLong = new TooLongFrames();
  readonly #tooLongNotes: TooLongNotes;
  /** What came by streams outlives the connection, so that the next one goes on from there. */
  readonly #streams: StreamReceiver;
  #want: readonly Want[] | undefined;
  #stopped = true;
  #silences = 0;
  /** All that was read, over all connections. */
  readonly received = { messages: 0, bytes: 0 };

  constructor(address: ProducerAddress, environment: ConnectionEnvironment) {
    this.address = address;
    this.#env = environment;
    const { settings, clock, emit } = environment;
    this.#rows = settings.initialCandleLimit;
    this.#want = address.want ?? settings.want;
    this.#streams = new StreamReceiver({ clock, limits: settings.streamLimits });
    this.#tooLongNotes = new TooLongNotes({
      clock,
      mostBytes: settings.messageSizeLimitBytes,
      tell: (reason) => emit({ type: 'trouble', producer: address.name, reason }),
    });
  }

  get connected(): boolean {
    return this.#link?.session !== undefined && this.#link.end === undefined;
  }

  /** How frames come; undefined until the producer has shown it. */
  get mode(): 'streams' | 'rows' | undefined {
    return this.connected ? this.#link?.session?.mode : undefined;
  }

  /** How often the producer is to be heard, in milliseconds; undefined where it need not be. */
  get heartbeatMs(): number | undefined {
    return this.connected ? this.#link?.session?.heartbeatMs : undefined;
  }

  /** What came by streams, over all connections. */
  get streams(): StreamReceiver {
    return this.#streams;
  }

  /** Wants other frames, or other parts of them, from now on; undefined for what the settings say. */
  setWant(want: readonly Want[] | undefined): void {
    this.#want = want ?? this.#env.settings.want;
    if (this.connected) this.#link?.session?.setWant(this.#want);
  }

  /** Begins to connect. Does nothing where that has begun. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#open();
  }

  /** Ends the connection for good: nothing is told any more, and no timer is left. */
  stop(): void {
    this.#stopped = true;
    this.#attempt = 0;
    this.#retry?.cancel();
    this.#tooLongNotes.stop();
    const link = this.#link;
    this.#link = undefined;
    link?.watch?.stop();
    link?.session?.end();
    link?.socket?.close();
    this.#streams.interrupt('the consumer has stopped');
    this.#env.store.setOffline('the consumer has stopped');
  }

  #open(): void {
    const link: Link = {
      socket: undefined,
      session: undefined,
      openedAt: 0,
      watch: undefined,
      silentSince: undefined,
      end: undefined,
    };
    this.#link = link;
    const whileCurrent = (act: () => void) => {
      if (this.#link === link) act();
    };
    const { wsToken, ca, fingerprint } = this.address;
    const target = {
      url: producerUrl(this.address),
      wsToken,
      ca,
      fingerprint,
      mostBytes: this.#env.settings.messageSizeLimitBytes,
    };
    try {
      link.socket = this.#env.openSocket(target, {
        onOpen: () => whileCurrent(() => this.#onOpen(link)),
        onMessage: (text) =>
          whileCurrent(() => this.#onMessage(link, text.length, (session) => session.onMessage(text))),
        onBinary: (bytes) =>
          whileCurrent(() => this.#onMessage(link, bytes.length, (session) => session.onBinary(bytes))),
        onTooLong: (message) => whileCurrent(() => this.#onTooLong(link, message)),
        onPong: () => whileCurrent(() => link.watch?.heard()),
        onProgress: () => whileCurrent(() => link.watch?.heard()),
        onClosed: (end) => whileCurrent(() => this.#onClosed(link, end)),
      });
    } catch (error) {
      this.#onClosed(link, { cause: 'unreachable', reason: messageOf(error) });
    }
  }

  #onOpen(link: Link): void {
    const { settings, store, clock, emit, topics, logger } = this.#env;
    const { name: producer, host, port } = this.address;
    link.openedAt = clock.now();
    link.watch = new SilenceWatch({
      clock,
      waitTimeoutMs: settings.waitTimeoutMs,
      pingTimeoutMs: settings.pingTimeoutMs,
      ping: () => {
        link.socket?.ping();
        this.#onSilence(link);
      },
      onDead: () => this.#closeLink(link, `no answer to a ping within ${settings.pingTimeoutMs / 1000} s`),
    });
    link.session = new ConsumerSession({
      producer,
      settings,
      store,
      clock,
      firstRows: this.#firstRows(),
      tooLong: this.#tooLong,
      tooLongNotes: this.#tooLongNotes,
      streams: this.#streams,
      ...(this.#want === undefined ? {} : { want: this.#want }),
      ...(topics === undefined ? {} : { topics }),
      send: (text) => link.socket?.send(text),
      emit: (event) => {
        if (this.#link === link) emit(event);
      },
    });
    link.watch.start();
    link.session.start();
    store.setOnline();
    logger.info('connected to producer', { producer, address: `${host}:${port}` });
    emit({ type: 'connected', producer });
  }

  #onMessage(link: Link, bytes: number, pass: (session: ConsumerSession) => void): void {
    const { session, watch } = link;
    if (session === undefined || link.end !== undefined) return;
    watch?.heard();
    this.received.messages += 1;
    this.received.bytes += bytes;
    if (link.silentSince !== undefined) this.#onHeard(link, link.silentSince);
    // Whoever hears of it may stop the connection.
    if (this.#link !== link) return;
    const { heartbeatMs } = session;
    pass(session);
    if (session.heartbeatMs !== heartbeatMs) watch?.expect(session.heartbeatMs);
    this.#closeIfUnreadable(link, session, 'that could not be read');
  }

  /** A producer that tells of itself regularly does not: what is held of it may be old, whether it is gone or held up. */
  #onSilence(link: Link): void {
    const heartbeatMs = link.session?.heartbeatMs;
    if (heartbeatMs === undefined || link.silentSince !== undefined || this.#link !== link || link.end !== undefined) {
      return;
    }
    const { clock, store, emit, logger } = this.#env;
    const { name: producer } = this.address;
    link.silentSince = clock.now() - (link.watch?.silentMs ?? 0);
    const reason = `producer "${producer}" is silent: it should be heard every ${heartbeatMs / 1000} s, and was not for ${Math.round((clock.now() - link.silentSince) / 100) / 10} s`;
    store.setSilent(reason);
    this.#silences += 1;
    if (isTold(this.#silences)) logger.warn(reason, { producer, silences: this.#silences });
    else logger.debug(reason, { producer });
    emit({ type: 'silent', producer, reason });
  }

  #onHeard(link: Link, silentSince: number): void {
    const { clock, store, emit } = this.#env;
    link.silentSince = undefined;
    store.setSilent(undefined);
    emit({ type: 'heard', producer: this.address.name, silentMs: clock.now() - silentSince });
  }

  #closeIfUnreadable(link: Link, { unreadable }: ConsumerSession, how: string): void {
    if (unreadable < MOST_UNREADABLE || this.#link !== link) return;
    this.#closeLink(link, `it sent ${unreadable} messages in a row ${how}`);
  }

  #onTooLong(link: Link, message: TooLongMessage): void {
    const { session, watch } = link;
    if (session === undefined || link.end !== undefined) return;
    watch?.heard();
    const passed = session.onTooLong(message);
    // Whoever hears of it may stop the connection.
    if (this.#link !== link) return;
    if (passed === 'unknown') this.#closeLink(link, 'a message was too long', 'too-long');
    else if (passed === 'no-message') this.#closeLink(link, 'it sent what can be no message');
    else this.#closeIfUnreadable(link, session, 'that were too long or could not be read; see message_size_limit');
  }

  #firstRows(): number {
    const { pairs, keys } = this.#env.store;
    const fitting = this.#tooLong.rowsOfAll(pairs, keys);
    if (fitting === undefined) return this.#rows;
    return this.#rows === 0 ? fitting : Math.min(fitting, this.#rows);
  }

  /** Closes the socket, whose end follows, and listens no more. */
  #closeLink(link: Link, reason: string, cause: SocketEnd['cause'] = 'closed'): void {
    link.end = { cause, reason };
    link.watch?.stop();
    link.session?.end();
    this.#streams.interrupt(reason);
    this.#env.store.setOffline(this.#offlineText(reason));
    link.socket?.close();
  }

  #onClosed(link: Link, ended: SocketEnd): void {
    const end = link.end ?? ended;
    const { settings, clock, random, store } = this.#env;
    const wasStable = link.session?.unreadable === 0 && clock.now() - link.openedAt >= STABLE_MS;
    link.watch?.stop();
    link.session?.end();
    this.#streams.interrupt(end.reason);
    this.#link = undefined;
    this.#attempt = wasStable ? 1 : this.#attempt + 1;
    const isSmaller = end.cause === 'too-long' && this.#halveRows();
    const reason = explainEnd(end, this.address, { settings, rows: this.#rows, isSmaller });
    const { sleepTimeMs } = settings;
    const soon = wasStable || isSmaller;
    const waitMs = retryDelayMs({ attempt: this.#attempt, sleepTimeMs, soon, random });
    const retryInMs = Math.max(waitMs, end.retryAfterMs ?? 0);
    store.setOffline(this.#offlineText(reason));
    // Before it is told, for whoever hears of it may stop the connection.
    this.#retry = clock.setTimer(() => this.#open(), retryInMs);
    this.#tell(end.cause, reason, retryInMs);
  }

  /** Halves the rows to ask of all; where all were asked for, halves what a producer gives at most. Not below one. */
  #halveRows(): boolean {
    const before = this.#rows === 0 ? MOST_ROWS_BY_LIMIT : Math.min(this.#rows, MOST_ROWS_BY_LIMIT);
    this.#rows = Math.max(1, Math.floor(before / 2));
    return this.#rows < before;
  }

  #tell(cause: SocketEnd['cause'], reason: string, retryInMs: number): void {
    const { logger, emit } = this.#env;
    const { name: producer } = this.address;
    const fields = { producer, attempt: this.#attempt, retry_in_s: Math.round(retryInMs / 100) / 10 };
    // A producer that is away for a week does not fill the log.
    if (isTold(this.#attempt)) logger.warn(`no connection to producer: ${reason}`, fields);
    else logger.debug(`no connection to producer: ${reason}`, fields);
    emit({ type: 'disconnected', producer, cause, reason, retryInMs, attempt: this.#attempt });
  }

  #offlineText(reason: string): string {
    return `producer "${this.address.name}" is not connected: ${reason}`;
  }
}

import type { Clock, Timer } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { Random } from '../util/random.ts';
import type { Topic } from '../wire/index.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import type { ConsumerSettings, ProducerAddress } from './consumer-options.ts';
import { ConsumerSession } from './consumer-session.ts';
import type { ConsumerSocket, OpenSocket, SocketEnd } from './consumer-socket.ts';
import type { FrameStore } from './frame-store.ts';

/** Where freqtrade's message websocket is. */
const MESSAGE_PATH = '/api/v1/message/ws';

/** The longest wait between attempts, in sleep times. */
const WIDEST_SLEEP = 6;

/** An open connection that brings so many unreadable messages in a row is not a producer. */
const MOST_UNREADABLE = 20;

/** A connection that lasted so long had worked: what ended it is likely to pass. */
const STABLE_MS = 5_000;

/** The first attempt after a connection that worked comes within this time. */
const SOON_MS = 1_000;

/** Fewer rows than this are not asked for, however small the size limit. */
const FEWEST_ROWS = 1;

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

/**
 * Keeps connected to one producer for ever: opens the socket, runs a session on it, notices silence, and comes back after every
 * end, sooner where the connection had worked, later and later where it never does.
 */
export class ProducerConnection {
  readonly address: ProducerAddress;
  readonly #env: ConnectionEnvironment;
  #socket: ConsumerSocket | undefined;
  #session: ConsumerSession | undefined;
  #silence: Timer | undefined;
  #retry: Timer | undefined;
  #attempt = 0;
  #openedAt = 0;
  #rows: number;
  #lastReason = '';
  #stopped = true;

  constructor(address: ProducerAddress, environment: ConnectionEnvironment) {
    this.address = address;
    this.#env = environment;
    this.#rows = environment.settings.initialCandleLimit;
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  /** Begins to connect. Does nothing where that has begun. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#open();
  }

  /** Ends the connection for good. */
  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#silence?.cancel();
    this.#socket?.close();
    this.#env.store.setOffline('the consumer has stopped');
  }

  #open(): void {
    const { host, port, secure, wsToken } = this.address;
    const hostPart = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const url = `${secure ? 'wss' : 'ws'}://${hostPart}:${port}${MESSAGE_PATH}`;
    const socket = this.#env.openSocket(
      { url, wsToken, mostBytes: this.#env.settings.messageSizeLimitBytes },
      {
        onOpen: () => this.#onOpen(socket),
        onMessage: (text) => this.#onMessage((session) => session.onMessage(text)),
        onBinary: (bytes) => this.#onMessage((session) => session.onBinary(bytes)),
        onPong: () => this.#listen(),
        onClosed: (end) => this.#onClosed(end),
      },
    );
    this.#socket = socket;
  }

  #onOpen(socket: ConsumerSocket): void {
    const { settings, store, clock, emit, topics, logger } = this.#env;
    const { name } = this.address;
    this.#openedAt = clock.now();
    this.#session = new ConsumerSession({
      producer: name,
      settings,
      store,
      clock,
      initialRows: this.#rows,
      ...(topics === undefined ? {} : { topics }),
      send: (text) => socket.send(text),
      emit,
    });
    store.setOffline(undefined);
    logger.info('connected to producer', { producer: name, address: this.#addressText() });
    emit({ type: 'connected', producer: name });
    this.#listen();
    this.#session.start();
  }

  #onMessage(pass: (session: ConsumerSession) => void): void {
    const session = this.#session;
    if (session === undefined || this.#stopped) return;
    this.#listen();
    pass(session);
    if (session.unreadable >= MOST_UNREADABLE) this.#socket?.close();
  }

  /** Waits for the next sign of life: a message, or else the answer to a ping. */
  #listen(): void {
    const { clock, settings } = this.#env;
    this.#silence?.cancel();
    this.#silence = clock.setTimer(() => {
      this.#socket?.ping();
      this.#silence = clock.setTimer(() => {
        this.#lastReason = `no answer to a ping within ${settings.pingTimeoutMs / 1000} s`;
        this.#socket?.close();
      }, settings.pingTimeoutMs);
    }, settings.waitTimeoutMs);
  }

  #onClosed(end: SocketEnd): void {
    const wasStable = this.#session?.unreadable === 0 && this.#env.clock.now() - this.#openedAt >= STABLE_MS;
    if (wasStable) this.#attempt = 0;
    this.#silence?.cancel();
    this.#session = undefined;
    this.#socket = undefined;
    if (this.#stopped) return;
    if (end.cause === 'too-long') this.#rows = fewerRows(this.#rows);
    const reason = this.#explain(end);
    this.#lastReason = '';
    this.#attempt += 1;
    const retryInMs = this.#retryDelay(wasStable || end.cause === 'too-long');
    this.#env.store.setOffline(`producer "${this.address.name}" is not connected: ${reason}`);
    this.#tell(reason, retryInMs);
    this.#retry = this.#env.clock.setTimer(() => this.#open(), retryInMs);
  }

  /** Soon after a connection that worked, for the producer may only restart; else in widening intervals. Always jittered. */
  #retryDelay(soon: boolean): number {
    const { settings, random } = this.#env;
    if (soon) return Math.min(SOON_MS, settings.sleepTimeMs) * random.next();
    const widening = Math.min(WIDEST_SLEEP, 1.5 ** (this.#attempt - 1));
    return settings.sleepTimeMs * widening * (0.75 + random.next() / 2);
  }

  #explain(end: SocketEnd): string {
    const where = this.#addressText();
    switch (end.cause) {
      case 'unreachable':
        return `nothing answers at ${where} (${end.reason}); is the producer running, with api_server enabled?`;
      case 'unauthorized':
        return `${where} refused the token; ws_token must be one of the producer's api_server.ws_token (${end.reason})`;
      case 'not-a-producer':
        return `${where} answers, but not with a message websocket (${end.reason})`;
      case 'too-long':
        return (
          `a message was longer than message_size_limit, ${this.#env.settings.messageSizeLimitBytes / 2 ** 20} MB; ` +
          `asking for ${this.#rows} rows next`
        );
      default:
        return this.#lastReason || end.reason;
    }
  }

  #tell(reason: string, retryInMs: number): void {
    const { logger, emit } = this.#env;
    const { name: producer } = this.address;
    emit({ type: 'disconnected', producer, reason, retryInMs, attempt: this.#attempt });
    // The first time, then at attempts 2, 4, 8, …: a producer that is away for a week does not fill the log.
    const isTold = (this.#attempt & (this.#attempt - 1)) === 0;
    const fields = { producer, attempt: this.#attempt, retry_in_s: Math.round(retryInMs / 100) / 10 };
    if (isTold) logger.warn(`no connection to producer: ${reason}`, fields);
    else logger.debug(`no connection to producer: ${reason}`, fields);
  }

  #addressText(): string {
    return `${this.address.host}:${this.address.port}`;
  }
}

/** Half as many as before; where all were asked for, half of what a producer gives at most. */
function fewerRows(rows: number): number {
  return Math.max(FEWEST_ROWS, Math.floor((rows === 0 ? 1500 : rows) / 2));
}

import type { Pair, PairKey, TimestampMs } from '../market/index.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import { type Logger, silentLogger } from '../util/logger.ts';
import { type Random, seededRandom } from '../util/random.ts';
import type { Topic, Want } from '../wire/index.ts';
import { ConnectionRecord, type ConnectionStatus, connectionStatus } from './connection-status.ts';
import { ConsumerError } from './consumer-error.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import { type ConsumerOptions, expectWant, type ProducerAddress, consumerSettings } from './consumer-options.ts';
import type { OpenSocket } from './consumer-socket.ts';
import { type CopyView, FrameStore } from './frame-store.ts';
import { ProducerConnection } from './producer-connection.ts';

/** What a consumer is built from. */
export interface ConsumerParts extends ConsumerOptions {
  readonly producers: readonly ProducerAddress[];
  readonly openSocket: OpenSocket;
  /** Hears of all that happens. What it throws is logged, and does not hold up the connection. */
  readonly onEvent: (event: ConsumerEvent) => void;
  /** Topics to subscribe to besides `whitelist` and `analyzed_df`; they arrive as `announcement`. */
  readonly topics?: readonly Topic[];
  /** Timeouts and ages go by it. */
  readonly clock?: Clock;
  /** Candles close by it; the same as `clock` but in compressed time. */
  readonly marketClock?: Clock;
  readonly logger?: Logger;
  /** Jitter of reconnects. */
  readonly random?: Random;
}

interface Connected {
  address: ProducerAddress;
  readonly store: FrameStore;
  readonly connection: ProducerConnection;
  readonly record: ConnectionRecord;
}

/** Copies of the frames of any number of producers, each under its name. */
export class Consumer {
  #producers: ReadonlyMap<string, Connected> = new Map();
  readonly #parts: ConsumerParts;
  readonly #clock: Clock;
  readonly #marketClock: Clock;
  #isStarted = false;

  /** @throws ConsumerError CONSUMER_DUPLICATE_PRODUCER, CONSUMER_BAD_OPTION. */
  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#marketClock = parts.marketClock ?? this.#clock;
    this.setProducers(parts.producers);
  }

  /**
   * Consumes these producers from now on. Those whose name, address and token stay keep their connection and copies; the others are
   * left, with their copies.
   *
   * @throws ConsumerError CONSUMER_DUPLICATE_PRODUCER, CONSUMER_BAD_OPTION; everything stays as it was then.
   */
  setProducers(addresses: readonly ProducerAddress[]): void {
    const producers = new Map<string, Connected>();
    const changed: [Connected, ProducerAddress][] = [];
    for (const address of addresses) {
      expectWant(address.want);
      if (producers.has(address.name)) {
        const message = `two producers are named "${address.name}"; each needs a name of its own`;
        throw new ConsumerError('CONSUMER_DUPLICATE_PRODUCER', message, { value: address.name });
      }
      const known = this.#producers.get(address.name);
      const stays = known !== undefined && isSameAddress(known.address, address);
      if (stays) changed.push([known, address]);
      // With another token it is the same producer: what is known of it stays until it speaks again.
      const isSameProducer = known?.address.host === address.host && known.address.port === address.port;
      producers.set(address.name, stays ? known : this.#connected(address, isSameProducer ? known.store : undefined));
    }
    const left = [...this.#producers.values()].filter((each) => producers.get(each.address.name) !== each);
    const joined = [...producers.values()].filter((each) => this.#producers.get(each.address.name) !== each);
    this.#producers = producers;
    for (const { connection } of left) connection.stop();
    for (const [known, address] of changed) {
      if (JSON.stringify(known.address.want) !== JSON.stringify(address.want)) known.connection.setWant(address.want);
      known.address = address;
    }
    if (this.#isStarted) for (const { connection } of joined) connection.start();
  }

  #connected(address: ProducerAddress, known: FrameStore | undefined): Connected {
    const parts = this.#parts;
    const settings = consumerSettings(parts);
    const logger = parts.logger ?? silentLogger;
    const store = known ?? new FrameStore(settings.mostFrames);
    const record = new ConnectionRecord(this.#clock, { mostFrames: settings.mostFrames, keys: () => store.keys });
    const connection = new ProducerConnection(address, {
      settings,
      store,
      clock: this.#clock,
      random: parts.random ?? seededRandom(`${address.name} ${this.#clock.now()}`),
      logger,
      openSocket: parts.openSocket,
      emit: (event) => {
        record.note(event);
        try {
          parts.onEvent(event);
        } catch (error) {
          logger.error(`what handles this consumer's events failed at "${event.type}": ${messageOf(error)}`);
        }
      },
      ...(parts.topics === undefined ? {} : { topics: parts.topics }),
    });
    return { address, store, connection, record };
  }

  /**
   * Wants other frames of a producer from now on, or other parts of them; the connection stays. Undefined for what the options say.
   * Nothing happens for a producer that was never named, and nothing changes at a stock one, which sends all.
   */
  setWant(name: string, want: readonly Want[] | undefined): void {
    expectWant(want);
    this.#producers.get(name)?.connection.setWant(want);
  }

  /** Connects to every producer, and stays so. */
  start(): void {
    this.#isStarted = true;
    for (const { connection } of this.#producers.values()) connection.start();
  }

  /** Leaves every producer. Copies stay readable, as stale. */
  stop(): void {
    this.#isStarted = false;
    for (const { connection, record } of this.#producers.values()) {
      connection.stop();
      record.stopped();
    }
  }

  get producerNames(): readonly string[] {
    return [...this.#producers.keys()];
  }

  /** Whether the connection to a producer stands. */
  isConnected(name: string): boolean {
    return this.#producers.get(name)?.connection.connected ?? false;
  }

  /** How the connection to a producer and the copies of its frames stand; undefined for a producer that was never named. */
  status(name: string): ConnectionStatus | undefined {
    const connected = this.#producers.get(name);
    if (connected === undefined) return undefined;
    const { store, record, connection } = connected;
    const time = this.#time();
    const streams = store.keys.map((key) => record.copyStatus(key, store.view(key, time)));
    return { producer: name, ...connectionStatus(connection, record, time.now), streams };
  }

  /** A producer's whitelist as last heard; empty for an unknown producer. */
  pairs(name: string): readonly Pair[] {
    return this.#producers.get(name)?.store.pairs ?? [];
  }

  /** Every frame of a producer of which something is known. */
  keys(name: string): readonly PairKey[] {
    return this.#producers.get(name)?.store.keys ?? [];
  }

  /** A producer's frame and what it is worth, or why there is none; undefined for a producer that was never named. */
  view(name: string, key: PairKey): CopyView | undefined {
    return this.#producers.get(name)?.store.view(key, this.#time());
  }

  #time(): { readonly now: TimestampMs; readonly market: TimestampMs } {
    return { now: this.#clock.now(), market: this.#marketClock.now() };
  }
}

function isSameAddress(left: ProducerAddress, right: ProducerAddress): boolean {
  return (
    left.host === right.host &&
    left.port === right.port &&
    left.secure === right.secure &&
    left.wsToken === right.wsToken &&
    left.ca === right.ca &&
    left.fingerprint === right.fingerprint
  );
}

import { Consumer, type ConsumerEvent, type ConsumerOptions } from '../../consumer/index.ts';
import { type PairKey, nextCandleOpen, pairKeyText } from '../../market/index.ts';
import { type Random, seededRandom } from '../../util/random.ts';
import type { Want } from '../../wire/index.ts';
import { CopyOracle } from './copy-oracle.ts';
import type { EventTrail } from './event-trail.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedProducer } from './simulated-producer.ts';
import { randomWants } from './wants.ts';

/** What a consumer follows of one producer. */
interface Following {
  readonly producer: SimulatedProducer;
  readonly oracle: CopyOracle;
  wants: readonly Want[] | undefined;
  /** When a message of it came last. */
  heardMs: number;
}

/** A consumer on the simulated network whose wants keep changing, which can be restarted, with an oracle for each of its producers. */
export class SimulatedConsumer {
  readonly name: string;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #network: SimulatedNetwork;
  readonly #trail: EventTrail;
  readonly #options: ConsumerOptions & { readonly maxRows: number };
  readonly #keys: readonly PairKey[];
  readonly #heartbeatMs: number;
  readonly #producers: readonly SimulatedProducer[];
  #following: ReadonlyMap<string, Following> = new Map();
  #consumer: Consumer | undefined;
  #firstWants: readonly Want[] | undefined;
  /** How often it was started. */
  #lives = 0;
  /** Events by their type, and resyncs by their reason. */
  readonly counts = new Map<string, number>();
  #comparedBefore = 0;
  /** What candles are judged by; see `#view`. */
  #marketMs = 0;
  /** When the newest candle of each copy closed. */
  readonly #closed = new Map<string, number>();

  constructor(options: {
    readonly name: string;
    readonly seed: number;
    readonly keys: readonly PairKey[];
    readonly producers: readonly SimulatedProducer[];
    readonly consumer: ConsumerOptions & { readonly maxRows: number };
    readonly heartbeatMs: number;
    readonly clock: SimulatedClock;
    readonly network: SimulatedNetwork;
    readonly trail: EventTrail;
  }) {
    this.name = options.name;
    this.#clock = options.clock;
    this.#random = seededRandom(`${options.name} ${options.seed}`);
    this.#network = options.network;
    this.#trail = options.trail;
    this.#options = options.consumer;
    this.#keys = options.keys;
    this.#heartbeatMs = options.heartbeatMs;
    this.#producers = options.producers;
  }

  /** Copies that were compared with what was published. */
  get compared(): number {
    return [...this.#following.values()].reduce((sum, { oracle }) => sum + oracle.compared, this.#comparedBefore);
  }

  /** Starts it with some wants, the same towards all of its producers. */
  start(): void {
    const wants = randomWants(this.#random, this.#keys);
    this.#firstWants = wants;
    this.#lives += 1;
    const consumer = new Consumer({
      producers: this.#producers.map(({ name }) => ({ name, host: name, port: 8080, wsToken: 'secret' })),
      openSocket: this.#network.opener(this.name),
      onEvent: (event) => this.#onEvent(event),
      clock: this.#clock,
      // Candles come here when the plan says so; none is ever late.
      marketClock: {
        now: () => this.#marketMs,
        setTimer: (callback, delayMs) => this.#clock.setTimer(callback, delayMs),
      },
      random: seededRandom(`${this.name} ${this.#lives} ${this.#random.next()}`),
      ...(wants === undefined ? {} : { want: wants }),
      ...this.#options,
    });
    this.#consumer = consumer;
    this.#following = new Map(
      this.#producers.map((producer) => {
        const { name, published } = producer;
        const view = (key: PairKey) => this.#view(consumer, name, key);
        const oracle = new CopyOracle({
          producer: name,
          keys: this.#keys,
          view,
          published,
          heartbeatMs: this.#heartbeatMs,
          maxRows: this.#options.maxRows,
        });
        return [name, { producer, oracle, wants, heardMs: this.#clock.now() }];
      }),
    );
    this.#trail.note(`${this.name} starts and wants ${wantsText(wants)}`);
    consumer.start();
  }

  /** Stops it, and forgets all of it. */
  stop(): void {
    this.#trail.note(`${this.name} stops`);
    this.#comparedBefore = this.compared;
    this.#consumer?.stop();
    this.#consumer = undefined;
    this.#following = new Map();
  }

  /** Wants something else of one of its producers from now on. */
  changeWants(): void {
    const following = [...this.#following.values()].at(this.#random.below(this.#producers.length));
    if (following === undefined || this.#consumer === undefined) return;
    const { name } = following.producer;
    // Without wants of its own a producer has those that the consumer was started with.
    const wants = this.#random.below(5) === 0 ? undefined : (randomWants(this.#random, this.#keys) ?? [{}]);
    following.wants = wants ?? this.#firstWants;
    this.#trail.note(`${this.name} wants ${wantsText(following.wants)} of ${name}`);
    this.#consumer.setWant(name, wants);
  }

  /** Notes that a message of this producer came. */
  heard(address: string): void {
    for (const following of this.#following.values()) {
      if (following.producer.address === address) following.heardMs = this.#clock.now();
    }
  }

  /**
   * What is wrong with what a reader sees, if anything is.
   *
   * @param address of the one producer whose copies may have changed; all unless told.
   */
  faultNow(promptMs: number | undefined, address?: string): string | undefined {
    const now = this.#clock.now();
    return this.#first(({ oracle, producer, heardMs, wants }) => {
      if (address !== undefined && producer.address !== address) return undefined;
      return oracle.faultNow(now, { silentMs: now - heardMs, promptMs, wants });
    });
  }

  /** Whether a frame changed after it was given out. */
  changedFrame(): string | undefined {
    return this.#first(({ oracle }) => oracle.changedFrame());
  }

  /** What is not yet as it should be when nothing goes wrong any more. */
  notConverged(options: { readonly rates: boolean }): string | undefined {
    return this.#first(({ oracle, wants }) => oracle.notConverged(wants, options));
  }

  #first(fault: (following: Following) => string | undefined): string | undefined {
    for (const following of this.#following.values()) {
      const found = fault(following);
      if (found !== undefined) return `${this.name}: ${found}`;
    }
    return undefined;
  }

  /** A copy at the moment when its newest candle closed. */
  #view(consumer: Consumer, producer: string, key: PairKey): ReturnType<Consumer['view']> {
    const name = `${producer} ${pairKeyText(key)}`;
    this.#marketMs = this.#closed.get(name) ?? 0;
    const held = consumer.view(producer, key);
    if (held === undefined || held.status === 'missing' || held.frame.length === 0) return held;
    const closedMs = nextCandleOpen(Number(held.frame.last('date')), key.timeframe);
    if (closedMs === this.#marketMs) return held;
    this.#closed.set(name, closedMs);
    this.#marketMs = closedMs;
    return consumer.view(producer, key);
  }

  #onEvent(event: ConsumerEvent): void {
    const kind = event.type === 'resync' ? `resync: ${event.why}` : event.type;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const text = eventText(event);
    if (text !== undefined) this.#trail.note(`${this.name}: ${event.producer} ${text}`);
  }
}

function wantsText(wants: readonly Want[] | undefined): string {
  return wants === undefined ? 'all' : JSON.stringify(wants);
}

function eventText(event: ConsumerEvent): string | undefined {
  switch (event.type) {
    case 'update':
      return undefined;
    case 'connected':
      return 'is connected';
    case 'disconnected':
      return `is not connected: ${event.reason}`;
    case 'resync':
      return `resync of ${pairKeyText(event.key)}, ${event.why}: ${event.reason}`;
    case 'stream':
      return `${pairKeyText(event.key)} is ${event.condition}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'trouble':
      return `trouble: ${event.reason}`;
    default:
      return event.type;
  }
}

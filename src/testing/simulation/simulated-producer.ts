import { type Pair, type PairKey, pairKeyText } from '../../market/index.ts';
import { Producer, type ProducerOptions } from '../../producer/index.ts';
import { type Random, seededRandom } from '../../util/random.ts';
import { ChangingFrame, type FrameChange } from './changing-frame.ts';
import type { EventTrail } from './event-trail.ts';
import { type BuiltFrame, builtAnew, builtOn } from './plain-frame.ts';
import { PublishedStates } from './published-states.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedNetwork } from './simulated-network.ts';

interface Followed {
  readonly key: PairKey;
  readonly frame: ChangingFrame;
  /** What was published last in this run of the producer. */
  built: BuiltFrame | undefined;
}

/** A producer on the simulated network with frames that keep changing, which can be restarted. It keeps what it published, for the oracle. */
export class SimulatedProducer {
  readonly name: string;
  readonly published = new PublishedStates();
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #network: SimulatedNetwork;
  readonly #trail: EventTrail;
  readonly #options: ProducerOptions;
  readonly #followed: readonly Followed[];
  #producer: Producer;
  #whitelist: readonly Pair[];
  #isRunning = true;
  /** Frames that were published. */
  publications = 0;

  constructor(options: {
    readonly name: string;
    readonly seed: number;
    readonly keys: readonly PairKey[];
    readonly mostRows: number;
    readonly hasLongTexts: boolean;
    readonly producer: ProducerOptions;
    readonly clock: SimulatedClock;
    readonly network: SimulatedNetwork;
    readonly trail: EventTrail;
  }) {
    const { name, seed, keys, mostRows, hasLongTexts, clock } = options;
    this.name = name;
    this.#clock = clock;
    this.#random = seededRandom(`${name} ${seed}`);
    this.#network = options.network;
    this.#trail = options.trail;
    this.#options = options.producer;
    const random = this.#random;
    this.#followed = keys.map((key) => {
      const { timeframe } = key;
      const frame = new ChangingFrame({ random, timeframe, startMs: clock.now(), mostRows, hasLongTexts });
      return { key, frame, built: undefined };
    });
    this.#whitelist = this.#pairs;
    this.#producer = this.#begin();
  }

  /** By which consumers find it. */
  get address(): string {
    return `${this.name}:8080`;
  }

  get #pairs(): readonly Pair[] {
    return [...new Set(this.#followed.map(({ key }) => key.pair))];
  }

  /** Some frame changes and is published. */
  publishSome(): void {
    if (!this.#isRunning) return;
    const inWhitelist = this.#followed.filter(({ key }) => this.#whitelist.includes(key.pair));
    if (inWhitelist.length === 0) return;
    const followed = inWhitelist[this.#random.below(inWhitelist.length)];
    this.#publish(followed, followed.frame.change());
  }

  /** Every frame of the whitelist gets a new candle. */
  addCandles(): void {
    for (const followed of this.#followed) {
      if (this.#whitelist.includes(followed.key.pair)) this.#publish(followed, followed.frame.addCandle());
    }
  }

  /** A pair enters the whitelist or leaves it. */
  changeWhitelist(): void {
    if (!this.#isRunning) return;
    const pairs = this.#pairs;
    const pair = pairs[this.#random.below(pairs.length)];
    const isLeaving = this.#whitelist.includes(pair);
    this.#setWhitelist(isLeaving ? this.#whitelist.filter((each) => each !== pair) : [...this.#whitelist, pair]);
    if (isLeaving) return;
    for (const followed of this.#followed) {
      if (followed.key.pair === pair) this.#publish(followed, { what: 'entered', newCandle: true });
    }
  }

  #setWhitelist(pairs: readonly Pair[]): void {
    this.#trail.note(`${this.name}: the whitelist is ${pairs.join(' ')}`);
    this.noteStreams();
    for (const followed of this.#followed) {
      const { key } = followed;
      if (!this.#whitelist.includes(key.pair) || pairs.includes(key.pair)) continue;
      this.published.withdrawn(key);
      followed.built = undefined;
    }
    this.#whitelist = pairs;
    this.#producer.setWhitelist(pairs);
    this.noteStreams();
  }

  /** It stops: by itself, which its consumers are told, or killed, which its connections have to find out. */
  stop(how: 'closed' | 'killed'): void {
    this.#trail.note(`${this.name} is ${how}`);
    this.#network.listen(this.address, undefined);
    this.#isRunning = false;
    this.#producer.close();
    this.published.ended();
    for (const followed of this.#followed) followed.built = undefined;
  }

  /** It starts again, with another epoch and the pairs that it has by then. */
  start(): void {
    this.#whitelist = this.#pairs.filter(() => this.#random.below(5) > 0);
    this.#producer = this.#begin();
    this.#trail.note(`${this.name} starts`);
  }

  #begin(): Producer {
    const { timeframe, candleType } = this.#followed[0].key;
    this.#isRunning = true;
    const producer = new Producer({
      timeframe,
      candleType,
      clock: this.#clock,
      epoch: this.#random.below(2 ** 32),
      ...this.#options,
    });
    this.#producer = producer;
    producer.setWhitelist(this.#whitelist);
    this.#network.listen(this.address, (socket) => producer.attach(socket));
    for (const followed of this.#followed) {
      // A strategy's first analyses come one after the other: a consumer may be there before them.
      const isThere = this.#whitelist.includes(followed.key.pair) && this.#random.below(4) > 0;
      if (isThere) this.#publish(followed, { what: 'first', newCandle: true });
    }
    return producer;
  }

  /** Has the numbers of streams noted, with the frames that they stand for now. */
  noteStreams(): void {
    this.published.noteStreams(this.#producer);
  }

  #publish(followed: Followed, { what, newCandle }: FrameChange): void {
    const { key, frame } = followed;
    this.noteStreams();
    const { plain } = frame;
    const { built } = followed;
    followed.built = built === undefined || this.#random.below(2) === 0 ? builtAnew(plain) : builtOn(built, plain);
    this.published.published(key, { frame: plain, publishedMs: this.#clock.now(), newCandle });
    this.#producer.publish({ key, frame: followed.built.frame, lastAnalyzed: this.#clock.now() }, { newCandle });
    this.publications += 1;
    this.#trail.note(`${this.name} publishes ${pairKeyText(key)}: ${what}, ${plain.rows.length} rows`);
    this.noteStreams();
  }
}

import { yieldTurn } from '../../util/clock.ts';
import { messageOf } from '../../util/errors.ts';
import { type Random, seededRandom } from '../../util/random.ts';
import { Chaos } from './chaos.ts';
import { DivergenceError } from './divergence-error.ts';
import { EventTrail } from './event-trail.ts';
import { mayFail } from './may-fail.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedConsumer } from './simulated-consumer.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedProducer } from './simulated-producer.ts';
import { type SimulationPlan, simulationPlan } from './simulation-plan.ts';
import { consumerSetup, HEARTBEAT_MS, producerSetup } from './simulation-setup.ts';

/** What a run went through without a divergence. */
export interface SimulationReport {
  readonly seed: number;
  readonly virtualMs: number;
  readonly delivered: number;
  readonly publications: number;
  /** Copies that were compared with what was published, to the bit. */
  readonly compared: number;
  /** From the end of the faults until all was as it should be. */
  readonly settledMs: number;
  /** The consumers' events, by type, and their resyncs, by reason. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface SimulationOptions {
  /** Hears of all that happens, as lines. */
  readonly onEvent?: (line: string) => void;
  /** Whether text about streams is damaged too. It has no checksum, so what is still JSON then may be believed. Default false. */
  readonly damagesText?: boolean;
  /** Whether anything is damaged. Default true. */
  readonly damages?: boolean;
}

/** When the simulated time begins. */
const START_MS = Date.UTC(2026, 0, 5);
const EVENTS_SHOWN = 40;

/** After the last fault all must be as it should be within so long: half-open connections take a minute to be noticed. */
const MOST_SETTLING_MS = 180_000;
/** What was delayed or stalled before has arrived by then. */
const LEAST_SETTLING_MS = 10_000;
const LOOK_MS = 250;
/** Of publications on a network without faults. */
const CALM_MS = 5_000;
/** On which a state is seen within so long after it was published, or a heartbeat tells that it is on its way. */
const PROMPT_MS = HEARTBEAT_MS + 500;
/** For what is sent every so often at most, and the longest snapshots. */
const LAST_WAIT_MS = 30_000;

/**
 * Runs producers and consumers on a simulated network that fails in every way, all of it decided by the seed, and compares after each
 * delivered message what readers can see with what was published, to the bit. Afterwards nothing fails any more, and all must be the
 * newest.
 *
 * @throws DivergenceError where a reader could see what it should not, or something does not come to rest.
 */
export function runSimulation(seed: number, options: SimulationOptions = {}): SimulationReport {
  const running = new Simulation(seed, options).run();
  for (;;) {
    const { done, value } = running.next();
    if (done === true) return value;
  }
}

/**
 * The same, with a turn for promises between any two events: for runs in which something is awaited, such as compression. They must keep
 * to the simulated clock, or the run is another one each time.
 *
 * @throws DivergenceError as the promise's reason.
 */
export async function runSimulationInTurns(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const running = new Simulation(seed, options).run();
  for (;;) {
    const { done, value } = running.next();
    if (done === true) return value;
    // oxlint-disable-next-line no-await-in-loop -- one event after the other
    await yieldTurn();
  }
}

/** Pauses after each event. */
type Run<T> = Generator<void, T, void>;

class Simulation {
  readonly #seed: number;
  readonly #plan: SimulationPlan;
  readonly #random: Random;
  readonly #clock = new SimulatedClock(START_MS);
  readonly #trail: EventTrail;
  readonly #network: SimulatedNetwork;
  readonly #producers: readonly SimulatedProducer[];
  readonly #consumers: readonly SimulatedConsumer[];
  #promptMs: number | undefined;
  #delivered = 0;

  constructor(seed: number, { onEvent, damagesText = false, damages = true }: SimulationOptions) {
    const plan = simulationPlan(seed);
    const clock = this.#clock;
    this.#seed = seed;
    this.#plan = plan;
    this.#random = seededRandom(`simulation ${seed}`);
    const trail = new EventTrail(clock, { most: EVENTS_SHOWN, ...(onEvent === undefined ? {} : { onEvent }) });
    this.#trail = trail;
    const network = new SimulatedNetwork({
      clock,
      random: seededRandom(`network ${seed}`),
      mayFail: (parcel, fault) => (damages || fault !== 'corrupt') && mayFail(parcel, damagesText, fault),
      observer: {
        onDelivered: (receiver, { consumer, address }) => this.#onDelivered(receiver, consumer, address),
        onEvent: (text) => trail.note(text),
      },
    });
    this.#network = network;
    const { keys, mostRows, hasLongTexts } = plan;
    const shared = { seed, keys, clock, network, trail };
    this.#producers = Array.from({ length: plan.producers }, (_, i) => {
      const producer = producerSetup(plan);
      return new SimulatedProducer({ ...shared, name: `producer-${i + 1}`, mostRows, hasLongTexts, producer });
    });
    this.#consumers = Array.from({ length: plan.consumers }, (_, i) => {
      const [producers, consumer] = [this.#producers, consumerSetup(plan)];
      return new SimulatedConsumer({
        ...shared,
        name: `consumer-${i + 1}`,
        producers,
        consumer,
        heartbeatMs: HEARTBEAT_MS,
      });
    });
  }

  *run(): Run<SimulationReport> {
    try {
      yield* this.#storm();
      const settledMs = yield* this.#settle();
      yield* this.#calm();
      for (const consumer of this.#consumers) this.#expectNone(consumer.changedFrame());
      return this.#report(settledMs);
    } catch (error) {
      if (error instanceof DivergenceError) throw error;
      throw this.#divergence(messageOf(error), error);
    }
  }

  *#storm(): Run<void> {
    const { plan, endMs } = { plan: this.#plan, endMs: this.#clock.now() + this.#plan.stormMs };
    const chaos = new Chaos({
      plan,
      clock: this.#clock,
      random: seededRandom(`chaos ${this.#seed}`),
      network: this.#network,
      producers: this.#producers,
      consumers: this.#consumers,
    });
    for (const consumer of this.#consumers) {
      consumer.start();
      this.#often(plan.wantMs, endMs, () => consumer.changeWants());
    }
    for (const producer of this.#producers) {
      this.#often(plan.publishMs, endMs, () => producer.publishSome());
      this.#often(10_000, endMs, () => producer.changeWhitelist());
    }
    this.#often(plan.faultMs, endMs, () => chaos.strike());
    yield* this.#passTo(endMs);
    chaos.stop();
    this.#trail.note('nothing goes wrong any more');
  }

  /** Nothing is published, and all comes to rest. */
  *#settle(): Run<number> {
    const startMs = this.#clock.now();
    let settledMs: number | undefined;
    for (;;) {
      const notYet = this.#network.isHalfOpen ? 'a connection is half open' : this.#notConverged({ rates: false });
      settledMs = notYet === undefined ? (settledMs ?? this.#clock.now() - startMs) : undefined;
      if (settledMs !== undefined && this.#clock.now() - startMs >= LEAST_SETTLING_MS) return settledMs;
      if (this.#clock.now() - startMs >= MOST_SETTLING_MS) {
        throw this.#divergence(`it does not settle within ${MOST_SETTLING_MS / 1000} s: ${notYet}`);
      }
      yield* this.#passTo(this.#clock.now() + LOOK_MS);
    }
  }

  /** All goes on without faults: every state is seen at once. */
  *#calm(): Run<void> {
    this.#trail.note('all is as it should be');
    this.#promptMs = PROMPT_MS;
    const endMs = this.#clock.now() + CALM_MS;
    for (const producer of this.#producers) this.#often(300, endMs, () => producer.publishSome());
    yield* this.#passTo(endMs);
    for (const producer of this.#producers) producer.addCandles();
    while (this.#notConverged({ rates: true }) !== undefined && this.#clock.now() < endMs + LAST_WAIT_MS) {
      yield* this.#passTo(this.#clock.now() + LOOK_MS);
    }
    this.#expectNone(this.#notConverged({ rates: true }));
  }

  #notConverged(options: { readonly rates: boolean }): string | undefined {
    for (const consumer of this.#consumers) {
      const notYet = consumer.notConverged(options);
      if (notYet !== undefined) return notYet;
    }
    return undefined;
  }

  /** Has something done again and again until then, about so often. */
  #often(meanMs: number, endMs: number, act: () => void): void {
    if (meanMs === Infinity) return;
    const again = () => {
      const waitMs = meanMs * (0.1 + 1.8 * this.#random.next());
      if (this.#clock.now() + waitMs >= endMs) return;
      this.#clock.setTimer(() => {
        act();
        again();
      }, waitMs);
    };
    again();
  }

  /** Lets time pass, and looks at every reader's view at the end, since what is seen depends on time too. */
  *#passTo(endMs: number): Run<void> {
    while (this.#clock.step(endMs)) yield;
    for (const consumer of this.#consumers) this.#expectNone(consumer.faultNow(this.#promptMs));
  }

  #onDelivered(receiver: 'producer' | 'consumer', name: string, address: string): void {
    this.#delivered += 1;
    // Whatever made it count on, it was before the next frame is published.
    for (const producer of this.#producers) if (producer.address === address) producer.noteStreams();
    for (const consumer of receiver === 'consumer' ? this.#consumers : []) {
      if (consumer.name !== name) continue;
      consumer.heard(address);
      this.#expectNone(consumer.faultNow(this.#promptMs, address));
    }
  }

  #expectNone(fault: string | undefined): void {
    if (fault !== undefined) throw this.#divergence(fault);
  }

  #divergence(what: string, cause?: unknown): DivergenceError {
    const { lines: events } = this.#trail;
    return new DivergenceError({ seed: this.#seed, atMs: this.#clock.elapsedMs, what, events, cause });
  }

  #report(settledMs: number): SimulationReport {
    const counts = new Map<string, number>();
    for (const consumer of this.#consumers) {
      for (const [kind, count] of consumer.counts) counts.set(kind, (counts.get(kind) ?? 0) + count);
    }
    return {
      seed: this.#seed,
      virtualMs: this.#clock.elapsedMs,
      delivered: this.#delivered,
      publications: this.#producers.reduce((sum, { publications }) => sum + publications, 0),
      compared: this.#consumers.reduce((sum, { compared }) => sum + compared, 0),
      settledMs,
      counts,
    };
  }
}

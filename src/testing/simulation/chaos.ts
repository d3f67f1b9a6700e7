import type { Random } from '../../util/random.ts';
import { type LinkConditions, type MessageFaults, noFaults } from './link-conditions.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedConnection } from './simulated-connection.ts';
import type { SimulatedConsumer } from './simulated-consumer.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedProducer } from './simulated-producer.ts';
import type { SimulationPlan } from './simulation-plan.ts';

/** Between which things go wrong. */
export interface ChaosScene {
  readonly plan: SimulationPlan;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly producers: readonly SimulatedProducer[];
  readonly consumers: readonly SimulatedConsumer[];
}

const MOST_LATENCY_MS = 150;
const MOST_STALL_MS = 8_000;
const MOST_AWAY_MS = 4_000;

const FAULTS = [
  ['cut', 6],
  ['stall', 6],
  ['half open', 2],
  ['producer closed', 1],
  ['producer killed', 2],
  ['consumer restarted', 2],
  ['link', 4],
] as const;
const ALL_WEIGHTS = FAULTS.reduce((sum, [, weight]) => sum + weight, 0);

/** Makes connections and processes fail, until it is stopped. */
export class Chaos {
  readonly #scene: ChaosScene;
  /** Ends that are away and come back at these times. */
  readonly #away = new Set<SimulatedProducer>();
  #isStopped = false;

  constructor(scene: ChaosScene) {
    this.#scene = scene;
    for (const consumer of scene.consumers)
      for (const producer of scene.producers) this.#changeLink(consumer, producer);
  }

  /** Something goes wrong. */
  strike(): void {
    const { random, producers, consumers } = this.#scene;
    const producer = producers[random.below(producers.length)];
    const consumer = consumers[random.below(consumers.length)];
    let draw = random.below(ALL_WEIGHTS);
    const [what] = FAULTS.find(([, weight]) => (draw -= weight) < 0) ?? FAULTS[0];
    switch (what) {
      case 'producer closed':
      case 'producer killed':
        return this.#restartProducer(producer, what === 'producer closed' ? 'closed' : 'killed');
      case 'consumer restarted':
        return this.#restartConsumer(consumer);
      case 'link':
        return this.#changeLink(consumer, producer);
      default:
        for (const connection of this.#connections(consumer, producer)) this.#harm(connection, what);
    }
  }

  /** Nothing goes wrong any more, and every link is well. What is broken stays so until those concerned notice. */
  stop(): void {
    this.#isStopped = true;
    const { producers, consumers, network } = this.#scene;
    for (const consumer of consumers) {
      for (const { address } of producers) {
        const conditions = this.#conditions(noFaults, Infinity);
        network.setLink(consumer.name, address, { toConsumer: conditions, toProducer: conditions });
      }
    }
    for (const producer of this.#away) this.#comeBack(producer);
  }

  #connections(consumer: SimulatedConsumer, { address }: SimulatedProducer): readonly SimulatedConnection[] {
    return this.#scene.network.connections(consumer.name, address);
  }

  #harm(connection: SimulatedConnection, what: 'cut' | 'stall' | 'half open'): void {
    const { random } = this.#scene;
    const receiver = random.below(3) > 0 ? 'consumer' : 'producer';
    if (what === 'cut') connection.cut();
    else if (what === 'stall') connection.stall(receiver, random.next() * MOST_STALL_MS);
    else connection.silence(receiver);
  }

  #restartProducer(producer: SimulatedProducer, how: 'closed' | 'killed'): void {
    if (this.#away.has(producer)) return;
    const { random, clock, consumers } = this.#scene;
    this.#away.add(producer);
    if (how === 'killed') {
      for (const consumer of consumers) {
        for (const connection of this.#connections(consumer, producer))
          connection.kill('producer', random.below(3) > 0);
      }
    }
    producer.stop(how);
    clock.setTimer(() => this.#comeBack(producer), random.next() * MOST_AWAY_MS);
  }

  #comeBack(producer: SimulatedProducer): void {
    if (this.#away.delete(producer)) producer.start();
  }

  #restartConsumer(consumer: SimulatedConsumer): void {
    const { random, producers } = this.#scene;
    const isKilled = random.below(2) === 0;
    for (const producer of isKilled ? producers : []) {
      for (const connection of this.#connections(consumer, producer)) connection.kill('consumer', random.below(3) > 0);
    }
    consumer.stop();
    consumer.start();
  }

  #changeLink(consumer: SimulatedConsumer, { address }: SimulatedProducer): void {
    const { plan, random, network } = this.#scene;
    if (this.#isStopped) return;
    const faults = random.below(3) > 0 ? this.#messageFaults() : noFaults;
    const isSlow = random.below(2) === 0;
    const toConsumer = this.#conditions(faults, isSlow ? plan.slowLink : Infinity);
    network.setLink(consumer.name, address, { toConsumer, toProducer: this.#conditions(faults, Infinity) });
  }

  #messageFaults(): MessageFaults {
    const { plan, random } = this.#scene;
    const chance = () => (random.below(2) === 0 ? plan.messageFaults : 0);
    const [drop, duplicate, reorder] = [chance(), chance(), chance()];
    return { drop, duplicate, reorder, delay: chance(), split: chance(), corrupt: chance() };
  }

  #conditions(faults: MessageFaults, bytesPerSecond: number): LinkConditions {
    const { random } = this.#scene;
    const latencyMs = random.below(2) === 0 ? 1 : random.next() * MOST_LATENCY_MS;
    const isNarrow = bytesPerSecond < Infinity || (!this.#isStopped && random.below(2) === 0);
    const bufferBytes = isNarrow ? 2048 : 256 * 1024;
    return { latencyMs, bytesPerSecond, bufferBytes, faults };
  }
}

import type { OpenSocket } from '../../consumer/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import type { MessageSocket, MessageSocketEvents } from '../../wire/index.ts';
import { type LinkConditions, type MessageFaults, calmLink } from './link-conditions.ts';
import { type End, SimulatedConnection } from './simulated-connection.ts';
import type { Parcel } from './simulated-pipe.ts';

/** Whatever takes consumers' sockets, as `Producer.attach` does. */
export type Acceptor = (socket: MessageSocket) => MessageSocketEvents;

/** What a network tells of, for oracles and for whoever looks into a run. */
export interface NetworkObserver {
  /** A message was handed to an end, which has dealt with it. */
  readonly onDelivered?: (receiver: End, link: { readonly consumer: string; readonly address: string }) => void;
  /** A fault, a connection that was opened or closed. */
  readonly onEvent?: (text: string) => void;
}

/**
 * Connections between any number of consumers and producers without sockets, on a simulated clock. All chance comes from `random`, so a
 * run happens again with the same seed. Nothing goes wrong until it is told to: by conditions of links, or by faults of connections.
 */
export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #observer: NetworkObserver;
  readonly #mayFail: (parcel: Parcel, fault: keyof MessageFaults) => boolean;
  readonly #acceptors = new Map<string, Acceptor>();
  readonly #connections = new Map<string, Set<SimulatedConnection>>();
  readonly #conditions = new Map<string, { readonly [receiver in End]: LinkConditions }>();
  #opened = 0;

  /** @param options.mayFail which messages may be lost, doubled, overtaken or damaged, by the fault; all unless told. */
  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly observer?: NetworkObserver;
    readonly mayFail?: (parcel: Parcel, fault: keyof MessageFaults) => boolean;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#observer = options.observer ?? {};
    this.#mayFail = options.mayFail ?? (() => true);
  }

  /** Takes connections to `host:port` from now on; undefined takes none any more. Those that stand stay. */
  listen(address: string, acceptor: Acceptor | undefined): void {
    if (acceptor === undefined) this.#acceptors.delete(address);
    else this.#acceptors.set(address, acceptor);
  }

  /** What a consumer is given in the place of sockets. Its links are known by its name. */
  opener(consumer: string): OpenSocket {
    return ({ url }, events) => {
      const address = new URL(url).host;
      this.#opened += 1;
      const name = `${consumer} to ${address} (${this.#opened})`;
      const connection = new SimulatedConnection(
        name,
        { consumer: events, accept: () => this.#acceptors.get(address) },
        {
          clock: this.#clock,
          random: this.#random,
          conditions: (receiver) => this.#linkConditions(consumer, address)[receiver],
          mayFail: this.#mayFail,
          onDelivered: (receiver) => this.#observer.onDelivered?.(receiver, { consumer, address }),
          tell: (text) => this.#observer.onEvent?.(text),
        },
      );
      this.#connectionsOf(consumer, address).add(connection);
      return connection.consumerSocket;
    };
  }

  /** Sets what both directions of a link are like; those of its connections that stand change too. */
  setLink(
    consumer: string,
    address: string,
    conditions: { readonly toConsumer: LinkConditions; readonly toProducer: LinkConditions },
  ): void {
    const { toConsumer, toProducer } = conditions;
    this.#conditions.set(linkName(consumer, address), { consumer: toConsumer, producer: toProducer });
  }

  /** The connections of a link that are open at one of their ends, oldest first. */
  connections(consumer: string, address: string): readonly SimulatedConnection[] {
    const all = this.#connectionsOf(consumer, address);
    for (const connection of all) if (!connection.isOpen) all.delete(connection);
    return [...all];
  }

  /** Whether some connection carries nothing in a direction for good, and not both of its ends know. */
  get isHalfOpen(): boolean {
    return [...this.#connections.values()].some((link) => [...link].some((each) => each.isHalfOpen));
  }

  #connectionsOf(consumer: string, address: string): Set<SimulatedConnection> {
    const link = linkName(consumer, address);
    const found = this.#connections.get(link) ?? new Set();
    this.#connections.set(link, found);
    return found;
  }

  #linkConditions(consumer: string, address: string): { readonly [receiver in End]: LinkConditions } {
    return this.#conditions.get(linkName(consumer, address)) ?? { consumer: calmLink, producer: calmLink };
  }
}

function linkName(consumer: string, address: string): string {
  return `${consumer} ${address}`;
}

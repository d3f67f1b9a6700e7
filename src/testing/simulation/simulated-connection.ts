import type { ConsumerSocket, ConsumerSocketEvents, SocketEnd } from '../../consumer/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Random } from '../../util/random.ts';
import type { MessageSocket, MessageSocketEvents } from '../../wire/index.ts';
import type { LinkConditions, MessageFaults } from './link-conditions.ts';
import { type Parcel, SimulatedPipe } from './simulated-pipe.ts';

export type End = 'producer' | 'consumer';

/** What a connection needs of the network that it belongs to. */
export interface ConnectionSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** By the end that receives. */
  readonly conditions: (receiver: End) => LinkConditions;
  /** Whether this may befall a message. */
  readonly mayFail: (parcel: Parcel, fault: keyof MessageFaults) => boolean;
  /** A message was handed to this end. */
  readonly onDelivered: (receiver: End) => void;
  readonly tell: (text: string) => void;
}

/** How long either end waits for the other to close too, as the real sockets do. */
const CLOSE_TIMEOUT_MS = 1_000;
/** How long opening may take. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Within so long a producer's endpoint notices that the other end is silent. */
const KEEPALIVE_MS = 30_000;
/** Until an end is told of a connection that broke. */
const MOST_TOLD_MS = 200;

/** Of a websocket that closed without a closing handshake. */
const ABNORMAL = 1006;
/** Text that is not UTF-8. */
const BAD_TEXT = 1007;

const encoder = new TextEncoder();
const nothing = new Uint8Array();

/** A consumer's connection to a producer, with a pipe in each direction. Closes, breaks and goes silent as websockets over TCP do. */
export class SimulatedConnection {
  readonly #env: ConnectionSurroundings;
  readonly #down: SimulatedPipe;
  readonly #up: SimulatedPipe;
  readonly #consumer: ConsumerSocketEvents;
  #producer: MessageSocketEvents | undefined;
  readonly #open: Readonly<Record<End, boolean>> & { producer: boolean; consumer: boolean };
  #isClosing = false;
  readonly name: string;
  /** What its two ends hold. */
  readonly consumerSocket: ConsumerSocket;

  constructor(
    name: string,
    ends: {
      readonly consumer: ConsumerSocketEvents;
      /** The producer that listens at the moment when the connection comes in, if any does. */
      readonly accept: () => ((socket: MessageSocket) => MessageSocketEvents) | undefined;
    },
    surroundings: ConnectionSurroundings,
  ) {
    this.name = name;
    this.#env = surroundings;
    this.#consumer = ends.consumer;
    this.#open = { producer: false, consumer: true };
    this.#down = this.#pipe('consumer', (parcel) => this.#onDown(parcel));
    this.#up = this.#pipe('producer', (parcel) => this.#onUp(parcel));
    this.consumerSocket = {
      send: (text) => this.#sendUp({ form: 'text', bytes: encoder.encode(text) }),
      ping: () => this.#sendUp({ form: 'ping', bytes: nothing }),
      close: () => this.#closeByConsumer(),
    };
    this.#begin(ends.accept);
  }

  #pipe(receiver: End, deliver: (parcel: Parcel) => void): SimulatedPipe {
    const { clock, random, mayFail } = this.#env;
    return new SimulatedPipe({
      clock,
      random,
      mayFail,
      deliver,
      conditions: () => this.#env.conditions(receiver),
      tell: (fault, { form, bytes }) => this.#tell(`${fault}: ${form} of ${bytes.length} bytes to the ${receiver}`),
    });
  }

  #tell(text: string): void {
    this.#env.tell(`${this.name}: ${text}`);
  }

  /** Whether either end still has it open. */
  get isOpen(): boolean {
    return this.#open.consumer || this.#open.producer;
  }

  /** Whether it carries nothing in a direction for good, and an end has it open all the same. */
  get isHalfOpen(): boolean {
    return this.isOpen && (this.#down.isDead || this.#up.isDead);
  }

  /** Bytes that the producer's end has handed over and that have not left it. */
  get bufferedBytes(): number {
    return this.#down.bufferedBytes;
  }

  /** Nothing moves towards this end for a time. */
  stall(receiver: End, ms: number): void {
    (receiver === 'consumer' ? this.#down : this.#up).stall(ms);
  }

  /** Nothing arrives at this end any more, and nobody is told; pings and time find it out. */
  silence(receiver: End): void {
    this.#tell(`half open: nothing reaches the ${receiver} any more`);
    (receiver === 'consumer' ? this.#down : this.#up).die();
    const { clock, random } = this.#env;
    clock.setTimer(() => this.#break('producer'), KEEPALIVE_MS * (1 + random.next()));
  }

  /** It breaks: what is underway is lost, and both ends are told a moment later, in either order. */
  cut(): void {
    if (!this.isOpen) return;
    this.#tell('cut');
    this.#closePipes();
    this.#breakSoon('producer');
    this.#breakSoon('consumer');
  }

  /**
   * The process at this end ends without a word: it hears nothing any more, and what it sends goes nowhere. The other end is told a
   * moment later, or, where it is not, must find out.
   */
  kill(end: End, isTold: boolean): void {
    this.#open[end] = false;
    this.#tell(`the ${end} is killed, the other end is ${isTold ? '' : 'not '}told`);
    const other = end === 'producer' ? 'consumer' : 'producer';
    if (isTold) {
      this.#closePipes();
      this.#breakSoon(other);
    } else this.silence(other);
  }

  #closePipes(): void {
    this.#down.close();
    this.#up.close();
  }

  #breakSoon(end: End): void {
    this.#env.clock.setTimer(() => this.#break(end), this.#env.random.next() * MOST_TOLD_MS);
  }

  #break(end: End): void {
    if (end === 'producer') this.#endProducer(ABNORMAL, '');
    else this.#endConsumer({ cause: 'closed', reason: 'the connection broke' });
  }

  #begin(accept: () => ((socket: MessageSocket) => MessageSocketEvents) | undefined): void {
    const { clock, conditions } = this.#env;
    const timeout = clock.setTimer(
      () => this.#endConsumer({ cause: 'unreachable', reason: 'no answer within 10 s' }),
      HANDSHAKE_TIMEOUT_MS,
    );
    clock.setTimer(() => {
      const attach = accept();
      if (attach === undefined || this.#up.isDead) {
        timeout.cancel();
        return this.#endConsumer({ cause: 'unreachable', reason: 'nobody listens there' });
      }
      if (!this.#open.consumer) return;
      this.#open.producer = true;
      clock.setTimer(() => {
        if (!this.#open.consumer || this.#down.isDead) return;
        timeout.cancel();
        this.#consumer.onOpen();
      }, conditions('consumer').latencyMs);
      this.#producer = attach(this.#producerSocket());
    }, conditions('producer').latencyMs);
  }

  #producerSocket(): MessageSocket {
    const send = (parcel: Parcel, onSent: (() => void) | undefined) => {
      if (!this.#open.producer || this.#isClosing) return;
      this.#down.send(parcel, () => {
        if (this.#open.producer) onSent?.();
      });
    };
    const bufferedBytes = () => this.#down.bufferedBytes;
    return {
      remote: this.name,
      get bufferedBytes() {
        return bufferedBytes();
      },
      sendText: (bytes, onSent) => send({ form: 'text', bytes }, onSent),
      sendBinary: (bytes, onSent) => send({ form: 'binary', bytes }, onSent),
      close: (code, reason) => this.#closeByProducer(code, reason),
    };
  }

  #sendUp(parcel: Parcel): void {
    if (this.#open.consumer && !this.#isClosing) this.#up.send(parcel);
  }

  #closeByConsumer(): void {
    if (!this.#open.consumer || this.#isClosing) return;
    this.#up.send({ form: 'close', bytes: nothing, code: 1000, reason: '' });
    this.#closing('consumer');
  }

  #closeByProducer(code: number, reason: string): void {
    if (!this.#open.producer || this.#isClosing) return;
    this.#tell(`the producer closes with ${code}, "${reason}"`);
    this.#down.send({ form: 'close', bytes: nothing, code, reason });
    this.#closing('producer');
  }

  #closing(by: End): void {
    this.#isClosing = true;
    this.#env.clock.setTimer(() => {
      if (!this.isOpen) return;
      this.#closePipes();
      this.#break(by);
      this.#breakSoon(by === 'producer' ? 'consumer' : 'producer');
    }, CLOSE_TIMEOUT_MS);
  }

  #onDown(parcel: Parcel): void {
    if (!this.#open.consumer) return;
    switch (parcel.form) {
      case 'text':
        return this.#deliverText(parcel.bytes, 'consumer', (text) => this.#consumer.onMessage(text));
      case 'binary':
        this.#consumer.onBinary(parcel.bytes.slice());
        return this.#env.onDelivered('consumer');
      case 'ping':
        return this.#sendUp({ form: 'pong', bytes: nothing });
      case 'pong':
        return this.#consumer.onPong();
      default:
        this.#up.send(parcel);
        return this.#endConsumer({
          cause: 'closed',
          reason: `the connection was closed with code ${parcel.code}, "${parcel.reason}"`,
        });
    }
  }

  #onUp(parcel: Parcel): void {
    if (!this.#open.producer || this.#producer === undefined) return;
    const producer = this.#producer;
    switch (parcel.form) {
      case 'text':
        return this.#deliverText(parcel.bytes, 'producer', (text) => producer.onMessage(text));
      case 'binary':
        producer.onBinary(parcel.bytes.slice());
        return this.#env.onDelivered('producer');
      case 'ping':
        return this.#down.send({ form: 'pong', bytes: nothing });
      case 'pong':
        return undefined;
      default:
        this.#down.send(parcel);
        return this.#endProducer(parcel.code, parcel.reason);
    }
  }

  #deliverText(bytes: Uint8Array, receiver: End, take: (text: string) => void): void {
    const text = textOf(bytes);
    if (text === undefined) {
      this.#tell(`text that is not UTF-8 ends the connection with ${BAD_TEXT}`);
      return this.cut();
    }
    take(text);
    this.#env.onDelivered(receiver);
  }

  #endConsumer(end: SocketEnd): void {
    if (!this.#open.consumer) return;
    this.#open.consumer = false;
    this.#consumer.onClosed(end);
  }

  #endProducer(code: number, reason: string): void {
    if (!this.#open.producer) return;
    this.#open.producer = false;
    this.#producer?.onClose(code, reason);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Undefined for what is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

import { connect, type ConnectOptions, type ConsumerEvent, type ProducerClient } from 'candlecast/browser';
import { type Cells, cellsOf } from './cells-of.ts';

/** What a test does in the page, by expressions. */
export interface Scene {
  /** Connects, and forgets what was before. */
  open(options: ConnectOptions): void;
  close(): void;
  /** Resolves to the first event of a type that passes, of those that came since the last call and those that will; without its frame. */
  next(type: ConsumerEvent['type'], passes?: (event: ConsumerEvent) => boolean): Promise<object>;
  /** Every cell of a frame, and what it is worth when the market's clock stands at `atMs`. */
  cells(pair: string, timeframe: string, atMs: number): Cells & { readonly status: string };
  pairs(): readonly string[];
}

let client: ProducerClient | undefined;
let events: ConsumerEvent[] = [];
let marketMs = 0;
let look: (() => void) | undefined;

const scene: Scene = {
  open(options) {
    client?.close();
    events = [];
    client = connect({
      ...options,
      marketClock: { now: () => marketMs, setTimer: () => ({ cancel: () => {} }) },
      onEvent: (event) => {
        events.push(event);
        look?.();
      },
    });
  },
  close: () => client?.close(),
  next(type, passes = () => true) {
    return new Promise((resolve) => {
      look = () => {
        const place = events.findIndex((event) => event.type === type && passes(event));
        if (place === -1) return;
        look = undefined;
        const found = events[place];
        events = events.slice(place + 1);
        resolve(found.type === 'update' ? { ...found, frame: undefined } : found);
      };
      look();
    });
  },
  cells(pair, timeframe, atMs) {
    marketMs = atMs;
    if (client === undefined) throw new Error('the scene is not open');
    const { status, frame } = client.frame(pair, timeframe);
    return { status, ...cellsOf(frame) };
  },
  pairs: () => client?.pairs() ?? [],
};
Object.assign(globalThis, { scene });

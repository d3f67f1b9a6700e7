import type { ConsumerEvent, OpenSocket } from '../../../../src/consumer/index.ts';
import { openNodeSocket } from '../../../../src/consumer/node-socket.ts';
import type { PairKey } from '../../../../src/market/index.ts';
import type { WatchedClient } from '../../../e2e/wire-scene.ts';
import type { StockPeer } from '../peer/stock-peer.ts';
import { untilEqual, type StockProducerScene } from '../producer/stock-producer-scene.ts';

interface FrameRequest {
  readonly limit?: number;
  readonly pair?: string | null;
}

/** What our consumer asked for, and a hand on what arrives. */
export interface RecordedSocket {
  readonly openSocket: OpenSocket;
  readonly sent: readonly string[];
  frameRequests(): readonly FrameRequest[];
  /** Frames that arrive are thrown away from now on, and counted, until the end. */
  loseFrames(): { readonly count: number; end(): void };
}

/** For one client: the socket of our consumer, with all that it asked for. */
export function recordedSocket(): RecordedSocket {
  const sent: string[] = [];
  let isLosing = false;
  let lost = 0;
  const openSocket: OpenSocket = (target, events) => {
    const socket = openNodeSocket(target, {
      onOpen: () => events.onOpen(),
      onMessage(text) {
        if (isLosing && text.startsWith('{"type":"analyzed_df"')) lost += 1;
        else events.onMessage(text);
      },
      onBinary: (bytes) => events.onBinary(bytes),
      onTooLong: (message) => events.onTooLong(message),
      onPong: () => events.onPong(),
      onProgress: () => events.onProgress(),
      onClosed: (end) => events.onClosed(end),
    });
    return {
      send(text) {
        sent.push(text);
        socket.send(text);
      },
      ping: () => socket.ping(),
      close: () => socket.close(),
    };
  };
  return {
    openSocket,
    sent,
    frameRequests: () =>
      sent
        .map((text) => JSON.parse(text))
        .filter(({ type }) => type === 'analyzed_df')
        .map(({ data }) => data ?? {}),
    loseFrames() {
      isLosing = true;
      lost = 0;
      return {
        get count() {
          return lost;
        },
        end: () => (isLosing = false),
      };
    },
  };
}

/** Waits until our copies of all these are what the stock producer holds, cell by cell. */
export async function untilAllEqual(
  scene: StockProducerScene,
  client: WatchedClient,
  keys: readonly PairKey[],
  options: { readonly patienceMs?: number } = {},
): Promise<void> {
  for (const key of keys) await untilEqual(scene, client, key, options);
}

export function eventsOf<T extends ConsumerEvent['type']>(
  client: WatchedClient,
  type: T,
): readonly Extract<ConsumerEvent, { readonly type: T }>[] {
  const isIt = (event: ConsumerEvent): event is Extract<ConsumerEvent, { readonly type: T }> => event.type === type;
  return client.events.filter(isIt);
}

/** No process stays frozen for longer, whatever becomes of the test: nobody could end it in an orderly way. */
const LONGEST_FREEZE_MS = 40_000;

/** Stops a stock peer's process without a word to anyone, until `act` has ended. */
export async function whileFrozen(peer: StockPeer, act: () => Promise<void>): Promise<void> {
  const pid = await peer.pid();
  process.kill(pid, 'SIGSTOP');
  const thaw = () => process.kill(pid, 'SIGCONT');
  const guard = setTimeout(thaw, LONGEST_FREEZE_MS);
  try {
    await act();
  } finally {
    clearTimeout(guard);
    thaw();
  }
}

import { strict as assert } from 'node:assert';
import type { PeerSettings } from './messages.ts';
import type { Programs } from './our-programs.ts';
import type { Peer } from './peer.ts';
import { startPeers } from './peers.ts';

const READERS = 3;
/** Until no frame that was made anew is kept as an older state. */
const WARM_UP_CANDLES = 20;
/** Rows wanted by one that never reads: so few that all frames are sent before the first acknowledgement is awaited. */
const FEW_ROWS = 4;
/** Between two looks at what is held. */
const STEP_CANDLES = 10;
const MOST_CANDLES = 200;
/** After a stop in the midst of the first frames. */
const CANDLES_AFTER = 5;

export const STOPPED_CANDLES = WARM_UP_CANDLES + MOST_CANDLES;

/** What a producer holds for a consumer that no longer reads. Bytes, after a collection. */
export interface Stopped {
  readonly readers: number;
  /** It stopped when half of the frames had come for the first time. Beside what the same streams take for one that reads. */
  readonly amidSync: number;
  /** It asked for frames and never read: what came to be held until nothing more did. Beside the same. */
  readonly unread: number;
  /** Of the latter what waits in the queue of its socket. */
  readonly queued: number;
  /** Candles that it took until nothing more came to be held. */
  readonly candles: number;
}

export async function measureStopped(programs: Programs, settings: PeerSettings): Promise<Stopped> {
  const amidSync = await stopAmidSync(programs, settings);
  return { readers: READERS, amidSync, ...(await neverRead(programs, settings)) };
}

async function stopAmidSync({ producer, readers }: Programs, settings: PeerSettings): Promise<number> {
  await using peers = startPeers(settings);
  const [sender, stopping, others] = [peers.start(producer), peers.start(readers), peers.start(readers)];
  const [{ port }] = await Promise.all([sender.start(), stopping.start(), others.start()]);
  assert(port !== undefined);
  const emit = emitter(sender);
  const tail = settings.rows - 1;
  await emit(1);
  // Those that read on want the same, so that what a stream takes is there before.
  await others.ask({ do: 'join', port, readers: READERS, tail });
  await emit(WARM_UP_CANDLES);
  const before = await sender.ask({ do: 'holdings' });
  await stopping.ask({ do: 'join', port, readers: READERS, pairs: Math.floor(settings.pairs.length / 2), tail });
  // What was kept of these frames in case that others ask for them goes with their state.
  await emit(CANDLES_AFTER);
  const after = await sender.ask({ do: 'holdings' });
  const waiting = after.waitingFrames.slice(-READERS);
  assert(
    waiting.every((frames) => frames > 0),
    `all have come, or nothing is owed: ${waiting.join(', ')} frames wait`,
  );
  return (after.heldBytes - before.heldBytes) / READERS;
}

async function neverRead(
  { producer, readers }: Programs,
  settings: PeerSettings,
): Promise<Omit<Stopped, 'readers' | 'amidSync'>> {
  await using peers = startPeers(settings);
  const [sender, silent, others] = [peers.start(producer), peers.start(readers), peers.start(readers)];
  const [{ port }] = await Promise.all([sender.start(), silent.start(), others.start()]);
  assert(port !== undefined);
  const emit = emitter(sender);
  await emit(1);
  await others.ask({ do: 'join', port, readers: READERS, tail: FEW_ROWS });
  await emit(WARM_UP_CANDLES);
  await others.ask({ do: 'catch up', states: WARM_UP_CANDLES });
  const before = await sender.ask({ do: 'holdings' });
  await silent.ask({ do: 'join', port, readers: READERS, pairs: 0, tail: FEW_ROWS });
  let candles = 0;
  let [last, now] = [before, before];
  // First the kernels' buffers fill, and nothing is held here.
  const areFull = () => {
    const queued = now.queuedBytes.slice(-READERS);
    const isFull = (bytes: number, i: number) => bytes > 0 && bytes === last.queuedBytes.slice(-READERS)[i];
    return queued.every(isFull) && last.queuedBytes.length === now.queuedBytes.length;
  };
  do {
    await emit(STEP_CANDLES);
    await others.ask({ do: 'catch up', states: (candles += STEP_CANDLES) + WARM_UP_CANDLES });
    [last, now] = [now, await sender.ask({ do: 'holdings' })];
    assert.equal(now.queuedBytes.length, 2 * READERS, 'none of them was closed');
  } while (!areFull() && candles < MOST_CANDLES);
  assert(
    areFull(),
    `what is held still grows after ${candles} candles: ${now.queuedBytes.join(', ')} bytes are queued`,
  );
  const unread = (now.heldBytes - before.heldBytes) / READERS;
  return { unread, queued: Math.max(...now.queuedBytes), candles };
}

/** Publishes the next windows of all pairs, so many times. */
function emitter(sender: Peer): (candles: number) => Promise<void> {
  let candle = 0;
  return async (candles) => {
    for (let i = 0; i < candles; i++, candle++) {
      await sender.ask({ do: 'prepare', candle, how: 'going on' });
      await sender.ask({ do: 'emit' });
    }
  };
}

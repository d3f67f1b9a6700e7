import { strict as assert } from 'node:assert';
import type { PeerSettings } from './messages.ts';
import { Peer, type Program } from './peer.ts';

/** What one producer and one consumer showed together, from their start to their end. Milliseconds and bytes. */
export interface Measured {
  /** From the start of connecting until every frame can be read whole. */
  readonly syncMs: number;
  /** Of each pair's update, candle by candle: from the call that emits its frame until it can be read. */
  readonly latenciesMs: readonly number[];
  /** Of each candle of all pairs: from the first emission until the last frame can be read. */
  readonly candlesMs: readonly number[];
  /** CPU time, of all threads, that all updates took together. */
  readonly producerCpuMs: number;
  readonly consumerCpuMs: number;
  readonly consumerSyncedRss: number;
  readonly consumerRss: number;
  readonly producerRss: number;
  /** The largest difference of a value at the consumer from the producer's. */
  readonly worstDifference: number;
}

export interface Scene {
  readonly settings: PeerSettings;
  /** What the frames in the settings' folder are. */
  readonly digest: string;
  readonly candles: number;
  /** The most that a value may differ: 0 where every number must be the same to the bit. */
  readonly tolerance: number;
}

/** Runs both programs, lets all frames go over once, and then a candle of all pairs after another. */
export async function measurePairing(producer: Program, consumer: Program, scene: Scene): Promise<Measured> {
  await using peers = new AsyncDisposableStack();
  const start = (program: Program) => {
    const peer = new Peer(program, scene.settings);
    peers.defer(() => peer.stop());
    return peer;
  };
  const [sender, receiver] = [start(producer), start(consumer)];
  const [{ port }] = await Promise.all([sender.start(), receiver.start()]);
  assert(port !== undefined);
  assert.equal((await sender.ask({ do: 'digest' })).digest, scene.digest, `${producer.name} holds other frames`);

  await sender.ask({ do: 'prepare', candle: 0 });
  await sender.ask({ do: 'emit' });
  const { ms: syncMs } = await receiver.ask({ do: 'connect', port });
  const { rss: consumerSyncedRss } = await receiver.ask({ do: 'usage' });
  const followed = await followCandles(sender, receiver, scene);
  const [{ rss: producerRss }, { rss: consumerRss }] = await usages(sender, receiver);
  const { connections } = await sender.ask({ do: 'connections' });
  // One that was cut off and came back would show another thing's times.
  assert.equal(connections, 1, `${consumer.name} connected to ${producer.name} ${connections} times, expected once`);
  const worstDifference = await verify(receiver, scene);
  return { syncMs, consumerSyncedRss, ...followed, producerRss, consumerRss, worstDifference };
}

function usages(sender: Peer, receiver: Peer) {
  return Promise.all([sender.ask({ do: 'usage' }), receiver.ask({ do: 'usage' })]);
}

/** Each candle begins when the one before has arrived. What passes between two of them counts for nobody. */
async function followCandles(sender: Peer, receiver: Peer, { settings, candles }: Scene) {
  const latenciesMs: number[] = [];
  const candlesMs: number[] = [];
  let [producerCpuMs, consumerCpuMs] = [0, 0];
  for (let candle = 1; candle <= candles; candle++) {
    await Promise.all([sender.ask({ do: 'prepare', candle }), receiver.ask({ do: 'expect' })]);
    const [producerBefore, consumerBefore] = await usages(sender, receiver);
    const [{ emittedAt }, { readableAt }] = await Promise.all([
      sender.ask({ do: 'emit' }),
      receiver.ask({ do: 'follow' }),
    ]);
    const [producerAfter, consumerAfter] = await usages(sender, receiver);
    latenciesMs.push(...readableAt.map((at, pair) => at - emittedAt[pair]));
    candlesMs.push(Math.max(...readableAt) - Math.min(...emittedAt));
    producerCpuMs += producerAfter.cpuMs - producerBefore.cpuMs;
    consumerCpuMs += consumerAfter.cpuMs - consumerBefore.cpuMs;
  }
  const updates = candles * settings.pairs.length;
  assert.equal(latenciesMs.filter((latency) => latency > 0).length, updates, 'every update takes time');
  return { latenciesMs, candlesMs, producerCpuMs, consumerCpuMs };
}

async function verify(receiver: Peer, { candles, tolerance }: Scene): Promise<number> {
  const { different, misfits, worst } = await receiver.ask({ do: 'verify', candle: candles });
  assert.equal(misfits, 0, 'cells whose values cannot be compared');
  assert(tolerance === 0 ? different === 0 : worst <= tolerance, `${different} values differ, by up to ${worst}`);
  return worst;
}

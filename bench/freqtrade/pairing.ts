import { strict as assert } from 'node:assert';
import { runCandles, usages } from './candle-run.ts';
import type { PeerSettings } from './messages.ts';
import { startPeers } from './peers.ts';
import type { Peer, Program } from './peer.ts';

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
  await using peers = startPeers(scene.settings);
  const [sender, receiver] = [peers.start(producer), peers.start(consumer)];
  const [{ port }] = await Promise.all([sender.start(), receiver.start()]);
  assert(port !== undefined);
  assert.equal((await sender.ask({ do: 'digest' })).digest, scene.digest, `${producer.name} holds other frames`);

  await sender.ask({ do: 'prepare', candle: 0 });
  await sender.ask({ do: 'emit' });
  const { ms: syncMs } = await receiver.ask({ do: 'connect', port });
  const { rss: consumerSyncedRss } = await receiver.ask({ do: 'usage' });
  const { settings, candles: count } = scene;
  const followed = await runCandles({ sender, receiver }, { first: 1, count, pairs: settings.pairs.length });
  const [{ rss: producerRss }, { rss: consumerRss }] = await usages({ sender, receiver });
  const { connections } = await sender.ask({ do: 'connections' });
  // One that was cut off and came back would show another thing's times.
  assert.equal(connections, 1, `${consumer.name} connected to ${producer.name} ${connections} times, expected once`);
  const worstDifference = await verify(receiver, scene);
  return { syncMs, consumerSyncedRss, ...followed, producerRss, consumerRss, worstDifference };
}

async function verify(receiver: Peer, { candles, tolerance }: Scene): Promise<number> {
  const { different, misfits, worst } = await receiver.ask({ do: 'verify', candle: candles });
  assert.equal(misfits, 0, 'cells whose values cannot be compared');
  assert(tolerance === 0 ? different === 0 : worst <= tolerance, `${different} values differ, by up to ${worst}`);
  return worst;
}

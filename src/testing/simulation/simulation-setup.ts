import type { ConsumerOptions } from '../../consumer/index.ts';
import type { ProducerOptions } from '../../producer/index.ts';
import type { SimulationPlan } from './simulation-plan.ts';

/** How often a simulated producer tells where its streams are, in milliseconds. */
export const HEARTBEAT_MS = 1_000;

/** A producer's options: limits so low that small frames reach them. */
export function producerSetup({
  softLimitBytes,
  keptStates,
  mostDeltaBytes,
  resumeMs,
  snapshotsAtOnce,
  windowBytes,
  drainTimeoutMs,
}: SimulationPlan): ProducerOptions {
  return {
    softLimitBytes,
    hardLimitBytes: 4 * softLimitBytes,
    drainTimeoutMs,
    heartbeatMs: HEARTBEAT_MS,
    // Compressing takes real time, which a simulated clock does not wait for.
    compressBelowBytesPerSecond: 0,
    keptStates,
    mostDeltaBytes,
    resumeMs,
    mostSnapshotsAtOnce: snapshotsAtOnce,
    snapshotWindowBytes: windowBytes,
    mostSnapshotWindowBytes: 4 * windowBytes,
  };
}

/** A consumer's options: patience so short that a run sees the end of it. */
export function consumerSetup({ maxRows }: SimulationPlan): ConsumerOptions & { readonly maxRows: number } {
  return { waitTimeoutMs: 4_000, pingTimeoutMs: 2_000, sleepTimeMs: 1_000, maxRows };
}

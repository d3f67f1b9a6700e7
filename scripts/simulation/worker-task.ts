import type { DeliberateBug } from '../../tests/simulation/deliberate-bugs.ts';

/** What a worker is to do. */
export interface WorkerTask {
  /** Two numbers of 32 bits that all workers share: seeds taken so far, and how many of them failed. */
  readonly counter: SharedArrayBuffer;
  /** The first seed. */
  readonly from: number;
  readonly seeds: number;
  /** After so many nobody goes on. */
  readonly mostFailures: number;
  readonly bug: DeliberateBug | undefined;
  readonly damagesText: boolean;
}

/** A seed that showed a divergence. */
export interface FailedSeed {
  readonly seed: number;
  readonly what: string;
  readonly message: string;
}

/** What came of some seeds. */
export interface WorkerReport {
  seeds: number;
  delivered: number;
  compared: number;
  publications: number;
  /** The longest that it took to come to rest after the faults, in milliseconds of simulated time. */
  slowest: number;
  readonly counts: Map<string, number>;
  readonly failures: FailedSeed[];
}

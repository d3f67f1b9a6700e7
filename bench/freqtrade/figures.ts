import { median, quantile } from '../harness/statistics.ts';
import type { Measured } from './pairing.ts';

/** What a pairing comes to, of one round or of several. Milliseconds and bytes. */
export interface Figures {
  /** Medians of the rounds: the sync and memory are there once a round. */
  readonly syncMs: number;
  readonly syncRangeMs: readonly [quickest: number, slowest: number];
  readonly consumerSyncedRss: number;
  readonly consumerRss: number;
  readonly producerRss: number;
  /** Of the updates of all rounds. */
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  readonly latencyMostMs: number;
  /** The median candle of all rounds. */
  readonly candleMs: number;
  /** An update, over all rounds. */
  readonly producerCpuMs: number;
  readonly consumerCpuMs: number;
  readonly worstDifference: number;
}

export function figuresOf(rounds: readonly Measured[]): Figures {
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  const medianOf = (what: (round: Measured) => number) => median(rounds.map(what));
  const syncs = rounds.map(({ syncMs }) => syncMs);
  const anUpdate = (what: (round: Measured) => number) =>
    rounds.reduce((total, round) => total + what(round), 0) / latencies.length;
  return {
    syncMs: median(syncs),
    syncRangeMs: [Math.min(...syncs), Math.max(...syncs)],
    consumerSyncedRss: medianOf(({ consumerSyncedRss }) => consumerSyncedRss),
    consumerRss: medianOf(({ consumerRss }) => consumerRss),
    producerRss: medianOf(({ producerRss }) => producerRss),
    latencyP50Ms: quantile(latencies, 0.5),
    latencyP99Ms: quantile(latencies, 0.99),
    latencyMostMs: quantile(latencies, 1),
    candleMs: median(rounds.flatMap(({ candlesMs }) => candlesMs)),
    producerCpuMs: anUpdate(({ producerCpuMs }) => producerCpuMs),
    consumerCpuMs: anUpdate(({ consumerCpuMs }) => consumerCpuMs),
    worstDifference: Math.max(...rounds.map(({ worstDifference }) => worstDifference)),
  };
}

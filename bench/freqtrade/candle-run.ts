import { strict as assert } from 'node:assert';
import type { Peer } from './peer.ts';

/** A producer and a consumer of its frames. */
export interface Pairing {
  readonly sender: Peer;
  readonly receiver: Peer;
}

/** What some candles of all pairs showed. Milliseconds. */
export interface CandleRun {
  /** Of each pair's update, candle by candle: from the call that emits its frame until it can be read. */
  readonly latenciesMs: readonly number[];
  /** Of each candle: from the first emission until the last frame can be read. */
  readonly candlesMs: readonly number[];
  /** CPU time, of all threads, that all updates took together. */
  readonly producerCpuMs: number;
  readonly consumerCpuMs: number;
  /** The same of each candle. */
  readonly producerCandlesCpuMs: readonly number[];
  readonly consumerCandlesCpuMs: readonly number[];
}

export interface Candles {
  /** The row at which the first candle's windows begin. */
  readonly first: number;
  readonly count: number;
  readonly pairs: number;
  /** Whether a frame shares memory with the one before it. Default: anew. */
  readonly how?: 'anew' | 'going on';
  /** Between two pairs of one candle. Default: none but the turn that a bot takes. */
  readonly pauseMs?: number;
}

/** Each candle begins when the one before has arrived. What passes between two of them counts for nobody. */
export async function runCandles({ sender, receiver }: Pairing, candles: Candles): Promise<CandleRun> {
  const { first, count, pairs, how, pauseMs } = candles;
  const latenciesMs: number[] = [];
  const candlesMs: number[] = [];
  const producerCandlesCpuMs: number[] = [];
  const consumerCandlesCpuMs: number[] = [];
  for (let candle = first; candle < first + count; candle++) {
    const window = { do: 'prepare', candle, ...(how === undefined ? {} : { how }) } as const;
    await Promise.all([sender.ask(window), receiver.ask({ do: 'expect' })]);
    const [producerBefore, consumerBefore] = await usages({ sender, receiver });
    const [{ emittedAt }, { readableAt, cpuMs }] = await Promise.all([
      pauseMs === undefined ? sender.ask({ do: 'emit' }) : sender.ask({ do: 'emit alone', pauseMs }),
      receiver.ask({ do: 'follow' }),
    ]);
    const [producerAfter, consumerAfter] = await usages({ sender, receiver });
    latenciesMs.push(...readableAt.map((at, pair) => at - emittedAt[pair]));
    candlesMs.push(Math.max(...readableAt) - Math.min(...emittedAt));
    producerCandlesCpuMs.push(producerAfter.cpuMs - producerBefore.cpuMs);
    consumerCandlesCpuMs.push(cpuMs ?? consumerAfter.cpuMs - consumerBefore.cpuMs);
  }
  assert.equal(latenciesMs.filter((latency) => latency > 0).length, count * pairs, 'every update takes time');
  const [producerCpuMs, consumerCpuMs] = [sum(producerCandlesCpuMs), sum(consumerCandlesCpuMs)];
  return { latenciesMs, candlesMs, producerCpuMs, consumerCpuMs, producerCandlesCpuMs, consumerCandlesCpuMs };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function usages({ sender, receiver }: Pairing) {
  return Promise.all([sender.ask({ do: 'usage' }), receiver.ask({ do: 'usage' })]);
}

import { analyzeStrategy } from './analyze-strategy.ts';
import { appendRow } from './append-row.ts';
import { arrow } from './arrow.ts';
import { candleMemory } from './candle-memory.ts';
import { consumer } from './consumer.ts';
import { digest } from './digest.ts';
import { frameDeltas } from './frame-delta.ts';
import { freqtrade } from './freqtrade.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { indicators } from './indicators.ts';
import { jsonMessage } from './json-message.ts';
import { merge } from './merge.ts';
import { oneMoreCandle } from './one-more-candle.ts';
import { update } from './update.ts';
import { wireStream } from './wire-stream.ts';

/** In the order of the page. */
export const benchmarks: readonly Benchmark[] = [
  jsonMessage,
  merge,
  appendRow,
  indicators,
  analyzeStrategy,
  oneMoreCandle,
  update,
  digest,
  arrow,
  candleMemory,
  consumer,
  wireStream,
  frameDeltas,
  freqtrade,
];

import type { Metric, MetricSample } from '../../api/index.ts';
import type { ConnectionStatus, Consumer, CopyStatus } from '../../consumer/index.ts';
import type { PairKey } from '../../market/index.ts';
import type { Producer, ProducerCounts, SessionStatus } from '../../producer/index.ts';

/** What a bot's metrics are read from. */
export interface MetricSources {
  readonly producer: Pick<Producer, 'counts' | 'sessions' | 'streams' | 'whitelist'>;
  readonly consumer: Pick<Consumer, 'producerNames' | 'status'> | undefined;
}

/** Values as they are when asked for. */
export interface Reading extends MetricSources {
  readonly counts: ProducerCounts;
  readonly sessions: readonly SessionStatus[];
  readonly upstream: readonly ConnectionStatus[];
  /** Those that the one who asks may have. */
  readonly copies: readonly { readonly producer: string; readonly copy: CopyStatus }[];
}

/** A metric, and where its samples come from. */
export interface MetricDefinition extends Omit<Metric, 'samples'> {
  readonly labels: readonly string[];
  readonly samples: (reading: Reading) => readonly MetricSample[];
}

const one = (value: number): readonly MetricSample[] => [{ value }];

export const counter = (name: string, help: string, count: (reading: Reading) => number): MetricDefinition => ({
  name,
  type: 'counter',
  help,
  labels: [],
  samples: (reading) => one(count(reading)),
});

export const gauge = (name: string, help: string, value: (reading: Reading) => number): MetricDefinition => ({
  ...counter(name, help, value),
  type: 'gauge',
});

/** Of each producer that is consumed; none where the value is undefined. */
export const perProducer = (
  type: Metric['type'],
  name: string,
  help: string,
  value: (status: ConnectionStatus) => number | undefined,
): MetricDefinition => ({
  name,
  type,
  help,
  labels: ['producer'],
  samples: ({ upstream }) => upstream.flatMap((status) => sampleOf({ producer: status.producer }, value(status))),
});

/** Of each copy of a frame; none where the value is undefined. */
export const perFrame = (
  name: string,
  help: string,
  value: (copy: CopyStatus) => number | undefined,
): MetricDefinition => ({
  name,
  type: 'gauge',
  help,
  labels: ['producer', 'pair', 'timeframe', 'candle_type'],
  samples: ({ copies }) =>
    copies.flatMap(({ producer, copy }) => sampleOf({ producer, ...frameLabels(copy.key) }, value(copy))),
});

function sampleOf(labels: Readonly<Record<string, string>>, value: number | undefined): readonly MetricSample[] {
  return value === undefined ? [] : [{ labels, value }];
}

export function frameLabels({ pair, timeframe, candleType }: PairKey): Readonly<Record<string, string>> {
  return { pair, timeframe, candle_type: candleType };
}

import type { Metric } from '../api/index.ts';
import type { ConsumerAccess } from '../wire/index.ts';
import { consumerMetrics } from './metrics/consumer-metrics.ts';
import type { MetricDefinition, MetricSources, Reading } from './metrics/metric-definition.ts';
import { processMetrics } from './metrics/process-metrics.ts';
import { producerMetrics } from './metrics/producer-metrics.ts';

/** Every metric of a bot, in the order in which they are printed. */
export const metricDefinitions: readonly MetricDefinition[] = [
  ...producerMetrics,
  ...consumerMetrics,
  ...processMetrics,
];

/** What a bot tells Prometheus: of frames, those that one with such access may have. */
export function botMetrics(sources: MetricSources, { mayHavePair }: ConsumerAccess): readonly Metric[] {
  const { producer, consumer } = sources;
  const names = consumer?.producerNames ?? [];
  const upstream = names.map((name) => consumer?.status(name)).filter((status) => status !== undefined);
  const copies = upstream.flatMap(({ producer: name, streams }) =>
    streams.filter(({ key }) => mayHavePair?.(key.pair) !== false).map((copy) => ({ producer: name, copy })),
  );
  const { counts, sessions } = producer;
  const reading: Reading = { producer, consumer, counts, sessions, upstream, copies };
  return metricDefinitions.map(({ name, type, help, samples }) => ({ name, type, help, samples: samples(reading) }));
}

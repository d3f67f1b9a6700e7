import { counter, gauge, type MetricDefinition } from './metric-definition.ts';

/** Of the process, under the names that Prometheus' own libraries give them. */
export const processMetrics: readonly MetricDefinition[] = [
  counter('process_cpu_seconds_total', 'Time of processors that the process took.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  gauge('process_resident_memory_bytes', 'Memory of the machine that the process holds.', () =>
    process.memoryUsage.rss(),
  ),
];

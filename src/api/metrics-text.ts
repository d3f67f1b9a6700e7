/** Something that is measured, with its values now. */
export interface Metric {
  /** Letters, digits and underscores; of a counter it ends in `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** What it tells, in a sentence. */
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** One value, and what it is the value of. */
export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `printMetrics` prints. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Metrics in the text format that Prometheus reads. What has no samples is left out.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
 */
export function printMetrics(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(printMetric)
    .join('');
}

function printMetric({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => `${name}${printLabels(labels)} ${printValue(value)}`);
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function printValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

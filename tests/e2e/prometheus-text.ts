/** One series of a scrape. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as it was read. */
export interface ParsedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: Series[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const HELP = new RegExp(`^# HELP (${NAME}) (.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);

/**
 * Reads Prometheus' text format, 0.0.4, and takes nothing that it forbids: every metric has one help and one type, in that order, before its
 * samples, which stand together; no series stands twice; lines end with a line feed, the last one too.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @throws Error that names the line.
 */
export function parsePrometheusText(text: string): ReadonlyMap<string, ParsedMetric> {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const metrics = new Map<string, ParsedMetric>();
  const seen = new Set<string>();
  let current: ParsedMetric | undefined;
  let help: RegExpExecArray | null = null;
  for (const [number, line] of text.slice(0, -1).split('\n').entries()) {
    const wrong = (what: string) => new Error(`line ${number + 1}: ${what}: ${line}`);
    if (line.startsWith('# HELP ')) {
      help = HELP.exec(line);
      if (help === null) throw wrong('no help');
      if (/\\(?![\\n])/.test(help[2].replaceAll('\\\\', ''))) throw wrong('a bad escape');
    } else if (line.startsWith('#')) {
      const [, name, type] = TYPE.exec(line) ?? [];
      if (name === undefined || help?.[1] !== name) throw wrong('a type without its help');
      if (metrics.has(name)) throw wrong('a metric that was there before');
      current = { name, type, help: help[2], series: [] };
      metrics.set(name, current);
      help = null;
    } else {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name === undefined || name !== current?.name) throw wrong('no sample of the metric above');
      const series = { name, labels: labelsOf(labels), value: numberOf(value) };
      const identity = JSON.stringify(series.labels, Object.keys(series.labels).toSorted());
      if (seen.has(name + identity)) throw wrong('a series that was there before');
      seen.add(name + identity);
      current.series.push(series);
    }
  }
  return metrics;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels = [...text.matchAll(new RegExp(LABEL, 'g'))].map(([label]) => {
    const place = label.indexOf('=');
    const value = label.slice(place + 2, -1).replaceAll(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
    return [label.slice(0, place), value];
  });
  if (new Set(labels.map(([name]) => name)).size < labels.length) throw new Error(`a label stands twice: ${text}`);
  return Object.fromEntries(labels);
}

function numberOf(text: string): number {
  if (text === 'NaN') return Number.NaN;
  return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

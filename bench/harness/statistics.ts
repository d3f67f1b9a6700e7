/** What many samples of one thing come to. */
export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly p90: number;
}

/** The value below which `share` of the values lie, interpolated between neighbours; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function summarize(values: readonly number[]): Summary {
  return { min: quantile(values, 0), median: median(values), p90: quantile(values, 0.9) };
}

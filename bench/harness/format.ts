import { type Target, isMet } from './benchmark.ts';

/** Milliseconds with three digits, in the unit that suits. */
export function formatDuration(ms: number): string {
  if (ms >= 1000) return `${threeDigits(ms / 1000)} s`;
  return ms < 1 ? `${threeDigits(ms * 1000)} µs` : `${threeDigits(ms)} ms`;
}

export function formatRatio(ratio: number): string {
  return ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2);
}

export function formatMegabytes(bytes: number): string {
  return `${threeDigits(bytes / 1e6)} MB`;
}

/** Bytes, from a hundred thousand on as megabytes. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e5 ? formatMegabytes(bytes) : `${Math.round(bytes)} bytes`;
}

const formats = {
  ms: formatDuration,
  times: (ratio: number) => `${formatRatio(ratio)} times`,
  bytes: formatBytes,
} as const satisfies Record<Target['unit'], (value: number) => string>;

/** One line that says what was asked and what was found. */
export function formatTarget(target: Target): string {
  const { what, found, range, most, unit } = target;
  const format = formats[unit];
  const bare = unit === 'times' ? formatRatio : format;
  const spread = range === undefined ? '' : ` (${bare(range.lowest)} to ${bare(range.highest)})`;
  const figures = `${format(found)}${spread}, at most ${bare(most)}`;
  return `${isMet(target) ? 'met' : 'MISSED'}: ${what}: ${figures}`;
}

function threeDigits(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

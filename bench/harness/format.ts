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

/** One line that says what was asked and what was found. */
export function formatTarget(target: Target): string {
  const { what, found, most, unit } = target;
  const figures =
    unit === 'ms'
      ? `${formatDuration(found)}, at most ${formatDuration(most)}`
      : `${formatRatio(found)} times, at most ${formatRatio(most)}`;
  return `${isMet(target) ? 'met' : 'MISSED'}: ${what}: ${figures}`;
}

function threeDigits(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

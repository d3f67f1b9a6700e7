/** What a process used at one time. */
export interface Sample {
  /** Since the start. */
  readonly ms: number;
  readonly bytes: number;
}

export interface Trend {
  /** Bytes an hour. */
  readonly slope: number;
  /** What that comes to from the first of the samples to the last, in bytes. */
  readonly rise: number;
  readonly median: number;
  /** Whether the rise is no more than memory goes up and down by itself. */
  readonly isFlat: boolean;
}

const HOUR_MS = 3_600_000;

/** Of what is used: a collection more or less moves as much. */
const ALLOWED_SHARE = 0.05;
const ALLOWED_BYTES = 8 * 2 ** 20;

/**
 * How memory goes: the line through the last two thirds of the samples, by the median of the slopes between any two (Theil and Sen), which
 * a single spike does not move. The first third is for what a process takes until it has seen everything once.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const late = samples.slice(Math.floor(samples.length / 3));
  const slopes = late.flatMap((one, i) =>
    late.slice(i + 1).map((other) => (other.bytes - one.bytes) / (other.ms - one.ms)),
  );
  const middle = median(late.map(({ bytes }) => bytes));
  const perMs = slopes.length === 0 ? 0 : median(slopes);
  const span = late.length === 0 ? 0 : late[late.length - 1].ms - late[0].ms;
  const rise = perMs * span;
  return {
    slope: perMs * HOUR_MS,
    rise,
    median: middle,
    isFlat: rise <= Math.max(ALLOWED_BYTES, ALLOWED_SHARE * middle),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) / 2;
  return (sorted[Math.floor(place)] + sorted[Math.ceil(place)]) / 2;
}

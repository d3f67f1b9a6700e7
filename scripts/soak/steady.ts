/** What a process used at one time. */
export interface Sample {
  /** Since the start. */
  readonly ms: number;
  /** Bytes resident. */
  readonly rss: number;
  /** Bytes of the heap and of arrays that are in use, right after a collection. */
  readonly held: number;
}

export interface Trend {
  /** Bytes an hour. */
  readonly slope: number;
  /** What that comes to from the first of the samples to the last, in bytes. */
  readonly rise: number;
  readonly median: number;
  /** Whether the rise is no more than what goes up and down by itself. */
  readonly isFlat: boolean;
}

const HOUR_MS = 3_600_000;
const MEGABYTE = 2 ** 20;

/** What may come and go without being a leak: in bytes, or as a share of all. */
const allowed = {
  /** The allocator takes memory in steps, some of them late, and gives little back: what leaks within minutes shows in what is in use. */
  rss: { bytes: 32 * MEGABYTE, share: 0.1 },
  held: { bytes: 4 * MEGABYTE, share: 0.05 },
} as const;

/**
 * How memory goes: the line through the last two thirds of the samples, by the median of the slopes between any two (Theil and Sen), which
 * a single spike does not move. The first third is for what a process takes until it has seen everything once.
 */
export function trendOf(samples: readonly Sample[], what: keyof typeof allowed): Trend {
  const late = samples.slice(Math.floor(samples.length / 3)).map((sample) => ({ ms: sample.ms, bytes: sample[what] }));
  if (samples.length < 3) throw new RangeError(`a trend takes at least 3 samples, found ${samples.length}`);
  const slopes = late.flatMap((one, i) =>
    late.slice(i + 1).map((other) => (other.bytes - one.bytes) / (other.ms - one.ms)),
  );
  const perMs = median(slopes);
  const rise = perMs * (late[late.length - 1].ms - late[0].ms);
  const middle = median(late.map(({ bytes }) => bytes));
  const { bytes, share } = allowed[what];
  return { slope: perMs * HOUR_MS, rise, median: middle, isFlat: rise <= Math.max(bytes, share * middle) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) / 2;
  return (sorted[Math.floor(place)] + sorted[Math.ceil(place)]) / 2;
}

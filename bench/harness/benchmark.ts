/** A table as it is printed and written into the page. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was asked of a measurement, and what it gave. */
export interface Target {
  readonly what: string;
  readonly found: number;
  /** Where `found` is the median of several measurements: the lowest and the highest of them. */
  readonly range?: { readonly lowest: number; readonly highest: number };
  /** The most that meets it. */
  readonly most: number;
  readonly unit: 'ms' | 'times' | 'bytes';
}

export interface Report {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** The figures themselves, for `--json`. */
  readonly figures: unknown;
  /** Why nothing was measured, where this machine lacks what it takes. */
  readonly leftOut?: string;
}

/** One file of `bench/`. The page docs/benchmarks.md has a place for the tables of each, by its name. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(): Report | Promise<Report>;
}

export function isMet({ found, most }: Target): boolean {
  return found <= most;
}

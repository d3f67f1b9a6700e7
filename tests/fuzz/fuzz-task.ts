import type { FindingKind } from './fuzz-loop.ts';

/** What a worker is to do. */
export interface FuzzTask {
  /** Where a module is that exports a FuzzTarget as `target`. */
  readonly module: string;
  /** A regular expression for the URLs of the modules whose branches guide it. */
  readonly instrumented: string;
  readonly seed: string;
  /** Run before all others, and where it is guided mutated. */
  readonly given: readonly Uint8Array[];
  /** How many to run, with those that are given. */
  readonly inputs: number;
  readonly mostMs: number;
  readonly guided: boolean;
  /** Whether the least corpus that reaches the same branches is wanted. */
  readonly keep: boolean;
  readonly current: CurrentInput;
}

/** Memory that the starter and the worker share. */
export interface CurrentInput {
  /** How many inputs were begun, and how long the one is that runs. */
  readonly state: Int32Array;
  readonly bytes: Uint8Array;
}

export interface FuzzProgress {
  readonly inputs: number;
  /** Inputs that were kept since they reached something new. */
  readonly corpus: number;
  readonly branches: number;
  /** Branches that there are, among them those that no decoder has. */
  readonly of: number;
  readonly outcomes: ReadonlyMap<string, number>;
}

/** What must not be, and what brings it about. */
export interface FoundFault {
  readonly kind: FindingKind;
  readonly message: string;
  readonly stack: string | undefined;
  readonly input: Uint8Array;
}

export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: FuzzProgress }
  | { readonly type: 'done'; readonly progress: FuzzProgress; readonly kept: readonly Uint8Array[] }
  | { readonly type: 'finding'; readonly progress: FuzzProgress; readonly finding: FoundFault };

import type { Pair } from '../market/index.ts';
import type { Topic } from './topics.ts';

/** What a consumer may have of a producer, by the token that it came with. What is absent is not restricted. */
export interface ConsumerAccess {
  readonly topics?: ReadonlySet<Topic>;
  /** Pairs whose frames it may see; it is told of no others. */
  readonly mayHavePair?: (pair: Pair) => boolean;
  /** Columns of frames, besides `date`. */
  readonly columns?: ReadonlySet<string>;
}

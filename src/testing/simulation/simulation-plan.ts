import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { type Random, seededRandom } from '../../util/random.ts';

/** How much of everything there is in one run. All of it follows from the seed. */
export interface SimulationPlan {
  readonly producers: number;
  readonly consumers: number;
  /** Every frame that a producer may have. */
  readonly keys: readonly PairKey[];
  /** Of the longest frames. */
  readonly mostRows: number;
  readonly hasLongTexts: boolean;
  /** How long things go wrong, in milliseconds. */
  readonly stormMs: number;
  /** Between two publications of a producer, on average. */
  readonly publishMs: number;
  /** Between two faults, on average; Infinity for none. */
  readonly faultMs: number;
  /** Between two changes of a consumer's wants, on average. */
  readonly wantMs: number;
  /** Chance of each fault that befalls single messages. */
  readonly messageFaults: number;
  /** Of a slow link, in bytes a second; Infinity for none. */
  readonly slowLink: number;
  /** Limits of producers; see `ProducerOptions`. */
  readonly softLimitBytes: number;
  readonly keptStates: number;
  readonly mostDeltaBytes: number;
  readonly resumeMs: number;
  readonly snapshotsAtOnce: number;
  readonly windowBytes: number;
  readonly drainTimeoutMs: number;
  /** Rows that consumers keep; see `ConsumerOptions`. */
  readonly maxRows: number;
}

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'XRP/USDT', 'ADA/USDT'];
const TIMEFRAMES = ['5m', '1h'];

/** The plan of a seed. */
export function simulationPlan(seed: number): SimulationPlan {
  const random = seededRandom(`plan ${seed}`);
  const oneOf = <T>(...members: readonly T[]) => members[random.below(members.length)];
  return {
    producers: oneOf(1, 1, 1, 2),
    consumers: oneOf(1, 1, 2, 3),
    keys: keysOf(random),
    mostRows: 5 + random.below(36),
    hasLongTexts: random.below(8) === 0,
    stormMs: 10_000 + random.below(20_000),
    publishMs: oneOf(100, 200, 400, 1000),
    faultMs: oneOf(500, 1500, 3000, Infinity),
    wantMs: oneOf(1000, 3000, 8000, Infinity),
    messageFaults: oneOf(0, 0, 0.01, 0.03, 0.1),
    slowLink: oneOf(Infinity, Infinity, 3000, 10_000, 40_000),
    softLimitBytes: oneOf(2000, 10_000, 100_000),
    keptStates: oneOf(1, 2, 4, 16),
    mostDeltaBytes: oneOf(300, 2000, 100_000),
    resumeMs: oneOf(500, 5000, 300_000),
    snapshotsAtOnce: oneOf(1, 2, 16),
    windowBytes: oneOf(4000, 20_000, 256_000),
    drainTimeoutMs: oneOf(1500, 20_000),
    maxRows: oneOf(1500, 1500, 12),
  };
}

function keysOf(random: Random): readonly PairKey[] {
  const pairs = PAIRS.slice(0, 1 + random.below(PAIRS.length)).map(parsePair);
  const timeframes = TIMEFRAMES.slice(0, 1 + random.below(TIMEFRAMES.length)).map(parseTimeframe);
  return pairs.flatMap((pair) => timeframes.map((timeframe) => ({ pair, timeframe, candleType: 'spot' as const })));
}

import type { TimestampMs } from '../market/index.ts';
import type { Clock } from '../util/clock.ts';
import { type Random, seededRandom } from '../util/random.ts';
import {
  type CandleFaultName,
  type FaultPlan,
  type RequestFaultName,
  decodeFaults,
  defaultFaultMs,
  requestFaultNames,
} from './fault-plan.ts';

/** What a request meets instead of its answer. */
export type RequestFault =
  | { readonly name: '429' | '418'; readonly retryAfterS: number }
  | { readonly name: '5xx'; readonly status: number }
  | { readonly name: 'timeout' }
  | { readonly name: 'truncated' };

const serverErrors = [500, 502, 503, 504];
const DAY_MS = 86_400_000;

/**
 * Decides what goes wrong: requests by a sequence of random numbers from the seed, candles by seed, key and time alone, so that
 * every answer and stream tells the same of a candle.
 */
export class FaultInjector {
  readonly #seed: string | number;
  readonly #clock: Clock;
  readonly #wallClock: Clock;
  #plan: FaultPlan = {};
  #random: Random;
  #since: TimestampMs = 0;
  readonly #struck = new Map<string, number>();
  /** Of the plan in force. */
  #struckOfPlan = new Map<string, number>();
  #bannedUntil = -Infinity;

  constructor(options: {
    readonly seed: string | number;
    readonly clock: Clock;
    /** Bans and Retry-After are in its time, since clients wait by it. */
    readonly wallClock: Clock;
    readonly plan: FaultPlan;
  }) {
    this.#seed = options.seed;
    this.#clock = options.clock;
    this.#wallClock = options.wallClock;
    this.#random = seededRandom(`${options.seed}|faults`);
    this.plan = options.plan;
  }

  get plan(): FaultPlan {
    return this.#plan;
  }

  /** Puts another plan in force: the counts that end faults, times, bans and chance begin anew. @throws MarketServerError SERVER_BAD_FAULT */
  set plan(plan: FaultPlan) {
    this.#plan = decodeFaults(plan);
    this.#since = this.#clock.now();
    this.#random = seededRandom(`${this.#seed}|faults`);
    this.#struckOfPlan = new Map();
    this.#bannedUntil = -Infinity;
  }

  /** How often each fault has struck a request, by all plans so far. */
  get struck(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#struck);
  }

  /** How far the exchange's clock is ahead of the market's time, in ms. */
  get skewMs(): number {
    const { skew } = this.#plan;
    return skew === undefined ? 0 : (skew.ms ?? defaultFaultMs.skew);
  }

  /** What a request for `path` meets; undefined where it is served. */
  request(path: string): RequestFault | undefined {
    const banS = (this.#bannedUntil - this.#wallClock.now()) / 1000;
    if (banS > 0) return { name: '418', retryAfterS: Math.ceil(banS) };
    for (const name of requestFaultNames) if (this.#strikes(name, path)) return this.#faultOf(name);
    return undefined;
  }

  #faultOf(name: RequestFaultName): RequestFault {
    const { retryAfterS } = this.#plan[name] ?? {};
    if (name === '429') return { name, retryAfterS: retryAfterS ?? 1 };
    if (name === '5xx') return { name, status: serverErrors[this.#random.below(serverErrors.length)] };
    if (name !== '418') return { name };
    const banS = retryAfterS ?? 5;
    this.#bannedUntil = this.#wallClock.now() + banS * 1000;
    return { name, retryAfterS: banS };
  }

  /** Whether an answer with candles holds some of them twice. */
  duplicates(path: string): boolean {
    return this.#strikes('duplicated', path);
  }

  #strikes(name: RequestFaultName | 'duplicated', path: string): boolean {
    const setting = this.#plan[name];
    if (setting === undefined || (setting.path !== undefined && !path.includes(setting.path))) return false;
    const { rate = 1, times = Infinity } = setting;
    const struck = this.#struckOfPlan.get(name) ?? 0;
    if (struck >= times || this.#random.next() >= rate) return false;
    this.#struckOfPlan.set(name, struck + 1);
    this.#struck.set(name, (this.#struck.get(name) ?? 0) + 1);
    return true;
  }

  /** By how much everything about candles is put back, while yesterday's are given as today's. */
  get setBackMs(): number {
    return this.#isInForce('yesterday') ? DAY_MS : 0;
  }

  /** Whether the streams say nothing. */
  get isQuiet(): boolean {
    return this.#isInForce('quiet');
  }

  #isInForce(name: 'yesterday' | 'quiet'): boolean {
    const setting = this.#plan[name];
    if (setting === undefined) return false;
    const { rate = 1, ms = defaultFaultMs[name] } = setting;
    return rate > 0 && this.#clock.now() < this.#since + ms;
  }

  /** How long after its end a candle may still be wrong. */
  get longestCandleFaultMs(): number {
    const lasting = (['late', 'missing', 'repainted'] as const).map((name) => {
      const setting = this.#plan[name];
      return setting === undefined ? 0 : (setting.ms ?? defaultFaultMs[name]);
    });
    return Math.max(...lasting);
  }

  /** For how long, in the market's time, the candle that opened at `open` has this fault; 0 where it has none. */
  candle(name: Exclude<CandleFaultName, 'duplicated' | 'yesterday'>, key: string, open: TimestampMs): number {
    const setting = this.#plan[name];
    if (setting === undefined) return 0;
    const { rate = 1, ms = defaultFaultMs[name] } = setting;
    return rate >= 1 || seededRandom(`${this.#seed}|${name}|${key}|${open}`).next() < rate ? ms : 0;
  }
}

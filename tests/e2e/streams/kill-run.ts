import { setTimeout as wait } from 'node:timers/promises';
import { Conditions } from '../../../src/testing/conditions.ts';
import { type Random, seededRandom } from '../../../src/util/random.ts';
import { Ledger } from './ledger.ts';
import { Peer } from './peer.ts';
import type { Line, LineOf } from './peer-messages.ts';

export interface KillReport {
  readonly kills: number;
  readonly producerKills: number;
  readonly consumerKills: number;
  /** Of those, in the midst of the sync after another. */
  readonly duringSync: number;
  /** Publications of all producers that were heard. */
  readonly published: number;
  /** Copies that were shown and equal to what was published. */
  readonly right: number;
  readonly mistaken: number;
  readonly mistakes: readonly string[];
  /** Hashes that differed, which no connection that loses nothing may bring about. */
  readonly mismatches: number;
  /** What went wrong for the consumer that is never killed while its producer lived. */
  readonly disturbances: readonly string[];
  /** From a kill to copies that all are live and equal again, in milliseconds, by who was killed. */
  readonly recoveryMs: { readonly producer: readonly number[]; readonly consumer: readonly number[] };
}

const PAIRS = 10;
const SHAPE = { rows: 300, columns: 12 };
const CANDLE_MS = 40;

/** Of one run. */
const MOST_CANDLES = 100_000;

/** A kill comes at a random moment within this time after all was well, or after a start. */
const WITHIN_MS = 250;

/** One kill in so many is followed by another while the copies come. */
const DURING_SYNC = 4;

/** Nothing takes longer, on a machine that does much else. */
const PATIENCE_MS = 60_000;

/** What one consumer has shown of the run that is on. */
interface Follower {
  readonly name: 'victim' | 'witness';
  peer: Peer | undefined;
  /** The last publication that was shown as live, by pair, of one epoch. */
  readonly live: Map<number, number>;
  epoch: number | undefined;
}

/**
 * Kills a producer or a consumer, again and again, at random moments of a seed while candles flow, starts it anew, and waits until every
 * copy is live and equal again. A second consumer is never killed.
 */
export class KillRun {
  readonly #random: Random;
  readonly #ledger = new Ledger();
  readonly #conditions = new Conditions();
  readonly #followers: readonly Follower[] = (['victim', 'witness'] as const).map((name) => ({
    name,
    peer: undefined,
    live: new Map(),
    epoch: undefined,
  }));
  readonly #disturbances: string[] = [];
  readonly #recoveryMs = { producer: [] as number[], consumer: [] as number[] };
  readonly #seed: string;
  #producer: Peer | undefined;
  #port = 0;
  #epoch = 0;
  /** The newest publication of the run by pair, as its producer told. */
  #newest: number[] = [];
  #published = 0;
  #mismatches = 0;
  #duringSync = 0;
  /** Whether the producer is there, and so nobody has reason to complain. */
  #isThere = false;

  constructor(seed: string) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  async run(kills: number, onKill: (told: string) => void = () => {}): Promise<KillReport> {
    try {
      await this.#startProducer();
      for (const follower of this.#followers) await this.#startConsumer(follower);
      await this.#recover();
      for (let kill = 1; kill <= kills; kill++) {
        await wait(this.#random.below(WITHIN_MS));
        const from = performance.now();
        const victim = this.#random.next() < 0.5 ? 'producer' : 'consumer';
        await this.#restart(victim);
        if (kill < kills && this.#random.below(DURING_SYNC) === 0) {
          await wait(this.#random.below(WITHIN_MS));
          kill += 1;
          this.#duringSync += 1;
          await this.#restart(this.#random.next() < 0.5 ? 'producer' : 'consumer');
        }
        await this.#recover();
        const ms = performance.now() - from;
        this.#recoveryMs[victim].push(ms);
        onKill(`kill ${kill}: ${victim}, all live and equal after ${Math.round(ms)} ms`);
      }
      await this.#compareAtRest();
    } finally {
      // Consumers would complain of a producer that is gone.
      for (const { peer } of this.#followers) await peer?.kill();
      await this.#producer?.kill();
    }
    this.#ledger.close();
    return this.#report(kills);
  }

  #report(kills: number): KillReport {
    const { right, mistaken, mistakes } = this.#ledger;
    return {
      kills,
      producerKills: this.#epoch - 1,
      consumerKills: kills - (this.#epoch - 1),
      duringSync: this.#duringSync,
      published: this.#published,
      right,
      mistaken,
      mistakes,
      mismatches: this.#mismatches,
      disturbances: this.#disturbances,
      recoveryMs: this.#recoveryMs,
    };
  }

  async #restart(victim: 'producer' | 'consumer'): Promise<void> {
    if (victim === 'producer') {
      this.#isThere = false;
      await this.#producer?.kill();
      await this.#startProducer();
    } else {
      const [follower] = this.#followers;
      await follower.peer?.kill();
      await this.#startConsumer(follower);
    }
  }

  async #startProducer(): Promise<void> {
    this.#epoch += 1;
    const epoch = this.#epoch;
    this.#newest = Array.from({ length: PAIRS }, () => 0);
    this.#ledger.begin(epoch);
    const settings = {
      // Other windows in every run, so that what is left of another shows.
      seed: `${this.#seed} ${epoch}`,
      epoch,
      pairs: PAIRS,
      // Time goes on: what is older than what a consumer has seen counts as late.
      shape: { ...SHAPE, firstCandle: epoch * MOST_CANDLES },
      candleEveryMs: CANDLE_MS,
      port: this.#port,
      selections: [{}],
    };
    const onLine = (line: Line) => this.#onPublishing(epoch, line);
    const { peer, port } = await Peer.start('producer', settings, { name: `producer ${epoch}`, onLine });
    this.#producer = peer;
    this.#port = port;
  }

  #onPublishing(epoch: number, line: Line): void {
    if (line.type !== 'publishing') return;
    this.#published += 1;
    this.#ledger.publishing(epoch, line);
    if (epoch === this.#epoch) this.#newest[line.pair] = line.publication;
  }

  async #startConsumer(follower: Follower): Promise<void> {
    const { name } = follower;
    this.#ledger.open(name, 0);
    follower.live.clear();
    const settings = { port: this.#port, sleepTimeMs: 250 };
    const { peer } = await Peer.start('consumer', settings, {
      name,
      onLine: (line) => this.#onConsumer(follower, line),
    });
    follower.peer = peer;
  }

  #onConsumer(follower: Follower, line: Line): void {
    if (line.type === 'shown') {
      this.#ledger.shown(follower.name, line);
      this.#note(follower, line);
      this.#conditions.changed();
    }
    if (line.type === 'resync' && line.why === 'mismatch') this.#mismatches += 1;
    if (follower.name !== 'witness') return;
    if (line.type === 'trouble') this.#disturbances.push(line.reason);
    if (line.type === 'disconnected' && this.#isThere) this.#disturbances.push(line.reason);
  }

  #note(follower: Follower, { status, epoch, pair, publication }: LineOf<'shown'>): void {
    if (status !== 'live') return;
    if (follower.epoch !== epoch) follower.live.clear();
    follower.epoch = epoch;
    follower.live.set(pair, publication);
  }

  /** Resolves when both consumers have shown, as live, what was the newest of each pair when this was called, or newer. */
  async #recover(): Promise<void> {
    const newest = [...this.#newest];
    const hasAll = ({ epoch, live }: Follower) =>
      epoch === this.#epoch && newest.every((publication, pair) => (live.get(pair) ?? 0) >= publication);
    const late = new AbortController();
    const lacking = () =>
      this.#followers
        .filter((follower) => !hasAll(follower))
        .map(({ name, epoch, live }) => `${name} of run ${epoch}: ${JSON.stringify([...live])}`);
    await Promise.race([
      this.#conditions.until(() => this.#followers.every(hasAll)),
      wait(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
        throw new Error(`run ${this.#epoch}, ${newest.join(' ')} wanted, not live and newest: ${lacking().join('; ')}`);
      }),
    ]).finally(() => late.abort());
    this.#isThere = true;
  }

  /** Nothing more is published: what consumers hold is what the producer's streams are at. */
  async #compareAtRest(): Promise<void> {
    const producer = this.#producer;
    if (producer === undefined) throw new Error('there is no producer');
    const { publications } = await producer.ask('pause', 'paused');
    this.#newest = [...publications];
    await this.#recover();
    const { streams } = await producer.ask('report', 'streams');
    for (const { name, peer } of this.#followers) {
      const copies = (await peer?.ask('report', 'copies'))?.copies ?? [];
      for (const copy of copies) this.#ledger.shown(name, copy);
      for (const { stream, pair, seq } of streams) {
        const copy = copies.find((each) => each.pair === pair);
        const isIt = copy?.status === 'live' && copy.stream === stream && copy.seq === seq;
        if (!isIt) this.#disturbances.push(`${name} has ${JSON.stringify(copy)} of stream ${stream} at ${seq}`);
      }
    }
  }
}

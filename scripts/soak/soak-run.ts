import { setTimeout as wait } from 'node:timers/promises';
import { Ledger } from '../../tests/e2e/streams/ledger.ts';
import { Peer } from '../../tests/e2e/streams/peer.ts';
import type { Line, Selection } from '../../tests/e2e/streams/peer-messages.ts';
import { type Random, seededRandom } from '../../src/util/random.ts';
import type { Sample } from './steady.ts';

export interface SoakPlan {
  readonly minutes: number;
  readonly pairs: number;
  readonly rows: number;
  readonly columns: number;
  readonly candleEveryMs: number;
  readonly seed: string;
}

/** What each consumer of the soak is for. */
const consumers = [
  { name: 'whole', selection: 0, isRestless: false },
  { name: 'restless', selection: 0, isRestless: true },
  { name: 'filtered', selection: 1, isRestless: false },
] as const;

type ConsumerName = (typeof consumers)[number]['name'];

/** What every consumer wants; the second is that of the filtered one. */
const selections: readonly Selection[] = [
  {},
  { columns: ['close', 'centred', 'enter_long', 'enter_tag', 'indicator_1', 'indicator_2'], tail: 300 },
];

const SAMPLE_MS = 10_000;

/** The restless one loses its connection about so often, and one time in so many begins anew. */
const REST_MS = 20_000;
const RENEWALS = 4;
const FIRST_RENEWALS = 3;

/** So long everyone has to have the last state once no new one comes. */
const SETTLE_MS = 60_000;

/** Of one minute. */
export interface SoakMinute {
  readonly minute: number;
  readonly published: number;
  /** Copies that were shown and compared. */
  readonly shown: Readonly<Record<ConsumerName, number>>;
  readonly resyncs: number;
  readonly reconnects: number;
  readonly mistaken: number;
  /** Resident bytes by process, and those in use. */
  readonly rss: Readonly<Record<string, number>>;
  readonly held: Readonly<Record<string, number>>;
  /** Milliseconds of CPU a second. */
  readonly cpu: Readonly<Record<string, number>>;
}

export interface SoakResult {
  readonly minutes: readonly SoakMinute[];
  readonly published: number;
  readonly right: number;
  readonly stale: number;
  readonly mistaken: number;
  /** The first ones, in words. */
  readonly mistakes: readonly string[];
  readonly mismatches: number;
  readonly resyncs: number;
  readonly reconnects: number;
  readonly renewals: number;
  readonly troubles: readonly string[];
  /** States that consumers were not shown, since a newer one was there already. */
  readonly skipped: Readonly<Record<ConsumerName, number>>;
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

const MOST_TROUBLES = 20;

/** What was counted so far. */
interface Counts {
  readonly published: number;
  readonly shown: Readonly<Record<ConsumerName, number>>;
  readonly resyncs: number;
  readonly reconnects: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly atMs: number;
}

/** A producer and three consumers in processes of their own, for so many minutes. */
export class SoakRun {
  readonly #plan: SoakPlan;
  readonly #random: Random;
  readonly #ledger = new Ledger();
  readonly #epoch = 0x50a4;
  readonly #started = performance.now();
  readonly #shown: Record<ConsumerName, number> = { whole: 0, restless: 0, filtered: 0 };
  readonly #states = new Map<string, number>();
  readonly #skipped: Record<ConsumerName, number> = { whole: 0, restless: 0, filtered: 0 };
  readonly #samples: Record<string, Sample[]> = {};
  readonly #cpuMs: Record<string, number> = {};
  readonly #peers: Peer[] = [];
  readonly #troubles: string[] = [];
  #published = 0;
  #mismatches = 0;
  #resyncs = 0;
  #reconnects = 0;
  #renewals = 0;

  constructor(plan: SoakPlan) {
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
  }

  /** @param onMinute hears of each minute that is over. */
  async run(onMinute: (minute: SoakMinute) => void): Promise<SoakResult> {
    try {
      return await this.#run(onMinute);
    } finally {
      await Promise.all(this.#peers.map((peer) => peer.stop()));
    }
  }

  async #run(onMinute: (minute: SoakMinute) => void): Promise<SoakResult> {
    const { rows, columns, pairs, candleEveryMs, seed } = this.#plan;
    this.#ledger.begin(this.#epoch);
    const shape = { rows, columns };
    const producing = { seed, epoch: this.#epoch, pairs, shape, candleEveryMs, port: 0, selections };
    const producer = await Peer.start('producer', producing, {
      name: 'producer',
      onLine: (line) => this.#onProducer(line),
    });
    this.#peers.push(producer.peer);
    for (const { name, selection } of consumers) {
      this.#ledger.open(name, selection);
      const settings = { port: producer.port, selection: selections[selection], sleepTimeMs: 500 };
      const { peer } = await Peer.start('consumer', settings, {
        name,
        onLine: (line) => this.#onConsumer(name, line),
      });
      this.#peers.push(peer);
    }
    const minutes: SoakMinute[] = [];
    const ending = new AbortController();
    const restless = this.#beRestless(ending.signal);
    for (let minute = 1; minute <= this.#plan.minutes; minute++) {
      const before = this.#counts();
      await this.#sampleUntil(minute * 60_000);
      const told = this.#minute(minute, before);
      minutes.push(told);
      onMinute(told);
    }
    ending.abort();
    await restless;
    await this.#settle();
    return {
      minutes,
      published: this.#published,
      right: this.#ledger.right,
      stale: this.#ledger.stale,
      mistaken: this.#ledger.mistaken,
      mistakes: this.#ledger.mistakes,
      mismatches: this.#mismatches,
      resyncs: this.#resyncs,
      reconnects: this.#reconnects,
      renewals: this.#renewals,
      troubles: this.#troubles,
      skipped: this.#skipped,
      samples: this.#samples,
    };
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }

  async #sampleUntil(endMs: number): Promise<void> {
    while (this.#elapsed() < endMs) {
      await wait(Math.max(1, Math.min(SAMPLE_MS, endMs - this.#elapsed())));
      for (const peer of this.#peers) {
        const { rss, held, cpuMs } = await peer.ask('usage', 'usage');
        (this.#samples[peer.name] ??= []).push({ ms: this.#elapsed(), rss, held });
        this.#cpuMs[peer.name] = cpuMs;
      }
    }
  }

  async #beRestless(signal: AbortSignal): Promise<void> {
    const peer = this.#peers[1 + consumers.findIndex(({ isRestless }) => isRestless)];
    for (let rest = 1; ; rest++) {
      await wait(REST_MS * (0.5 + this.#random.next()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      // At first those that take most memory, so that it does not rise for the first time later.
      if (rest <= FIRST_RENEWALS || this.#random.below(RENEWALS) === 0) await peer.ask('renew', 'renewed');
      else peer.tell('cut');
    }
  }

  #onProducer(line: Line): void {
    if (line.type !== 'publishing') return;
    this.#published += 1;
    this.#ledger.publishing(this.#epoch, line);
  }

  #onConsumer(name: ConsumerName, line: Line): void {
    switch (line.type) {
      case 'shown':
        this.#shown[name] += 1;
        this.#countSkipped(name, line.pair, line.publication);
        return this.#ledger.shown(name, line);
      case 'renewed': {
        this.#renewals += 1;
        return this.#ledger.open(name, consumers.find((each) => each.name === name)?.selection ?? 0);
      }
      case 'disconnected':
        this.#reconnects += 1;
        return undefined;
      case 'resync':
        this.#resyncs += 1;
        if (line.why === 'mismatch') this.#mismatches += 1;
        return undefined;
      case 'trouble':
        if (this.#troubles.length < MOST_TROUBLES) this.#troubles.push(`${name}: ${line.reason}`);
        return undefined;
      default:
        return undefined;
    }
  }

  #countSkipped(name: ConsumerName, pair: number, publication: number): void {
    const place = `${name} ${pair}`;
    const before = this.#states.get(place);
    this.#states.set(place, publication);
    if (before !== undefined) this.#skipped[name] += Math.max(0, publication - before - 1);
  }

  /** Nothing new comes: every copy is the last one, and live. */
  async #settle(): Promise<void> {
    const { publications } = await this.#peers[0].ask('pause', 'paused');
    for (const [i, { name }] of consumers.entries()) {
      const peer = this.#peers[i + 1];
      const end = this.#elapsed() + SETTLE_MS;
      for (;;) {
        const { copies } = await peer.ask('report', 'copies');
        const newest = copies.filter(
          ({ pair, status, publication }) => status === 'live' && publication === publications[pair],
        );
        if (newest.length === publications.length) {
          for (const copy of copies) this.#ledger.shown(name, copy);
          break;
        }
        if (this.#elapsed() > end) {
          const lacking = copies.find((copy) => !newest.includes(copy));
          this.#troubles.push(
            `${name}: ${newest.length} of ${publications.length} copies are the last, and not ${JSON.stringify(lacking)}`,
          );
          break;
        }
        await wait(200);
      }
    }
    this.#ledger.close();
  }

  #counts(): Counts {
    return {
      published: this.#published,
      shown: { ...this.#shown },
      resyncs: this.#resyncs,
      reconnects: this.#reconnects + this.#renewals,
      cpuMs: { ...this.#cpuMs },
      atMs: this.#elapsed(),
    };
  }

  #minute(minute: number, before: Counts): SoakMinute {
    const now = this.#counts();
    const last = (what: 'rss' | 'held') =>
      Object.fromEntries(Object.entries(this.#samples).map(([name, samples]) => [name, samples.at(-1)?.[what] ?? 0]));
    const seconds = (now.atMs - before.atMs) / 1000;
    const cpu = Object.entries(now.cpuMs).map(([name, ms]) => [name, (ms - (before.cpuMs[name] ?? 0)) / seconds]);
    return {
      minute,
      published: now.published - before.published,
      shown: {
        whole: now.shown.whole - before.shown.whole,
        restless: now.shown.restless - before.shown.restless,
        filtered: now.shown.filtered - before.shown.filtered,
      },
      resyncs: now.resyncs - before.resyncs,
      reconnects: now.reconnects - before.reconnects,
      mistaken: this.#ledger.mistaken,
      rss: last('rss'),
      held: last('held'),
      cpu: Object.fromEntries(cpu),
    };
  }
}
